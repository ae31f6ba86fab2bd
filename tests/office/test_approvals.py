"""**Customer approvals**: what the office draws up of a project's time, sends, takes back and mends."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from counterfoil.books.conversations.models import Comment
from counterfoil.books.customers import portal_access
from counterfoil.books.projects import approvals
from counterfoil.books.projects.models import Approval, TimeEntry
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.ids import new_id
from tests.support import projects as make
from tests.support.attacks import nothing_changes, undone
from tests.support.books import invoice
from tests.support.cast import Cast, actor, visitor


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/approvals/{rest}"


def today() -> date:
    return clock.today("Europe/London")


def about(project: Any, days: int = 30) -> str:
    return f"?project={project.id}&first={today() - timedelta(days=days)}&last={today()}"


@pytest.fixture
def drawing(cast: Cast) -> Any:
    """A billable task whose customer sees timesheets."""
    make.show_projects(cast.studio, by=cast.by_olga)
    return make.task(cast, make.project(cast))


def one_in(state: str, cast: Cast, drawing: Any) -> Any:
    """One in this state."""
    make.time(cast, drawing, 90)
    if state == "draft":
        return make.draft_approval(cast, drawing.project)
    waiting = make.approval(cast, drawing.project)
    if state == "approved":
        return approvals.approve(waiting, by=cast.by_ana, revision=waiting.revision)
    if state == "rejected":
        return approvals.reject(waiting, by=cast.by_ana, revision=waiting.revision, reason="Too long")
    return waiting


def numbers(page: Any) -> list[str]:
    return [row["number"] for row in page.context["rows"]]


def test_the_filters_show_what_they_say(cast: Cast, drawing: Any) -> None:
    olga = visitor(cast.olga)
    made = {state: one_in(state, cast, drawing) for state in ("approved", "rejected", "awaiting", "draft")}
    for state, one in made.items():
        assert numbers(olga.get(at(cast), {"status": state})) == [one.number or "Draft"]
    page = olga.get(at(cast))
    assert len(numbers(page)) == 4
    for words in ("Shop window", "Harbour Bakery Ltd", "1:30", "Awaiting approval"):
        assert words in page.text
    assert numbers(olga.get(at(cast), {"q": made["awaiting"].number.lower()})) == [made["awaiting"].number]
    for words in ("shop", "harbour"):
        assert len(numbers(olga.get(at(cast), {"q": words}))) == len(numbers(olga.get(at(cast))))
    assert "No customer approval fits" in olga.get(at(cast), {"q": "nothing"}).text
    by_number = numbers(olga.get(at(cast), {"sort": "-number"}))
    assert by_number == sorted(by_number, key=lambda number: "" if number == "Draft" else number, reverse=True)


def test_the_list_says_who_opened_it_and_comes_as_csv(cast: Cast, drawing: Any) -> None:
    one = one_in("awaiting", cast, drawing)
    approvals.view(one, by=cast.by_ana)
    (row,) = visitor(cast.vera).get(at(cast)).context["rows"]
    assert row["seen"] == "Ana Moreau"
    answer = visitor(cast.vera).get(at(cast), {"format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[0] == ["Number", "Project", "Customer", "First day", "Last day", "Hours", "Status"]
    assert lines[1][:3] == [one.number, "Shop window", "Harbour Bakery Ltd"]
    assert lines[1][5:] == ["1.5", "Awaiting approval"]


def test_where_there_is_none_the_page_says_what_to_do(cast: Cast) -> None:
    assert "No customer approvals yet" in visitor(cast.olga).get(at(cast)).text
    assert at(cast, "new/") not in visitor(cast.vera).get(at(cast)).text


def test_one_is_drawn_up_of_what_is_ticked(cast: Cast, drawing: Any) -> None:
    first = make.time(cast, drawing, 90, notes="Two sketches")
    second = make.time(cast, drawing, 30, days_ago=2)
    make.time(cast, drawing, 20, is_billable=False)
    make.time(cast, drawing, 10, days_ago=40)
    olga = visitor(cast.olga)
    page = olga.get(at(cast, "new/") + about(drawing.project))
    listed = [row for day in page.context["days"] for row in day.rows]
    assert [(row["id"], row["is_ticked"]) for row in listed] == [(second.id, True), (first.id, True)]
    assert page.context["total"] == "2:00"
    sent = {"entries": [first.id], "notes": "As agreed", "making_key": "a-key"}
    for _time in range(2):
        answer = olga.post(at(cast, "new/") + about(drawing.project), sent)
    one = Approval.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{one.id}/"))
    assert (one.minutes, one.notes, one.state) == (90, "As agreed", "draft")
    assert [entry.id for entry in approvals.entries_of(one)] == [first.id]


def test_it_can_be_sent_right_after_it_is_saved(cast: Cast, drawing: Any) -> None:
    entry = make.time(cast, drawing)
    sent = {"entries": [entry.id], "do": "send"}
    answer = visitor(cast.olga).post(at(cast, "new/") + about(drawing.project), sent)
    one = Approval.objects.get()
    assert answer.headers["Location"] == at(cast, f"{one.id}/?ask=send")
    assert visitor(cast.olga).get(answer.headers["Location"]).context["asks"] == {"send": True}


def test_the_total_is_worked_out_without_saving(cast: Cast, drawing: Any) -> None:
    first, _second = make.time(cast, drawing, 90), make.time(cast, drawing, 30)
    sent = {"entries": [first.id], "notes": "As agreed", "do": "update"}
    with nothing_changes("Adding up"):
        page = visitor(cast.olga).post(at(cast, "new/") + about(drawing.project), sent)
    assert (page.status_code, page.context["total"]) == (200, "1:30")
    assert "As agreed" in page.text


def test_the_project_and_the_days_are_chosen_first(cast: Cast, drawing: Any) -> None:
    olga = visitor(cast.olga)
    page = olga.get(at(cast, "new/"))
    assert "Shop window, Harbour Bakery Ltd" in page.text
    assert page.context.get("form") is None
    empty = olga.get(at(cast, "new/") + about(drawing.project))
    assert "No time to approve" in empty.text
    wrong = olga.get(at(cast, "new/"), {"project": drawing.project_id, "first": "2026-02-01", "last": "2026-01-01"})
    assert wrong.status_code == 422
    assert "This is before the first day." in wrong.text
    assert olga.get(at(cast, "new/"), {"project": "x"}).status_code == 422
    assert olga.get(at(cast, "new/"), {"project": "7"}).status_code == 404
    alone = olga.get(at(cast, "new/"), {"project": drawing.project_id})
    assert alone.context["choosing"].cleaned_data["last"] == today()


def test_what_cannot_be_drawn_up_is_said_and_what_was_typed_stays(cast: Cast, drawing: Any) -> None:
    taken = make.time(cast, drawing, 90)
    make.draft_approval(cast, drawing.project)
    free, olga, url = make.time(cast, drawing, 30), visitor(cast.olga), at(cast, "new/") + about(drawing.project)
    kinds = {
        "Choose the time that is to be approved.": {"notes": "Please look"},
        "is in another approval or on an invoice": {"entries": [taken.id, free.id], "notes": "Please look"},
    }
    for words, sent in kinds.items():
        with nothing_changes(words):
            answer = olga.post(url, sent)
        assert answer.status_code == 422
        assert words in answer.text
        assert "Please look" in answer.text
    with nothing_changes("Long notes"):
        assert olga.post(url, {"entries": [free.id], "notes": "x" * 1_001}).status_code == 422


def test_its_page_shows_time_day_by_day(cast: Cast, drawing: Any) -> None:
    make.time(cast, drawing, 90, notes="Two sketches")
    make.time(cast, drawing, 30)
    make.time(cast, drawing, 15, days_ago=1)
    one = make.draft_approval(cast, drawing.project, notes="As agreed")
    page = visitor(cast.vera).get(at(cast, f"{one.id}/"))
    assert [(day.hours, len(day.rows)) for day in page.context["days"]] == [("0:15", 1), ("2:00", 2)]
    for words in ("2:15", "Two sketches", "As agreed", "Olga Lindqvist"):
        assert words in page.text
    assert not page.context.get("can_send"), "a viewer only reads"


def test_its_page_says_who_decided_and_why(cast: Cast, drawing: Any) -> None:
    approved = one_in("approved", cast, drawing)
    page = visitor(cast.olga).get(at(cast, f"{approved.id}/"))
    assert "Ana Moreau approved it" in page.text
    assert not any(page.context[act] for act in ("can_send", "can_edit", "can_recall", "can_delete"))
    rejected = one_in("rejected", cast, drawing)
    page = visitor(cast.olga).get(at(cast, f"{rejected.id}/"))
    assert "Ana Moreau rejected it" in page.text
    assert "Too long" in page.text


def test_one_is_sent_to_whom_is_ticked(cast: Cast, drawing: Any) -> None:
    one, olga = one_in("draft", cast, drawing), visitor(cast.olga)
    people = olga.get(at(cast, f"{one.id}/")).context["people"]
    assert [(person["full_name"], person["is_primary"]) for person in people] == [
        ("Ana Moreau", True),
        ("Sam Okafor", False),
    ]
    answer = olga.post(at(cast, f"{one.id}/sending/"), {"to": [cast.sam.id], "revision": one.revision}, follow=True)
    assert "The customer is asked to approve it." in answer.text
    one.refresh_from_db()
    assert one.state == "awaiting"
    assert Event.objects.get(name="approval.sent").data["contact_ids"] == [str(cast.sam.id)]


def test_it_goes_to_nobody_unless_somebody_is_ticked(cast: Cast, drawing: Any) -> None:
    one = one_in("draft", cast, drawing)
    with nothing_changes("Nobody"):
        answer = visitor(cast.olga).post(at(cast, f"{one.id}/sending/"), {"revision": one.revision})
    assert answer.headers["Location"] == at(cast, f"{one.id}/")
    page = visitor(cast.olga).post(at(cast, f"{one.id}/sending/"), {"revision": one.revision}, follow=True)
    assert "Choose at least one contact person who can open the portal" in page.text


def test_what_keeps_it_from_being_sent_is_said_with_where_to_mend_it(cast: Cast) -> None:
    drawing = make.task(cast, make.project(cast))
    make.time(cast, drawing)
    one = make.draft_approval(cast, drawing.project)
    page = visitor(cast.olga).get(at(cast, f"{one.id}/"))
    assert f'href="/office/{cast.studio.id}/settings/portal/"' in page.text
    assert not page.context["can_send"]
    assert "An owner can switch them on" in visitor(cast.stig).get(at(cast, f"{one.id}/")).text
    with nothing_changes("Sending what nobody sees"):
        visitor(cast.olga).post(at(cast, f"{one.id}/sending/"), {"revision": one.revision, "to": [cast.ana.id]})
    make.show_projects(cast.studio, by=cast.by_olga)
    seen = {cast.ana.id, cast.sam.id}
    portal_access.configure(cast.bakery, set(), by=cast.by_olga, seen=seen)
    page = visitor(cast.olga).get(at(cast, f"{one.id}/"))
    assert "Nobody at Harbour Bakery Ltd can open the portal" in page.text
    assert f"/customers/{cast.bakery.id}/portal-access/" in page.text
    assert not page.context["can_send"]


def test_what_waits_is_taken_back(cast: Cast, drawing: Any) -> None:
    one, olga = one_in("awaiting", cast, drawing), visitor(cast.olga)
    assert olga.get(at(cast, f"{one.id}/edit/")).headers["Location"] == at(cast, f"{one.id}/")
    answer = olga.post(at(cast, f"{one.id}/recall/"), {"revision": one.revision}, follow=True)
    assert "It is a draft again." in answer.text
    one.refresh_from_db()
    assert (one.state, bool(one.number)) == ("draft", True)
    assert olga.get(at(cast, f"{one.id}/edit/")).status_code == 200


def test_what_was_rejected_is_mended_and_sent_again(cast: Cast, drawing: Any) -> None:
    one, olga = one_in("rejected", cast, drawing), visitor(cast.olga)
    (wrong,) = approvals.entries_of(one)
    better = make.time(cast, drawing, 60)
    page = olga.get(at(cast, f"{one.id}/edit/"))
    ticked = [(row["id"], row["is_ticked"]) for day in page.context["days"] for row in day.rows]
    assert ticked == [(wrong.id, True), (better.id, False)], "what is new in its days is not in it by itself"
    sent = {"entries": [better.id], "notes": "Shorter now", "revision": one.revision}
    answer = olga.post(at(cast, f"{one.id}/edit/"), sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{one.id}/"))
    one.refresh_from_db()
    assert (one.minutes, one.state) == (60, "rejected")
    olga.post(at(cast, f"{one.id}/sending/"), {"to": [cast.ana.id], "revision": one.revision})
    one.refresh_from_db()
    assert (one.state, one.reason) == ("awaiting", "")
    with nothing_changes("What was read before"):
        assert olga.post(at(cast, f"{one.id}/edit/"), sent).status_code == 409


def test_longer_days_bring_what_is_new_in_them(cast: Cast, drawing: Any) -> None:
    old = make.time(cast, drawing, 60, days_ago=20)
    make.time(cast, drawing, 90)
    one = make.draft_approval(cast, drawing.project, days=5)
    page = visitor(cast.olga).get(at(cast, f"{one.id}/edit/"), {"first": today() - timedelta(days=30)})
    assert [row["is_ticked"] for day in page.context["days"] for row in day.rows if row["id"] == old.id] == [True]
    wrong = visitor(cast.olga).get(at(cast, f"{one.id}/edit/"), {"first": "2199-01-01"})
    assert wrong.status_code == 422


def test_a_draft_is_deleted_and_its_time_is_free(cast: Cast, drawing: Any) -> None:
    one, olga = one_in("draft", cast, drawing), visitor(cast.olga)
    assert olga.get(at(cast, f"{one.id}/"), {"ask": "delete"}).context["asks"] == {"delete": True}
    answer = olga.post(at(cast, f"{one.id}/deletion/"), {"revision": one.revision}, follow=True)
    assert "Its time is free again." in answer.text
    assert not Approval.objects.exists()
    assert TimeEntry.objects.get().approval_id is None


MOVES = {
    ("draft", "sending"): "awaiting",
    ("awaiting", "sending"): "awaiting",
    ("rejected", "sending"): "awaiting",
    ("awaiting", "recall"): "draft",
    ("draft", "deletion"): "gone",
}


@pytest.mark.parametrize("state", ["draft", "awaiting", "approved", "rejected"])
def test_one_moves_only_as_its_state_allows(cast: Cast, drawing: Any, state: str) -> None:
    one, olga = one_in(state, cast, drawing), visitor(cast.olga)
    for act in ("sending", "recall", "deletion"):
        sent = {"revision": one.revision, "to": [cast.ana.id]}
        with nothing_changes(f"{act} of what was read before"):
            olga.post(at(cast, f"{one.id}/{act}/"), sent | {"revision": one.revision - 1})
        if (state, act) in MOVES:
            with undone():
                olga.post(at(cast, f"{one.id}/{act}/"), sent)
                found = Approval.objects.filter(id=one.id).first()
                assert (found.state if found else "gone") == MOVES[state, act], act
        else:
            with nothing_changes(f"{act} of what is {state}"):
                olga.post(at(cast, f"{one.id}/{act}/"), sent)
            assert 'role="alert"' in olga.get(at(cast, f"{one.id}/")).text, f"{act} of what is {state}"


def test_what_waits_or_is_approved_is_not_edited(cast: Cast, drawing: Any) -> None:
    for state in ("awaiting", "approved"):
        one = one_in(state, cast, drawing)
        (entry, *_others) = approvals.entries_of(one)
        with nothing_changes(state):
            sent = {"entries": [entry.id], "notes": "Mine", "revision": one.revision}
            answer = visitor(cast.olga).post(at(cast, f"{one.id}/edit/"), sent)
        assert answer.status_code == 422
        assert "Take it back to change it." in answer.text
        assert "Mine" in answer.text


def test_what_is_said_of_it_is_shown_if_it_was_sent(cast: Cast, drawing: Any) -> None:
    one, olga = one_in("draft", cast, drawing), visitor(cast.olga)
    assert "shown" not in olga.get(at(cast, f"{one.id}/")).context["conversation"].form.fields
    answer = olga.post(at(cast, f"{one.id}/comments/"), {"text": "For Stig", "tell": [cast.stig.id]})
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast, f"{one.id}/#conversation"))
    one = approvals.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)
    olga.post(at(cast, f"{one.id}/comments/"), {"text": "Please look", "shown": "on"})
    assert [said.is_shown for said in Comment.objects.order_by("id")] == [False, True]
    assert "Told: Stig Holm" in olga.get(at(cast, f"{one.id}/")).text
    wrong = olga.post(at(cast, f"{one.id}/comments/"), {"text": ""})
    assert wrong.status_code == 422


def test_a_viewer_reads_and_changes_nothing(cast: Cast, drawing: Any) -> None:
    one, vera = one_in("draft", cast, drawing), visitor(cast.vera)
    assert vera.get(at(cast, f"{one.id}/")).status_code == 200
    for rest in ("new/", f"{one.id}/edit/", f"{one.id}/sending/", f"{one.id}/recall/", f"{one.id}/deletion/"):
        assert vera.post(at(cast, rest), {"revision": "1"}).status_code == 403
    assert visitor(cast.otto).get(at(cast, f"{one.id}/")).status_code == 404
    strange = f"/office/{cast.quay.id}/approvals/"
    assert visitor(cast.otto).get(f"{strange}{one.id}/").status_code == 404
    assert visitor(cast.otto).get(f"{strange}new/", {"project": drawing.project_id}).status_code == 404


def test_home_says_how_many_wait(cast: Cast, drawing: Any) -> None:
    invoice(cast)
    assert "timesheet" not in visitor(cast.olga).get(f"/office/{cast.studio.id}/").text.partition("<main")[2]
    one_in("awaiting", cast, drawing)
    page = visitor(cast.olga).get(f"/office/{cast.studio.id}/")
    assert f'href="{at(cast)}?status=awaiting">1 timesheet waits for its customer</a>' in page.text
    one_in("awaiting", cast, drawing)
    assert "2 timesheets wait for their customers" in visitor(cast.olga).get(f"/office/{cast.studio.id}/").text


def test_the_pages_take_as_many_queries_however_long_they_are(
    cast: Cast, drawing: Any, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    one, olga = one_in("awaiting", cast, drawing), visitor(cast.olga)
    olga.post(at(cast, f"{one.id}/comments/"), {"text": "For us"})
    draft = one_in("draft", cast, drawing)
    pages = (
        at(cast),
        at(cast, f"{one.id}/"),
        at(cast, f"{draft.id}/edit/"),
        at(cast, "new/") + about(drawing.project),
    )
    for _round in range(2):
        for address in pages:
            olga.get(address)
            with django_assert_max_num_queries(12, info=address):
                assert olga.get(address).status_code == 200
        _many(one, 60)
        _many(draft, 20)
        for entry in TimeEntry.objects.order_by("id")[:2]:
            _many(entry, 60)


def _many(row: Any, count: int) -> None:
    model, copies = type(row), []
    for place in range(count):
        copy: Any = model._default_manager.get(id=row.id)
        copy.id = new_id()
        if getattr(copy, "number", ""):
            copy.number = copy.number_key = f"many-{copy.id}-{place}"
        copies.append(copy)
    model._default_manager.bulk_create(copies)


def test_olga_and_ana_both_act(cast: Cast, drawing: Any) -> None:
    """What the customer decided meanwhile is told to who still reads the old page."""
    one = one_in("awaiting", cast, drawing)
    approvals.approve(one, by=actor(cast.ana), revision=one.revision)
    page = visitor(cast.olga).post(at(cast, f"{one.id}/recall/"), {"revision": one.revision}, follow=True)
    assert "Ana Moreau has already approved this timesheet." in page.text
