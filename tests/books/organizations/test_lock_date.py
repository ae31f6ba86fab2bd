"""The day up to which the books are locked: who moves it, where to, and what is kept of that."""

from datetime import date, timedelta
from typing import Any

import pytest

from counterfoil.books.organizations import lock_date
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.cast import Cast, actor
from tests.support.locking import because, days_ago, lock, today
from tests.support.refusals import refused


def put(cast: Cast, until: date, *, by: Any = None) -> None:
    cast.studio.refresh_from_db()
    lock_date.set(cast.studio, until, revision=cast.studio.revision, by=by or cast.by_olga)
    cast.studio.refresh_from_db()


def clear(cast: Cast, *, by: Any = None) -> None:
    cast.studio.refresh_from_db()
    lock_date.clear(cast.studio, revision=cast.studio.revision, by=by or cast.by_olga)
    cast.studio.refresh_from_db()


def test_an_owner_locks_the_books_and_it_is_kept_who_did(cast: Cast) -> None:
    put(cast, days_ago(1))
    with refused("LOCKED_ALREADY", field="until"):
        put(cast, days_ago(1))
    assert cast.studio.locked_until == days_ago(1)
    (event,) = Event.objects.filter(name="lock_date.set")
    assert (event.by.name, event.data) == ("Olga Lindqvist", {"was": None, "until": days_ago(1).isoformat()})


@pytest.mark.parametrize("days", [0, -1, -400])
def test_neither_today_nor_a_day_to_come_can_be_locked(cast: Cast, days: int) -> None:
    with refused("LOCK_TO_COME", field="until"):
        put(cast, days_ago(days))


def test_what_counts_is_the_day_where_the_organization_is(cast: Cast) -> None:
    midnight = clock.now().replace(year=2026, month=12, day=24, hour=23, minute=30)
    with clock.travel(to=midnight):
        with refused("LOCK_TO_COME"):
            put(cast, date(2026, 12, 24))
        type(cast.studio).objects.filter(id=cast.studio.id).update(time_zone="Asia/Shanghai")
        put(cast, date(2026, 12, 24))


def test_a_year_that_nobody_means_is_refused(cast: Cast) -> None:
    with refused("DATE_FAR_OFF", field="until"):
        put(cast, date(26, 9, 30))


def test_moving_it_on_needs_no_reason_and_moving_it_back_does(cast: Cast) -> None:
    put(cast, days_ago(60))
    put(cast, days_ago(30))
    with refused("REASON_MISSING", field="reason"):
        put(cast, days_ago(31))
    with refused("REASON_MISSING", field="reason"):
        put(cast, days_ago(31), by=because(cast, "  "))
    put(cast, days_ago(31), by=because(cast, "The accountant asked"))
    assert Event.objects.filter(name="lock_date.set").latest("id").reason == "The accountant asked"


def test_taking_it_away_needs_a_reason(cast: Cast) -> None:
    with refused("NOT_LOCKED"):
        clear(cast, by=because(cast, "Because"))
    put(cast, days_ago(3))
    with refused("REASON_MISSING", field="reason"):
        clear(cast)
    clear(cast, by=because(cast, "A new accountant"))
    assert cast.studio.locked_until is None
    event = Event.objects.get(name="lock_date.cleared")
    assert (event.reason, event.data["was"]) == ("A new accountant", days_ago(3).isoformat())


def test_nobody_but_an_owner_moves_it(cast: Cast) -> None:
    put(cast, days_ago(3))
    for who in (cast.stig, cast.vera, cast.otto, cast.ana):
        with refused("NOT_ALLOWED"):
            put(cast, days_ago(2), by=actor(who))
        with refused("NOT_ALLOWED"):
            clear(cast, by=actor(who))


def test_who_saw_other_settings_must_look_again(cast: Cast) -> None:
    seen = cast.studio.revision
    put(cast, days_ago(9))
    with refused("ORGANIZATION_CHANGED"):
        lock_date.set(cast.studio, days_ago(2), revision=seen, by=cast.by_olga)
    with refused("ORGANIZATION_CHANGED"):
        lock_date.clear(cast.studio, revision=seen, by=because(cast, "Because"))


def test_the_first_open_day_is_the_wished_one_or_the_one_after_the_lock(cast: Cast) -> None:
    assert lock_date.first_open_day(cast.studio.id, days_ago(40)) == days_ago(40)
    lock(cast, 10)
    assert lock_date.first_open_day(cast.studio.id, days_ago(40)) == days_ago(9)
    assert lock_date.first_open_day(cast.studio.id, days_ago(10)) == days_ago(9)
    assert lock_date.first_open_day(cast.studio.id, days_ago(9)) == days_ago(9)
    assert lock_date.first_open_day(cast.studio.id, today() + timedelta(1)) == today() + timedelta(1)
    assert lock_date.first_open_day(cast.quay.id, days_ago(40)) == days_ago(40)


def test_the_sentence_is_in_the_readers_language_and_names_both_days(cast: Cast) -> None:
    from counterfoil.foundation.languages import speaking
    from counterfoil.foundation.refusal import Refused

    put(cast, date(2026, 9, 30))
    for language, role, said in (
        ("en", "owner", "The books are locked up to and including 30 Sep 2026, and this concerns 15 Sep 2026."),
        ("en", "staff", "An owner can do it all the same, by saying why."),
        ("zh-Hans", "staff", "2026年9月30日"),
    ):
        with speaking(language), pytest.raises(Refused) as refusal:
            person = cast.olga if role == "owner" else cast.stig
            lock_date.must_be_open(cast.studio.id, date(2026, 9, 15), date(2026, 10, 2), actor=actor(person))
        assert said in str(refusal.value.sentence)
