"""Projects: written down, changed, put to rest, and who works on them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.customers import customers
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import staff
from counterfoil.books.projects import projects, time_entries, timers
from counterfoil.books.projects.models import Project, ProjectMember
from counterfoil.books.projects.projects import ProjectContent, content_of
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import LARGEST
from tests.support import projects as make
from tests.support.cast import Cast, actor
from tests.support.refusals import refused

LINK = Actor("link", None, "Ana Moreau", link_id=7)


def again(one: Any) -> Any:
    return type(one).objects.get(id=one.id)


def strangers(cast: Cast) -> list[Actor]:
    """Nobody of whom may do anything with the studio's projects."""
    return [actor(cast.vera), actor(cast.otto), cast.by_ana, LINK, actor(make.timekeeper(cast))]


def written(**content: Any) -> ProjectContent:
    full: dict[str, Any] = {"name": "Shop window", "rate": Decimal(60)} | content
    return ProjectContent(**full)


def change(cast: Cast, one: Any, **content: Any) -> Any:
    return projects.edit(one, replace(content_of(one), **content), by=cast.by_olga, revision=one.revision)


def test_a_project_is_written_down_with_its_staff_and_told_of(cast: Cast) -> None:
    content = written(
        name="  Shop window ",
        description=" Drawn by hand. ",
        budget_minutes=6_000,
        budget_minor=500_000,
        members={cast.olga.id: Decimal(50), cast.stig.id: Decimal(40)},
    )
    one = again(projects.create(cast.bakery, content, by=cast.by_olga))
    assert (one.name, one.description, one.billing, one.rate, one.state) == (
        "Shop window",
        "Drawn by hand.",
        "project",
        60,
        "active",
    )
    assert (one.customer, one.organization, one.budget_minutes, one.budget_minor) == (
        cast.bakery,
        cast.studio,
        6_000,
        500_000,
    )
    assert dict(one.members.values_list("member_id", "rate")) == {cast.olga.id: 50, cast.stig.id: 40}
    told = Event.objects.get(name="project.created")
    assert (told.subject_id, told.customer_id, told.data, told.for_customer) == (
        one.id,
        cast.bakery.id,
        {"name": "Shop window"},
        False,
    )
    assert not differences()


def test_the_same_form_twice_is_one_project(cast: Cast) -> None:
    made = [projects.create(cast.bakery, written(), by=cast.by_olga, making_key="k" * 20) for _twice in range(2)]
    assert made[0] == made[1]
    assert Project.objects.count() == Event.objects.filter(name="project.created").count() == 1


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ({"name": "  "}, "NAME_MISSING", "name"),
        ({"name": "x" * 201}, "NAME_TOO_LONG", "name"),
        ({"name": "ß" * 101}, "NAME_TOO_LONG", "name"),  # twice as long when its case is folded
        ({"name": "SHOP WINDOW"}, "NAME_TAKEN", "name"),
        ({"billing": "by the moon"}, "BILLING", "billing"),
        ({"rate": Decimal(-1)}, "RATE", "rate"),
        ({"rate": Decimal("NaN")}, "RATE", "rate"),
        ({"rate": Decimal(10) ** 12}, "RATE", "rate"),
        ({"billing": "fixed"}, "COST", "fixed"),
        ({"billing": "fixed", "fixed_minor": -1}, "COST", "fixed"),
        ({"billing": "fixed", "fixed_minor": LARGEST + 1}, "COST", "fixed"),
        ({"budget_minutes": 0}, "BUDGET", "budget_minutes"),
        ({"budget_minutes": 60_000_001}, "BUDGET", "budget_minutes"),
        ({"budget_minor": 0}, "BUDGET", "budget"),
        ({"budget_minor": LARGEST + 1}, "BUDGET", "budget"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, content: dict[str, Any], code: str, field: str) -> None:
    one, other = make.project(cast), make.project(cast, name="Menu")
    with refused(code, field=field):
        projects.create(cast.bakery, written(**({"name": "Leaflet"} | content)), by=cast.by_olga)
    with refused(code, field=field):
        change(cast, other, **content)
    assert one.customer.currency_fixed is False


def test_a_rate_of_a_member_is_looked_at_too(cast: Cast) -> None:
    with refused("RATE", field="members"):
        projects.create(cast.bakery, written(members={cast.olga.id: Decimal(-1)}), by=cast.by_olga)


def test_another_customer_may_have_a_project_of_the_same_name(cast: Cast) -> None:
    make.project(cast)
    assert make.project(cast, cast.tidewater).name == "Shop window"


@pytest.mark.parametrize(("billing", "kept"), [("project", (60, 0)), ("task", (0, 0)), ("fixed", (0, 90_000))])
def test_what_belongs_to_another_way_of_billing_is_not_kept(cast: Cast, billing: str, kept: tuple[int, int]) -> None:
    one = again(projects.create(cast.bakery, written(billing=billing, fixed_minor=90_000), by=cast.by_olga))
    assert (one.rate, one.fixed_minor) == kept


def test_only_owner_and_staff_of_the_business_write_projects(cast: Cast) -> None:
    one = make.project(cast)
    for by in strangers(cast):
        with refused("NOT_ALLOWED"):
            projects.create(cast.bakery, written(name="Leaflet"), by=by)
        with refused("NOT_ALLOWED"):
            projects.edit(one, written(name="Leaflet"), by=by, revision=1)
        with refused("NOT_ALLOWED"):
            projects.deactivate(one, by=by, revision=1)
        with refused("NOT_ALLOWED"):
            projects.activate(one, by=by, revision=1)
    assert projects.edit(one, written(name="Leaflet"), by=actor(cast.stig), revision=1).name == "Leaflet"


def test_a_change_says_what_was_and_what_is(cast: Cast) -> None:
    one = change(cast, make.project(cast), name="Shop front", rate=Decimal("62.5"))
    assert (one.revision, again(one).name_key) == (2, "shop front")
    told = Event.objects.get(name="project.edited")
    assert told.data["changed"] == {
        "name": {"was": "Shop window", "now": "Shop front"},
        "rate": {"was": "60", "now": "62.5"},
    }


def test_what_somebody_changed_meanwhile_must_be_read_again(cast: Cast) -> None:
    one = make.project(cast)
    change(cast, one, name="Shop front")
    with refused("PROJECT_CHANGED"):
        projects.edit(one, written(), by=cast.by_olga, revision=1)
    with refused("PROJECT_CHANGED"):
        projects.deactivate(one, by=cast.by_olga, revision=1)
    with refused("PROJECT_CHANGED"):
        projects.activate(one, by=cast.by_olga, revision=1)


def test_putting_to_rest_and_waking_up_are_told_once_each(cast: Cast) -> None:
    one = make.project(cast)
    for _twice in range(2):
        one = projects.deactivate(one, by=cast.by_olga, revision=one.revision)
    assert (again(one).state, one.revision) == ("inactive", 2)
    for _twice in range(2):
        one = projects.activate(one, by=cast.by_olga, revision=one.revision)
    assert (again(one).state, one.revision) == ("active", 3)
    told = Event.objects.filter(name__in=("project.activated", "project.deactivated")).order_by("id")
    assert [event.name for event in told] == ["project.deactivated", "project.activated"]


def test_its_staff_are_of_the_business_have_joined_and_may_log_time(cast: Cast) -> None:
    one = make.project(cast)
    invited = staff.invite(cast.studio, name="Nina", email="nina@studio.test", role="staff", by=cast.by_olga)
    gone = staff.remove(cast.stig, by=cast.by_olga)
    for member in (cast.vera, cast.otto, invited, gone):
        with refused("NOT_A_COLLEAGUE", field="members"):
            change(cast, one, members={cast.olga.id: Decimal(50), member.id: Decimal(1)})
    tess = make.timekeeper(cast)
    change(cast, one, members={tess.id: Decimal(30)})
    assert list(ProjectMember.objects.values_list("member_id", "rate")) == [(tess.id, 30)]


def test_who_left_the_business_may_stay_on_the_project_or_come_back_for_their_time(cast: Cast) -> None:
    one = make.project(cast, members=[cast.olga, cast.stig])
    make.time(cast, make.task(cast, one), by=actor(cast.stig))
    staff.remove(cast.stig, by=cast.by_olga)
    one = change(cast, one, name="Shop front")
    assert one.members.count() == 2
    one = change(cast, one, members={cast.olga.id: Decimal(50)})
    one = change(cast, one, members={cast.olga.id: Decimal(50), cast.stig.id: Decimal(45)})
    assert one.members.count() == 2


def test_nobody_is_taken_off_while_their_timer_runs_nor_is_the_project_put_to_rest(cast: Cast) -> None:
    tess = make.timekeeper(cast)
    one = make.project(cast, members=[cast.olga, tess])
    running = timers.start(make.task(cast, one), by=actor(tess))
    with refused("STAFF_HAS_TIMER"):
        change(cast, one, name="Other", members={cast.olga.id: Decimal(50)})
    with refused("STAFF_HAS_TIMER"):
        projects.deactivate(one, by=cast.by_olga, revision=1)
    one = change(cast, one, members={tess.id: Decimal(50)})
    timers.discard(running, by=actor(tess))
    assert not projects.deactivate(one, by=cast.by_olga, revision=one.revision).is_active


def test_no_rate_goes_while_there_is_time_that_is_billed_by_it(cast: Cast) -> None:
    tess = make.timekeeper(cast)
    one = make.project(cast, billing="staff", members=[cast.olga, tess])
    entry = make.time(cast, make.task(cast, one), by=actor(tess))
    with refused("STAFF_HAS_TIME", field="members"):
        change(cast, one, members={cast.olga.id: Decimal(50)})
    time_entries.delete(entry, by=actor(tess), revision=1)
    assert change(cast, one, members={cast.olga.id: Decimal(50)}).members.count() == 1


def test_nor_is_a_project_billed_by_rates_of_which_one_is_missing(cast: Cast) -> None:
    tess = make.timekeeper(cast)
    one = make.project(cast, members=[cast.olga, tess])
    make.time(cast, make.task(cast, one), by=actor(tess))
    one = change(cast, one, members={cast.olga.id: Decimal(50)})
    with refused("STAFF_HAS_TIME", field="members"):
        change(cast, one, billing="staff")
    assert change(cast, one, billing="staff", members={tess.id: Decimal(30)}).billing == "staff"


def test_whose_project_has_rates_chooses_no_other_currency(cast: Cast) -> None:
    make.project(cast, billing="fixed", fixed_minor=100_000)
    bakery = again(cast.bakery)
    content = replace(customers.content_of(bakery), currency="JPY")
    with refused("CURRENCY_FIXED", field="currency"):
        customers.edit(bakery, content, by=cast.by_olga, revision=bakery.revision)


def test_the_system_may_do_what_staff_may(cast: Cast) -> None:
    assert projects.create(cast.bakery, written(), by=SYSTEM).is_active
