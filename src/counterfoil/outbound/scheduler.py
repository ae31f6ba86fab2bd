"""Periodic jobs. Each has one row: when it is due next and, while a worker runs it, until when it is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from counterfoil.foundation import clock

from .containment import Contained
from .models import ScheduledJob

LEASE = timedelta(minutes=15)
RETRY = timedelta(minutes=10)


@dataclass(frozen=True)
class Job:
    """Something to do every so often."""

    name: str
    interval: timedelta
    do: Callable[[], object]


_jobs: dict[str, Job] = {}


def every(interval: timedelta, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function that takes nothing. It may run twice after a crash, so running twice must do no harm."""

    def register(do: Callable[[], object]) -> Callable[[], object]:
        _jobs[name] = Job(name, interval, do)
        return do

    return register


def run_due() -> int:
    """Run the jobs that are due; returns how many. However long nobody ran them, each runs once."""
    now = clock.now()
    known = dict(ScheduledJob.objects.values_list("name", "due_at"))
    new = [ScheduledJob(name=name, due_at=now) for name in _jobs if name not in known]
    if new:
        ScheduledJob.objects.bulk_create(new, ignore_conflicts=True)
    return sum(_run(job) for job in tuple(_jobs.values()) if known.get(job.name, now) <= now)


def _run(job: Job) -> bool:
    """Run one job if it is still nobody else's."""
    now = clock.now()
    row = ScheduledJob.objects.filter(name=job.name)
    if not row.filter(due_at__lte=now).update(due_at=now + LEASE):
        return False
    with Contained("job=%s", job.name) as attempt:
        job.do()
    if attempt.failure:
        row.update(due_at=clock.now() + min(job.interval, RETRY))
    else:
        row.update(due_at=clock.now() + job.interval, ran_at=clock.now())
    return True
