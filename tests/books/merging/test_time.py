"""A customer who is here twice becomes one: their projects, their time and what they approved go with them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.ledger import verify
from counterfoil.books.merging import foreseeing
from counterfoil.books.projects import approvals, billing, projects
from counterfoil.books.projects.billing import Wish
from counterfoil.books.projects.models import Approval, Project, TimeEntry
from counterfoil.books.projects.projects import content_of
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import BilledTime
from counterfoil.reach.portal import PortalReach
from tests.support import projects as make
from tests.support.cast import Cast, actor, person
from tests.support.locking import today
from tests.support.merging import duplicate, merge
from tests.support.refusals import refused


def of(cast: Cast, twin: Any) -> Any:
    """A project of the twin's with an hour that is billed and one that waits for them."""
    make.show_projects(cast.studio, by=cast.by_olga)
    one = make.project(cast, twin)
    drawing = make.task(cast, one)
    make.time(cast, drawing, 60)
    billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    make.time(cast, drawing, 30)
    return one


def test_projects_time_and_approvals_are_the_survivors(cast: Cast) -> None:
    twin = duplicate(cast)
    nils = person(twin, "Nils", "Berg", "nils@harbour.test", by=cast.by_olga)
    one = of(cast, twin)
    asked = approvals.view(make.approval(cast, one), by=actor(nils))
    comments.add(asked, "Is this right?", by=actor(nils))
    parts = {part.kind: part.count for part in foreseeing.foresee(twin, cast.bakery).parts}
    assert (parts["project"], parts["approval"]) == (1, 1)
    merge(cast, twin, cast.bakery)
    for model in (Project, TimeEntry, Approval, Comment):
        assert set(model.objects.values_list("customer_id", flat=True)) == {cast.bakery.id}
    assert Approval.objects.get().viewed_by_id == nils.id
    reach = PortalReach(cast.ana, "lindqvist-zhou", "", ())
    assert [list(reach.projects), list(reach.approvals)] == [[one], [asked]]
    assert not verify.differences()


def test_what_came_meanwhile_is_read_before_it_is_merged(cast: Cast) -> None:
    twin = duplicate(cast)
    before = foreseeing.foresee(twin, cast.bakery).seen
    make.project(cast, twin)
    assert foreseeing.foresee(twin, cast.bakery).seen != before


def test_time_that_was_billed_stays_billed_and_the_rest_is_billed_to_the_survivor(cast: Cast) -> None:
    twin = duplicate(cast)
    one = of(cast, twin)
    merge(cast, twin, cast.bakery)
    second = billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    assert (second.customer_id, second.total_minor) == (cast.bakery.id, 3_000)
    first = BilledTime.objects.exclude(invoice=second).get().invoice
    invoices.delete(first, by=cast.by_olga, revision=first.revision)
    assert [entry.minutes for entry in billing.unbilled(one, today())] == [60]
    assert not verify.differences()


def test_what_waited_is_approved_by_the_survivors_people(cast: Cast) -> None:
    twin = duplicate(cast)
    person(twin, "Nils", "Berg", "nils@harbour.test", by=cast.by_olga)
    asked = make.approval(cast, of(cast, twin))
    merge(cast, twin, cast.bakery)
    assert approvals.approve(asked, by=cast.by_ana, revision=asked.revision).state == "approved"


def test_two_projects_of_one_name_can_both_be_changed(cast: Cast) -> None:
    twin = duplicate(cast)
    mine, theirs = make.project(cast), of(cast, twin)
    merge(cast, twin, cast.bakery)
    for one in (mine, theirs):
        changed = replace(content_of(one), rate=Decimal(70))
        assert projects.edit(one, changed, by=cast.by_olga, revision=1).rate == 70
    with refused("NAME_TAKEN", field="name"):
        make.project(cast)
