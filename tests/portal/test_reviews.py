"""Reviews: written in the portal, read in the office, and shown to other customers only while they are published."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.conversations import reviews
from counterfoil.books.conversations.models import Review
from counterfoil.books.organizations import notifications, organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail
from tests.support.cast import Cast, actor, visitor
from tests.support.refusals import refused

TYPED = {"making_key": "a-form-of-twenty-two-c", "text": "Fine lettering.", "stars": "4"}


def home(cast: Cast, person: Any = None) -> str:
    contact = person or cast.ana
    portal = "quay" if contact == cast.fia else "lindqvist-zhou"
    return f"/portal/{portal}/{contact.customer_id}/"


def write(cast: Cast, text: str = "Fine lettering.", stars: int | None = 4, by: Any = None) -> Review:
    return reviews.submit(cast.bakery, text, stars=stars, by=by or cast.by_ana)


def office(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/customers/{cast.bakery.id}/{rest}"


def test_a_review_is_written_once_and_stands_on_the_customers_page(cast: Cast) -> None:
    ana = visitor(cast.ana)
    assert f'href="{home(cast)}review/"' in ana.get(home(cast)).text
    for _again in range(2):
        answer = ana.post(f"{home(cast)}review/", TYPED, follow=True)
    assert "Thank you for your review." in answer.text
    review = Review.objects.get()
    assert (review.text, review.stars, review.name, review.published_at) == ("Fine lettering.", 4, "Ana Moreau", None)
    page = visitor(cast.vera).get(office(cast)).text
    assert "Customer reviews" in page
    assert "Fine lettering." in page
    assert "4 of 5 stars" in page
    assert "Publish" not in page  # who only looks


def test_the_office_hears_of_it_in_its_list_and_by_mail_where_it_wishes(cast: Cast) -> None:
    assert notifications.preference(cast.studio.id, "review.submitted") == notifications.Preference(
        mail_primary=False, in_list=True
    )
    wished = notifications.Preference(mail_primary=True, in_list=True)
    notifications.change(cast.studio, {"review.submitted": wished}, by=cast.by_olga)
    write(cast)
    while spreading.spread_due():
        pass
    mail = Mail.objects.get(template="office_notice", event__name="review.submitted")
    assert mail.subject == "Ana Moreau of Harbour Bakery Ltd wrote a review."
    assert "4 of 5 stars\nFine lettering." in mail.text
    assert "wrote a review." in visitor(cast.stig).get(f"/office/{cast.studio.id}/bell/").text


def test_stars_are_given_or_not(cast: Cast) -> None:
    visitor(cast.ana).post(f"{home(cast)}review/", TYPED | {"stars": ""})
    assert Review.objects.get().stars is None


@pytest.mark.parametrize("stars", ["6", "0", "-1", "x"])
def test_more_stars_than_there_are_are_refused_and_the_words_stay(cast: Cast, stars: str) -> None:
    answer = visitor(cast.ana).post(f"{home(cast)}review/", TYPED | {"stars": stars})
    assert answer.status_code == 422
    assert "Fine lettering.</textarea>" in answer.text
    with refused("STARS", field="stars"):
        write(cast, stars=6)


@pytest.mark.parametrize(("code", "text"), [("NOTHING_SAID", " "), ("REVIEW_TOO_LONG", "x" * 1_001)])
def test_what_is_no_review_is_refused(cast: Cast, code: str, text: str) -> None:
    with refused(code, field="text"):
        write(cast, text)


def test_a_published_review_is_read_by_every_customer_of_the_organization_with_its_writers_name(cast: Cast) -> None:
    review, other = write(cast), write(cast, "Not for others.", stars=None)
    assert "What customers say" not in visitor(cast.bruno).get(home(cast, cast.bruno)).text
    stig = visitor(cast.stig)
    answer = stig.post(office(cast, f"reviews/{review.id}/publication/"), follow=True)
    assert "Your customers see this review now." in answer.text
    page = visitor(cast.bruno).get(home(cast, cast.bruno)).text
    for part in ("What customers say", "Fine lettering.", "Ana Moreau", "4 of 5 stars"):
        assert part in page
    assert other.text not in page
    assert "Harbour Bakery" not in page
    assert "Fine lettering." not in visitor(cast.fia).get(home(cast, cast.fia)).text

    answer = stig.post(office(cast, f"reviews/{review.id}/withdrawal/"), {"from": "all"}, follow=True)
    assert answer.redirect_chain[0][0] == office(cast, "reviews/")
    assert "Fine lettering." not in visitor(cast.bruno).get(home(cast, cast.bruno)).text
    names = Event.objects.filter(name__startswith="review.").order_by("id").values_list("name", flat=True)
    assert list(names) == ["review.submitted", "review.submitted", "review.published", "review.withdrawn"]


def test_only_staff_who_write_publish_and_only_their_own_customers(cast: Cast) -> None:
    review = write(cast)
    for somebody in (cast.ana, cast.vera, cast.otto):
        for verb in (reviews.publish, reviews.withdraw):
            with refused("NOT_ALLOWED"):
                verb(review, by=actor(somebody))
    strangers = f"/office/{cast.studio.id}/customers/{cast.tidewater.id}/reviews/{review.id}/publication/"
    assert visitor(cast.stig).post(strangers).status_code == 404
    assert Review.objects.get().published_at is None


def test_only_the_customers_own_people_review_and_not_again_and_again(cast: Cast) -> None:
    for somebody in (cast.olga, cast.bruno):
        with refused("NOT_YOURS"):
            write(cast, by=actor(somebody))
    for _each in range(reviews.MOST):
        write(cast)
    with refused("TOO_MANY_REVIEWS"):
        write(cast, by=actor(cast.sam))
    with clock.travel(by=timedelta(days=1, minutes=1)):
        write(cast)


def test_where_the_module_is_off_nobody_writes_or_reads_any(cast: Cast) -> None:
    reviews.publish(write(cast), by=cast.by_olga)
    studio = Organization.objects.get(id=cast.studio.id)
    organizations.change_portal(
        studio,
        portal_name="lindqvist-zhou",
        banner="",
        switches={"reviews": False},
        revision=studio.revision,
        by=cast.by_olga,
    )
    page = visitor(cast.ana).get(home(cast)).text
    assert "Fine lettering." not in page
    assert f"{home(cast)}review/" not in page
    assert visitor(cast.ana).get(f"{home(cast)}review/").status_code == 404
    with refused("REVIEWS_OFF"):
        write(cast)


def test_the_overview_has_the_newest_and_a_page_has_all(cast: Cast) -> None:
    for number in range(4):
        write(cast, f"Review number {number}.")
    stig = visitor(cast.stig)
    overview = stig.get(office(cast)).text
    assert "Review number 0." not in overview
    assert f'href="{office(cast, "reviews/")}"' in overview
    assert "Review number 0." in stig.get(office(cast, "reviews/")).text


@pytest.mark.parametrize("count", [1, 5])
def test_the_pages_stay_within_their_queries(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    for _each in range(count):
        reviews.publish(write(cast), by=cast.by_olga)
    ana, stig = visitor(cast.ana), visitor(cast.stig)
    with django_assert_max_num_queries(8):
        ana.get(home(cast))
    with django_assert_max_num_queries(8):
        ana.get(f"{home(cast)}review/")
    for rest in ("", "reviews/"):
        with django_assert_max_num_queries(12):
            stig.get(office(cast, rest))
