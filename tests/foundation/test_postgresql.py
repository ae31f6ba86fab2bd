"""The connection to PostgreSQL: as few words as it can do with, and none that are missed."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counterfoil.foundation.postgresql import base
from counterfoil.foundation.transactions import snapshot
from counterfoil.reach.places import memberships
from tests.support import databases
from tests.support.cast import Cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round_trips(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the server answered, each time that it was asked whether it is there."""
    connection.ensure_connection()
    answers: list[bool] = []
    ask = base.base.DatabaseWrapper.is_usable

    def noted(self: Any) -> bool:
        answers.append(ask(self))
        return answers[-1]

    monkeypatch.setattr(base.base.DatabaseWrapper, "is_usable", noted)
    return answers


def _between_requests() -> None:
    connection.close_if_unusable_or_obsolete()
    connection.health_check_done = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_connection_that_stands_is_not_asked_before_each_request(round_trips: list[bool]) -> None:
    _between_requests()
    before = len(round_trips)
    for _one in range(3):
        _between_requests()
    assert len(round_trips) == before


def test_one_that_was_silent_for_long_is_asked(round_trips: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    _between_requests()
    monkeypatch.setattr(base, "SURE_FOR", 0)
    _between_requests()
    assert round_trips[-1] is True


def test_one_that_the_server_ended_is_made_again(round_trips: list[bool]) -> None:
    _between_requests()
    ended = connection.connection
    with psycopg.connect(databases.url_of("postgres"), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(%s, 5000)", [ended.info.backend_pid])
    _between_requests()
    assert round_trips[-1] is False
    assert connection.connection is not ended


def test_what_is_asked_all_the_time_is_planned_once_with_its_constants(cast: Cast) -> None:
    for member in (cast.olga, cast.stig):
        assert [one.id for one in memberships(member.user_id)] == [member.id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        kept = dict(cursor.fetchall())
    (plans,) = (count for sql, count in kept.items() if "organizations_staffmember" in sql)
    assert plans == 2


def test_what_is_planned_once_can_be_read_as_it_was_asked(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        memberships(cast.olga.user_id)
    (asked,) = queries
    assert f'"user_id" = {cast.olga.user_id}' in asked["sql"]


def test_a_snapshot_reads_as_of_one_moment_and_nothing_else_does() -> None:
    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("off",)
