"""Reviews: a customer's people say what they think of the business, which may show it to its other customers."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import modules
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sharing.taking_part import must_take_part
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .comments import key_of, sound
from .models import Review

MODULE = "reviews"
LONGEST = 1_000
MOST, WITHIN = 5, timedelta(days=1)  # of one customer's people together


@transaction.atomic
def submit(customer: Customer, text: str, *, stars: int | None, by: Actor, making_key: str = "") -> Review:
    """Say what one thinks of the business, with one to five stars or without. The same form sent again says it once.

    Raises Refused: NOT_YOURS, REVIEWS_OFF, NOTHING_SAID, REVIEW_TOO_LONG, STARS, TOO_MANY_REVIEWS.
    """
    customer = customers.lock(customer.id)
    if by.kind != "contact":
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    must_take_part(by, customer, is_visible=True)
    if not modules.is_on(Organization.objects.defer("logo").get(id=customer.organization_id), MODULE):
        raise Refused("REVIEWS_OFF", _("Reviews can't be written here."))
    text = sound(text)
    if len(text) > LONGEST:
        raise Refused("REVIEW_TOO_LONG", _("Please say it in at most 1,000 characters."), field="text")
    if stars is not None and not 1 <= stars <= Review.MOST_STARS:
        raise Refused("STARS", _("Give one to five stars, or none."), field="stars")
    key = key_of(making_key, customer, by, f"{stars}\0{text}")
    if key and (made := Review.objects.filter(customer=customer, making_key=key).first()):
        return made
    if Review.objects.filter(customer=customer, made_at__gt=clock.now() - WITHIN).count() >= MOST:
        raise Refused("TOO_MANY_REVIEWS", _("You have written several reviews already. Please wait a day."))
    review = Review.objects.create(
        organization_id=customer.organization_id,
        customer=customer,
        contact_id=by.id or 0,
        name=by.name,
        text=text,
        stars=stars,
        making_key=key,
        made_at=clock.now(),
    )
    record("review.submitted", customer, by=by, audience="both", review_id=str(review.id))
    return review


@transaction.atomic
def publish(review: Review, *, by: Actor) -> Review:
    """Show it to the organization's customers, with the name of whoever wrote it. Twice is once.

    Raises Refused: NOT_ALLOWED.
    """
    review = _lock(review, by)
    if review.published_at is None:
        review.published_at = clock.now()
        _note("review.published", review, by)
    return review


@transaction.atomic
def withdraw(review: Review, *, by: Actor) -> Review:
    """Show it to nobody but the office again. Twice is once. Raises Refused: NOT_ALLOWED."""
    review = _lock(review, by)
    if review.published_at is not None:
        review.published_at = None
        _note("review.withdrawn", review, by)
    return review


def _lock(review: Review, by: Actor) -> Review:
    by.must_be_staff_of(review.organization_id)
    customers.lock(review.customer_id)
    return Review.objects.select_related("customer").get(id=review.id)


def _note(event: str, review: Review, by: Actor) -> None:
    review.save(update_fields=["published_at"])
    record(event, review.customer, by=by, audience="both", review_id=str(review.id), name=review.name)
