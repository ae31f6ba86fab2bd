"""The demo's projects: billed in each way, with the time of two months, a running timer, and what customers approve."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.conversations import comments
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffMember
from counterfoil.books.projects import approvals, billing, projects, tasks, time_entries, timers
from counterfoil.books.projects.approvals import ApprovalContent
from counterfoil.books.projects.billing import By, Wish
from counterfoil.books.projects.models import Approval, Project, ProjectTask
from counterfoil.books.projects.projects import ProjectContent
from counterfoil.books.projects.tasks import TaskContent
from counterfoil.books.projects.time_entries import EntryContent
from counterfoil.books.sales import invoices
from counterfoil.foundation.actors import Actor

from .business import acting
from .people import BAKERY, MILL, YUNSHAN, Company

MAJA, PER, NORA = "owner@demo.test", "staff@demo.test", "timesheets@demo.test"


@dataclass(frozen=True)
class Work:
    """A project as it is told: each task with what is noted on it, and whether it is billable and its rate."""

    company: Company
    name: str
    content: Mapping[str, Any]
    tasks: Sequence[tuple[str, Sequence[str], bool, str]]
    people: Mapping[str, str]  # of the staff, each with the rate of an hour
    begun: int  # days ago


RELAUNCH = Work(
    BAKERY,
    "Relaunch of the shop",
    {"billing": Project.Billing.STAFF, "budget_minutes": 120 * 60, "description": "New name over the door by spring."},
    (
        ("Drawing", ("Sketches of the sign", "Second round", "Colours on the wall"), True, "0"),
        ("Visits", ("Measuring the front", "With the sign-maker"), True, "0"),
        ("Our own planning", ("Who does what", ""), False, "0"),
    ),
    {MAJA: "95", PER: "70", NORA: "55"},
    58,
)
CARE = Work(
    BAKERY,
    "Website care",
    {"billing": Project.Billing.PROJECT, "rate": Decimal(65), "budget_minor": 240_000},
    (
        ("Updates", ("Opening hours", "Pictures of the new cakes", ""), True, "0"),
        ("Questions", ("Orders by mail", ""), True, "0"),
    ),
    {PER: "0", NORA: "0"},
    40,
)
PANEL = Work(
    MILL,
    "Exhibition in the engine house",
    {"billing": Project.Billing.FIXED, "fixed_minor": 480_000, "budget_minutes": 60 * 60},
    (("Panels", ("Layout", "Proofs", "Hanging"), True, "0"), ("Texts", ("Second reading", ""), True, "0")),
    {MAJA: "0", NORA: "0"},
    50,
)
BOXES = Work(
    YUNSHAN,
    "包装设计",
    {"billing": Project.Billing.TASK, "description": "春季礼盒，共三款。"},
    (("设计", ("初稿", "第二稿", "修改配色"), True, "780"), ("打样", ("与印厂沟通", "检查样品"), True, "520")),
    {MAJA: "0", PER: "0"},
    45,
)
WORKS = (RELAUNCH, CARE, PANEL, BOXES)


def plan(story: Any) -> None:
    """What was worked on which day, and what became of it."""
    chance = random.Random(1924)  # noqa: S311  (believable, not secret)
    for work in WORKS:
        begun = story.today - timedelta(days=work.begun)
        story.at(begun, lambda work=work: _begin(story, work))
        for days in range(work.begun):
            day = begun + timedelta(days=days)
            if day.weekday() < 5 and chance.random() < 0.45:
                story.at(day, lambda work=work, day=day: _work(story, work, day, chance))
    _have_approved(story)
    on = _after(story)
    on(14, lambda: _bill(story, CARE, story.today - timedelta(days=15), By.TASK))
    on(20, lambda: _bill(story, PANEL, story.today - timedelta(days=20), By.PROJECT, fixed_minor=160_000))
    on(3, lambda: _say(story, RELAUNCH, "ana@harbour.test", "Could the sign be up before the third of March?"))
    on(2, lambda: _say(story, RELAUNCH, PER, "Yes, the sign-maker keeps the last week of February.", shown=True))


def begin_now(story: Any) -> None:
    """Somebody starts to work at the moment."""
    timers.start(_task(story, CARE, "Updates"), by=_actor(story, PER), notes="Christmas menu")


def _have_approved(story: Any) -> None:
    """A month that is approved and billed, one that was rejected, one that waits, and one that is being drawn up."""
    on, ana, wei = _after(story), "ana@harbour.test", "wei@yunshan.test"
    on(28, lambda: _ask(story, RELAUNCH, 58, 29, ana))
    on(27, lambda: _decide(story, RELAUNCH, ana))
    on(26, lambda: _bill(story, RELAUNCH, story.today - timedelta(days=29), By.TASK))
    on(9, lambda: _ask(story, BOXES, 45, 10, wei))
    on(8, lambda: _decide(story, BOXES, wei, reason="设计部分多算了半天，请核对。"))
    on(4, lambda: _ask(story, RELAUNCH, 28, 5, ana))
    on(1, lambda: _draw_up(story, CARE, 14, 2))


def _after(story: Any) -> Any:
    return lambda days_ago, what: story.at(story.today - timedelta(days=days_ago), what)


def _begin(story: Any, work: Work) -> None:
    members = {_member(story, email).id: Decimal(rate) for email, rate in work.people.items()}
    content = ProjectContent(name=work.name, members=members, **work.content)
    project = projects.create(story.people[work.company.name], content, by=story.made.owner)
    for name, _notes, is_billable, rate in work.tasks:
        tasks.add(project, TaskContent(name=name, is_billable=is_billable, rate=Decimal(rate)), by=story.made.owner)


def _work(story: Any, work: Work, day: date, chance: random.Random) -> None:
    name, notes, _is_billable, _rate = chance.choice(list(work.tasks))
    worker = _actor(story, chance.choice(list(work.people)))
    content = EntryContent(
        task_id=_task(story, work, name).id,
        member_id=worker.id or 0,
        worked_on=day,
        minutes=15 * chance.randint(2, 18),
        notes=chance.choice(list(notes)),
    )
    time_entries.log(_project(story, work), content, by=worker)


def _draw_up(story: Any, work: Work, first: int, last: int) -> Approval:
    content = ApprovalContent(first=story.today - timedelta(days=first), last=story.today - timedelta(days=last))
    return approvals.create(_project(story, work), content, by=story.made.owner)


def _ask(story: Any, work: Work, first: int, last: int, email: str) -> None:
    draft = _draw_up(story, work, first, last)
    approvals.send(draft, to=[_contact(story, work, email).id], by=story.made.owner, revision=draft.revision)


def _decide(story: Any, work: Work, email: str, *, reason: str = "") -> None:
    by = acting(_contact(story, work, email))
    asked = approvals.view(Approval.objects.awaiting().get(project=_project(story, work)), by=by)
    if reason:
        approvals.reject(asked, by=by, revision=asked.revision, reason=reason)
    else:
        approvals.approve(asked, by=by, revision=asked.revision)


def _bill(story: Any, work: Work, until: date, by: By, *, fixed_minor: int | None = None) -> None:
    project, owner = _project(story, work), story.made.owner
    draft = billing.bill(
        project, Wish(until=until, by=by, fixed_minor=fixed_minor), by=owner, revision=project.revision
    )
    invoices.mark_as_sent(draft, by=owner, revision=draft.revision)


def _say(story: Any, work: Work, email: str, text: str, *, shown: bool = False) -> None:
    is_ours = email in (MAJA, PER, NORA)
    by = _actor(story, email) if is_ours else acting(_contact(story, work, email))
    comments.add(_project(story, work), text, by=by, shown=shown)


def _project(story: Any, work: Work) -> Project:
    return Project.objects.get(customer=story.people[work.company.name], name=work.name)


def _task(story: Any, work: Work, name: str) -> ProjectTask:
    return ProjectTask.objects.select_related("project").get(project=_project(story, work), name=name)


def _member(story: Any, email: str) -> StaffMember:
    return StaffMember.objects.get(organization=story.made.organization, email=email)


def _actor(story: Any, email: str) -> Actor:
    return staff.actor(_member(story, email))


def _contact(story: Any, work: Work, email: str) -> ContactPerson:
    return ContactPerson.objects.current().get(customer=story.people[work.company.name], email=email)
