"""Periodic jobs run when they are due, once, whatever the number of workers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from counterfoil.books.accounts.models import Session
from counterfoil.foundation import clock
from counterfoil.outbound import jobs, scheduler
from counterfoil.outbound.models import ScheduledJob
from tests.support.races import at_once


@pytest.fixture
def runs() -> Iterator[list[str]]:
    """A job "often", every hour, is all there is to do."""
    before, done = dict(scheduler._jobs), []
    scheduler._jobs.clear()
    scheduler.every(timedelta(hours=1), "often")(lambda: done.append("often"))
    yield done
    scheduler._jobs.clear()
    scheduler._jobs.update(before)


def test_a_job_runs_at_first_and_then_at_its_interval(db: None, runs: list[str]) -> None:
    scheduler.run_due()
    scheduler.run_due()
    assert len(runs) == 1
    with clock.travel(by=timedelta(minutes=61)):
        scheduler.run_due()
        assert len(runs) == 2


def test_a_scheduler_that_was_down_for_days_runs_each_job_once(db: None, runs: list[str]) -> None:
    scheduler.run_due()
    with clock.travel(by=timedelta(days=3)):
        scheduler.run_due()
        scheduler.run_due()
    assert len(runs) == 2


def test_a_job_that_fails_is_tried_again_soon_and_stops_no_other(db: None, runs: list[str]) -> None:
    def broken() -> None:
        runs.append("broken")
        raise RuntimeError("no")

    scheduler.every(timedelta(days=1), "broken")(broken)
    scheduler.run_due()
    assert sorted(runs) == ["broken", "often"]
    assert ScheduledJob.objects.get(name="broken").ran_at is None
    with clock.travel(by=timedelta(minutes=11)):
        scheduler.run_due()
    assert runs.count("broken") == 2


def test_a_worker_that_died_with_a_job_gives_it_back(db: None, runs: list[str]) -> None:
    ScheduledJob.objects.create(name="often", due_at=clock.now() + scheduler.LEASE)
    scheduler.run_due()
    assert not runs
    with clock.travel(by=scheduler.LEASE):
        scheduler.run_due()
    assert runs == ["often"]


def test_several_schedulers_at_once_run_a_job_once(both_databases: str, runs: list[str]) -> None:
    outcomes = at_once(8, lambda _place: scheduler.run_due())
    assert [one.error for one in outcomes] == [None] * 8
    assert runs == ["often"]


def test_expired_sessions_and_cache_rows_are_cleared(db: None) -> None:
    from django.core.management import call_command

    call_command("createcachetable")
    cache.clear()
    for key, days in (("old", -1), ("new", 1)):
        until = clock.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=until, used_at=clock.now())
    cache.set("old", "1", timeout=1)
    cache.set("new", "1", timeout=10_000)
    with clock.travel(by=timedelta(minutes=1)):
        jobs.clear_expired_sessions()
        jobs.clear_expired_cache()
    assert [one.session_key for one in Session.objects.all()] == ["new"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM shared_cache")
        assert cursor.fetchone()[0] == 1


def test_the_jobs_of_the_house_all_run(db: None) -> None:
    from django.core.management import call_command

    call_command("createcachetable")
    assert scheduler.run_due() == len(scheduler._jobs) >= 2
    assert not ScheduledJob.objects.filter(ran_at__isnull=True).exists()
