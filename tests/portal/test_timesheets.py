"""What the customer is asked to approve: the list, one with its time, and deciding it once."""

from typing import Any

import pytest
from django.utils.html import strip_tags

from counterfoil.books.conversations import comments
from counterfoil.books.projects import approvals, projects
from counterfoil.books.projects.models import Approval
from counterfoil.foundation.events import Event
from counterfoil.foundation.ids import new_id
from tests.support import projects as make
from tests.support.attacks import nothing_changes
from tests.support.cast import Cast, actor, visitor
from tests.support.switches import switch


def at(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/approvals/{one.id}/{rest}"


def index(cast: Cast, query: str = "") -> Any:
    return visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/approvals/{query}")


def numbers(answer: Any) -> list[str]:
    return [row["number"] for row in answer.context["rows"]]


@pytest.fixture
def shown(cast: Cast) -> Cast:
    switch(cast, projects=True)
    return cast


def asked(cast: Cast, customer: Any = None, name: str = "Shop window", minutes: int = 90, **more: Any) -> Any:
    """A project of one piece of time, which its customer is asked to approve."""
    one = make.project(cast, customer, name=name)
    make.time(cast, make.task(cast, one), minutes, notes="First draft")
    return make.approval(cast, one, **more)


def many(one: Any, count: int) -> None:
    """So many that wait, copied from one without its time: only for lists."""
    rows = []
    for place in range(count):
        row = Approval.objects.get(id=one.id)
        row.pk = row.id = new_id()
        row._state.adding = True
        row.number = f"TS-{place + 500_000}"
        row.number_key = row.number.casefold()
        rows.append(row)
    Approval.objects.bulk_create(rows, batch_size=500)


def decide(who: Any, one: Any, act: str, **sent: Any) -> Any:
    return visitor(who).post(at(one, f"{act}/"), {"revision": one.revision, **sent}, follow=True)


def again(one: Any) -> Any:
    return Approval.objects.get(id=one.id)


def test_they_are_nowhere_while_the_business_does_not_show_them(shown: Cast) -> None:
    one, ana = asked(shown), visitor(shown.ana)
    home = f"/portal/lindqvist-zhou/{shown.bakery.id}/"
    assert f"{home}approvals/?status=awaiting" in ana.get(home).text
    switch(shown, projects=False)
    for address in (at(one), f"{home}approvals/", f"{home}approvals/?format=csv"):
        assert ana.get(address).status_code == 404
    for act in ("approval/", "rejection/", "comments/"):
        with nothing_changes(act):
            assert ana.post(at(one, act), {"revision": 2, "reason": "No", "text": "No"}).status_code == 404
    assert "approvals" not in ana.get(home).text
    assert "Nothing waits for your approval" not in ana.get(home).text


def test_an_empty_list_says_what_will_appear(shown: Cast) -> None:
    assert "Hours that you are asked to approve appear here." in index(shown).text


def test_the_filters_show_what_they_say(shown: Cast) -> None:
    some = {state: asked(shown, name=state) for state in ("awaiting", "approved", "rejected")}
    decide(shown.ana, some["approved"], "approval")
    decide(shown.ana, some["rejected"], "rejection", reason="One hour less")
    draft = make.project(shown, name="Draft")
    make.time(shown, make.task(shown, draft))
    make.draft_approval(shown, draft)
    assert set(numbers(index(shown))) == {one.number for one in some.values()}
    for status, one in some.items():
        assert numbers(index(shown, f"?status={status}")) == [one.number]
    (row,) = index(shown, "?status=awaiting").context["rows"]
    assert (row["project"], row["hours"], strip_tags(row["pill"])) == ("awaiting", "1:30", "Awaiting approval")
    assert " to " in row["period"]
    menu = [str(entry["label"]) for entry in index(shown).context["listing"].menu]
    assert menu == ["All", "Awaiting approval", "Approved", "Rejected"]


def test_one_is_found_by_the_start_of_its_number(shown: Cast) -> None:
    one, other = asked(shown), asked(shown, name="Awning")
    assert numbers(index(shown, f"?q={one.number.lower()}")) == [one.number]
    assert set(numbers(index(shown, "?q=ts-"))) == {one.number, other.number}
    nothing = index(shown, "?q=window").text
    assert "No timesheet found" in nothing
    assert 'value="window"' in nothing


@pytest.mark.parametrize("sort", ["number", "-number", "period", "-period"])
def test_every_sort_pages_through_all_rows_once_both_ways(shown: Cast, sort: str) -> None:
    many(asked(shown), 119)
    seen, query, back = [], f"?sort={sort}", ""
    while query:
        answer = index(shown, query)
        seen.append(numbers(answer))
        query, back = answer.context["listing"].older, answer.context["listing"].newer
    assert [len(part) for part in seen] == [50, 50, 20]
    assert len({number for part in seen for number in part}) == 120
    assert numbers(index(shown, back)) == seen[-2]


def test_the_list_comes_as_a_file(shown: Cast) -> None:
    one = asked(shown, name="=Window")
    text = b"".join(index(shown, "?format=csv")).decode()
    assert f"{one.number},'=Window,{one.first},{one.last},1.5,Awaiting approval" in text


def test_the_paper_has_its_time_by_day_and_the_sum(shown: Cast) -> None:
    one = make.project(shown)
    drawing, printing = make.task(shown, one), make.task(shown, one, "Printing")
    make.time(shown, drawing, 90, days_ago=3, notes="First <draft>")
    make.time(shown, printing, 30, days_ago=3)
    make.time(shown, drawing, 15)
    sheet = make.approval(shown, one, notes="As agreed on the phone")
    make.time(shown, drawing, 400, notes="Logged later")
    page = visitor(shown.ana).get(at(sheet))
    days = page.context["days"]
    assert [(one["hours"], [entry["task"] for entry in one["entries"]]) for one in days] == [
        ("2:00", ["Drawing", "Printing"]),
        ("0:15", ["Drawing"]),
    ]
    assert page.context["hours"] == "2:15"
    for words in (
        sheet.number,
        "Shop window",
        "First &lt;draft&gt;",
        "As agreed on the phone",
        "Olga Lindqvist",
        "2:15",
    ):
        assert words in page.text
    assert f"/projects/{one.id}/" in page.text
    assert "Logged later" not in page.text


def test_its_project_is_led_to_only_while_it_is_there(shown: Cast) -> None:
    one = asked(shown)
    projects.deactivate(one.project, by=shown.by_olga, revision=1)
    page = visitor(shown.ana).get(at(one))
    assert page.status_code == 200
    assert f"/projects/{one.project_id}/" not in page.text


def test_approving_it(shown: Cast) -> None:
    one = asked(shown)
    answer = decide(shown.ana, one, "approval")
    assert "You approved this timesheet." in answer.text
    assert "Approved by Ana Moreau on" in answer.text
    assert ">Approve</button>" not in answer.text
    assert (again(one).state, again(one).decided_by["id"]) == ("approved", shown.ana.id)


def test_rejecting_it_with_a_reason(shown: Cast) -> None:
    one = asked(shown)
    answer = decide(shown.ana, one, "rejection", reason="  Two hours <less>  ")
    assert "You rejected this timesheet." in answer.text
    assert "Rejected by Ana Moreau on" in answer.text
    assert "Two hours &lt;less&gt;" in answer.text
    assert ">Approve</button>" not in answer.text
    assert (again(one).state, again(one).reason) == ("rejected", "Two hours <less>")


@pytest.mark.parametrize(
    ("reason", "words"), [("", "Please say why"), ("  ", "Please say why"), ("x" * 1_001, "at most 1,000 characters")]
)
def test_rejecting_it_without_a_reason_or_with_too_long_a_one(shown: Cast, reason: str, words: str) -> None:
    one = asked(shown)
    with nothing_changes(words):
        answer = visitor(shown.ana).post(at(one, "rejection/"), {"revision": one.revision, "reason": reason})
    assert answer.status_code == 422
    assert f'id="reject-refused">{words}' in answer.text or words in answer.context["reason_refused"]
    assert f">{reason}</textarea>" in answer.text
    assert '<dialog class="dialog" id="reject" aria-labelledby="reject-title" open>' in answer.text
    assert 'aria-describedby="reject-refused"' in answer.text


def test_the_question_why_is_asked_without_any_script(shown: Cast) -> None:
    page = visitor(shown.ana).get(at(asked(shown), "?ask=reject"))
    assert '<dialog class="dialog" id="reject" aria-labelledby="reject-title" open>' in page.text


def test_what_was_sent_anew_must_be_read_again_and_the_reason_is_kept(shown: Cast) -> None:
    one = asked(shown)
    decide(shown.ana, one, "rejection", reason="One hour less")
    approvals.send(again(one), to=[shown.ana.id], by=shown.by_olga, revision=one.revision)
    for act, sent in (("approval/", {}), ("rejection/", {"reason": "Still too long"})):
        with nothing_changes(act):
            answer = visitor(shown.ana).post(at(one, act), {"revision": one.revision, **sent})
        assert answer.status_code == 409
        assert "Somebody changed this after you opened it." in answer.text
        assert sent.get("reason", "") in answer.text
    assert f'name="revision" value="{one.revision + 1}"' in answer.text


@pytest.mark.parametrize("revision", ["", "x", "0", "99999999999999999999"])
def test_a_revision_that_nobody_read_decides_nothing(shown: Cast, revision: str) -> None:
    one = asked(shown)
    with nothing_changes(revision):
        assert visitor(shown.ana).post(at(one, "approval/"), {"revision": revision}).status_code == 409


def test_the_second_is_told_who_decided_and_how_and_what_they_wrote_is_still_there(shown: Cast) -> None:
    one = asked(shown)
    decide(shown.ana, one, "approval")
    with nothing_changes("the second decision"):
        answer = visitor(shown.sam).post(at(one, "rejection/"), {"revision": one.revision, "reason": "Much too long"})
    assert answer.status_code == 409
    assert "Ana Moreau has already approved this timesheet." in answer.text
    assert "Much too long" in answer.text
    other = asked(shown, name="Awning")
    decide(shown.sam, other, "rejection", reason="No")
    refused = visitor(shown.ana).post(at(other, "approval/"), {"revision": other.revision})
    assert refused.status_code == 409
    assert "Sam Okafor has already rejected this timesheet." in refused.text


def test_the_same_person_twice_is_simply_told_that_it_is_done(shown: Cast) -> None:
    one, other = asked(shown), asked(shown, name="Awning")
    for _twice in range(2):
        assert "You approved this timesheet." in decide(shown.ana, one, "approval").text
        assert "You rejected this timesheet." in decide(shown.ana, other, "rejection", reason="No").text
    assert Event.objects.filter(name__in=("approval.approved", "approval.rejected")).count() == 2


def test_opening_it_is_told_to_the_office_once(shown: Cast) -> None:
    one = asked(shown)
    visitor(shown.ana).get(at(one), headers={"Sec-Purpose": "prefetch"})
    visitor(shown.ana).head(at(one))
    staff = visitor(shown.stig)
    staff.post(f"/office/{shown.studio.id}/customers/{shown.bakery.id}/contacts/{shown.ana.id}/viewing/")
    looked = staff.get(at(one))
    assert looked.status_code == 200
    assert ">Approve</button>" not in looked.text
    assert again(one).viewed_at is None
    for _twice in range(2):
        visitor(shown.ana).get(at(one))
    assert Event.objects.get(name="approval.first_viewed").by.id == shown.ana.id


def test_both_sides_talk_about_it(shown: Cast) -> None:
    one, ana = asked(shown), visitor(shown.ana)
    assert ana.post(at(one, "comments/"), {"text": "What took so long?"}).status_code == 303
    comments.add(one, "We know.", by=shown.by_olga)
    comments.add(one, "The lettering.", by=shown.by_olga, shown=True)
    page = ana.get(at(one))
    assert [str(line.text) for line in page.context["conversation"].lines] == ["What took so long?", "The lettering."]
    assert ">Comments</h2>" in page.text
    assert "We know." not in page.text


def test_drafts_what_was_taken_back_and_others_are_not_there(shown: Cast) -> None:
    one = make.project(shown, name="Draft")
    make.time(shown, make.task(shown, one))
    draft = make.draft_approval(shown, one)
    recalled = asked(shown)
    approvals.recall(recalled, by=shown.by_olga, revision=recalled.revision)
    theirs = asked(shown, shown.tidewater)
    elsewhere = at(theirs).replace(str(shown.tidewater.id), str(shown.bakery.id))
    ana = visitor(shown.ana)
    for address in (at(draft), at(recalled), at(theirs), elsewhere):
        assert ana.get(address).status_code == 404
        for act in ("approval/", "rejection/", "comments/"):
            with nothing_changes(address + act):
                sent = {"revision": theirs.revision, "reason": "No", "text": "No"}
                assert ana.post(address + act, sent).status_code == 404
    assert numbers(index(shown)) == []


def test_home_counts_what_waits_and_leads_to_just_that(shown: Cast) -> None:
    home = f"/portal/lindqvist-zhou/{shown.bakery.id}/"
    assert "Nothing waits for your approval" in visitor(shown.ana).get(home).text
    waiting, done = asked(shown), asked(shown, name="Awning")
    decide(shown.ana, done, "approval")
    page = visitor(shown.ana).get(home)
    assert page.context["timesheets_waiting"] == 1
    assert f'href="{home}approvals/?status=awaiting"><b>1</b>' in page.text
    assert numbers(index(shown, "?status=awaiting")) == [waiting.number]


def test_a_person_without_access_decides_nothing(shown: Cast) -> None:
    from counterfoil.books.customers import portal_access

    one, ana = asked(shown), visitor(shown.ana)
    portal_access.configure(shown.bakery, {shown.sam.id}, by=shown.by_olga)
    with nothing_changes("whoever has no access"):
        assert ana.post(at(one, "approval/"), {"revision": one.revision}).status_code in (302, 403, 404)
    assert actor(shown.ana).kind == "contact"


@pytest.mark.parametrize("count", [10, 1_000])
def test_the_pages_keep_their_budget(shown: Cast, django_assert_max_num_queries: Any, count: int) -> None:
    one = make.project(shown)
    drawing = make.task(shown, one)
    for place in range(10):
        make.time(shown, drawing, 10, days_ago=place)
    sheet = make.approval(shown, one)
    many(sheet, count)
    ana = visitor(shown.ana)
    ana.get(at(sheet))
    with django_assert_max_num_queries(8):
        ana.get(at(sheet))
    for query in ("", "?status=awaiting", "?q=ts-"):
        with django_assert_max_num_queries(8):
            assert ana.get(at(sheet).removesuffix(f"{sheet.id}/") + query).context["rows"]
