"""What the office says about invoices and customers, to itself or to the customer."""

from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.sales import invoices
from counterfoil.foundation.events import Event
from tests.support.attacks import nothing_changes
from tests.support.books import draft_invoice, invoice, many_comments, many_invoices
from tests.support.cast import Cast, visitor


def url(cast: Cast, path: str) -> str:
    return f"/office/{cast.studio.id}/{path}"


def say(cast: Cast, one: Any, person: Any = None, **form: Any) -> Any:
    return visitor(person or cast.stig).post(url(cast, f"invoices/{one.id}/comments/"), form)


def page_of(cast: Cast, one: Any, person: Any = None) -> Any:
    return visitor(person or cast.stig).get(url(cast, f"invoices/{one.id}/"))


def test_a_comment_is_internal_until_show_in_portal_is_on(cast: Cast) -> None:
    one = invoice(cast)
    answer = say(cast, one, text="Net 45 last year.")
    assert (answer.status_code, answer.headers["Location"]) == (303, url(cast, f"invoices/{one.id}/#conversation"))
    say(cast, one, text="Yes, in the morning.", shown="on")
    assert [said.is_shown for said in Comment.objects.order_by("id")] == [False, True]
    page = page_of(cast, one)
    lines = page.context["conversation"].lines
    assert [(line.is_internal, line.is_theirs) for line in lines] == [(True, False), (False, False)]
    assert page.text.count("Only we see this") == 1
    assert "<b>Stig Holm</b>" in page.text


def test_colleagues_who_are_ticked_are_told_and_named(cast: Cast) -> None:
    one = invoice(cast)
    page = page_of(cast, one)
    offered = [label for _id, label in page.context["conversation"].form.fields["tell"].choices]
    assert offered == ["Olga Lindqvist", "Vera Zhou"], "everybody but oneself"
    assert say(cast, one, text="Have a look", tell=[cast.olga.id, cast.vera.id]).status_code == 303
    assert "Told: Olga Lindqvist, Vera Zhou" in page_of(cast, one).text
    assert Event.objects.get(name="comment.mentioned").data["staff_ids"] == [str(cast.olga.id), str(cast.vera.id)]


def test_nobody_of_another_organization_can_be_told(cast: Cast) -> None:
    one = invoice(cast)
    with nothing_changes("Telling a stranger"):
        answer = say(cast, one, text="Have a look, please", tell=[cast.otto.id])
    assert answer.status_code == 422
    assert "Have a look, please" in answer.text
    assert "Otto" not in answer.text


def test_what_was_typed_and_ticked_is_kept_when_it_is_too_long(cast: Cast) -> None:
    one, text = invoice(cast), "长" * 4_001
    with nothing_changes("A comment that is too long"):
        answer = say(cast, one, text=text, tell=[cast.vera.id], shown="on", making_key="a-key")
    assert answer.status_code == 422
    assert text in answer.text
    assert answer.text.count(" checked") == 2
    assert "<details open>" in answer.text
    assert 'value="a-key"' in answer.text
    assert f"Comment on {one.number}" in answer.text


def test_of_a_draft_nothing_can_be_shown(cast: Cast) -> None:
    draft = draft_invoice(cast)
    assert "shown" not in page_of(cast, draft).context["conversation"].form.fields
    assert say(cast, draft, text="Ask first", shown="on").status_code == 303
    assert not Comment.objects.get().is_shown
    assert say(cast, draft, text="").text.count("Draft") >= 1


def test_a_viewer_reads_and_does_not_write(cast: Cast) -> None:
    one = invoice(cast)
    comments.add(one, "Net 45 last year.", by=cast.by_olga)
    for path in (f"invoices/{one.id}/", f"customers/{cast.bakery.id}/comments/"):
        page = visitor(cast.vera).get(url(cast, path))
        assert page.context["conversation"].form is None
    assert "Net 45" in page_of(cast, one, cast.vera).text
    with nothing_changes("A viewer's comment"):
        assert say(cast, one, cast.vera, text="Hello").status_code == 403
        assert visitor(cast.vera).post(url(cast, f"customers/{cast.bakery.id}/comments/new/")).status_code == 403
        assert say(cast, one, cast.otto, text="Hello").status_code == 404


def test_comments_on_a_customer_have_a_page_of_their_own(cast: Cast) -> None:
    olga, here = visitor(cast.olga), url(cast, f"customers/{cast.bakery.id}/comments/")
    assert "They never see it." in olga.get(here).text
    answer = olga.post(f"{here}new/", {"text": "Pays late in August.", "shown": "on", "tell": [cast.stig.id]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{here}#conversation")
    said = Comment.objects.get()
    assert (said.is_shown, said.document_kind) == (False, "")
    page = olga.get(here)
    assert "Pays late in August." in page.text
    assert page.text.count("Only we see this") == 1, "all of it is, so it is said once"
    other = url(cast, f"customers/{cast.tidewater.id}/comments/")
    assert "Pays late" not in olga.get(other).text
    assert olga.post(f"{here}new/", {"text": ""}).status_code == 422
    assert olga.get(url(cast, f"customers/{cast.foyle.id}/comments/")).status_code == 404


def test_what_was_said_is_in_the_history_without_its_words(cast: Cast) -> None:
    one = invoice(cast)
    say(cast, one, text="Net 45 last year.")
    comments.add(one, "Hello", by=cast.by_ana)
    comments.add(cast.bakery, "Pays late in August.", by=cast.by_olga)
    history = [line.sentence for line in page_of(cast, one).context["activity"]]
    about = f"commented on {one.number} of Harbour Bakery Ltd."
    assert history[:2] == [f"Ana Moreau {about}", f"Stig Holm {about}"]
    overview = [
        line.sentence for line in visitor(cast.olga).get(url(cast, f"customers/{cast.bakery.id}/")).context["activity"]
    ]
    assert overview[0] == "Olga Lindqvist commented on Harbour Bakery Ltd."


def test_a_draft_is_called_so_in_the_history(cast: Cast) -> None:
    draft = draft_invoice(cast)
    say(cast, draft, text="Ask first")
    assert (
        page_of(cast, draft).context["activity"][0].sentence == "Stig Holm commented on a draft of Harbour Bakery Ltd."
    )
    sent = invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)
    assert "Ask first" in page_of(cast, sent).text


@pytest.mark.parametrize("count", [10, 1000])
def test_the_pages_stay_within_twelve_queries(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    many_invoices(cast, cast.bakery, 10)
    one = invoice(cast)
    many_comments(cast, one, count)
    olga = visitor(cast.olga)
    for path in (f"invoices/{one.id}/", f"customers/{cast.bakery.id}/comments/"):
        olga.get(url(cast, path))
        with django_assert_max_num_queries(12):
            assert olga.get(url(cast, path)).status_code == 200
