"""The ground under the other tests."""

import smtplib
import threading

import psycopg
import pytest
import requests
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.support import cast as cast_of_people
from tests.support import databases, run
from tests.support.attacks import undone
from tests.support.copies import copied
from tests.support.races import at_once
from tests.support.refusals import everything, raw


def test_a_run_uses_the_database_that_it_was_told(db):
    assert connection.vendor == run.engine()


def test_threads_of_a_test_see_one_database(both_databases):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE harness_tally (n integer)")
        cursor.execute("INSERT INTO harness_tally VALUES (0)")

    def add_one(place):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE harness_tally SET n = n + 1")

    try:
        outcomes = at_once(8, add_one)
        assert [outcome.error for outcome in outcomes] == [None] * 8
        with connection.cursor() as cursor:
            cursor.execute("SELECT n FROM harness_tally")
            assert cursor.fetchone() == (8,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE harness_tally")


def test_nothing_that_a_test_commits_is_there_for_the_next(both_databases, cast):
    assert any(raw().values())
    databases.empty_tables(None)
    assert not any(raw().values())
    assert ContentType.objects.exists()


def test_the_cast_is_copied_row_for_row(db):
    with undone():
        made = copied("the cast again", cast_of_people.make)
        first = everything()
    copy = copied("the cast again", cast_of_people.make)
    assert everything() == first
    assert (copy.ana, copy.studio.name, copy.ana.user) == (made.ana, made.studio.name, made.ana.user)


def test_those_who_start_at_once_really_do():
    together = threading.Barrier(5)
    assert all(outcome.error is None for outcome in at_once(5, lambda place: together.wait(5)))


def test_what_somebody_raises_is_kept():
    outcomes = at_once(2, lambda place: 1 // place)
    assert isinstance(outcomes[0].error, ZeroDivisionError)
    assert outcomes[1].result == 1


def test_a_new_database_is_migrated_and_empty(db, new_database):
    first, second = new_database(), new_database()
    assert first != second
    if run.engine() == "postgresql":
        with psycopg.connect(first) as session:
            assert session.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 0


@pytest.mark.postgres
def test_postgresql_is_a_real_one(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 140000


def test_mail_is_kept_and_can_be_refused(smtp_sink):
    smtp_sink.refusals.append("451 Try again later")
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as server:
        with pytest.raises(smtplib.SMTPDataError):
            server.sendmail("a@example.test", ["b@example.test"], "Subject: First\n\nText")
        server.sendmail("a@example.test", ["b@example.test"], "Subject: Second\n\nText")
    assert [message["Subject"] for message in smtp_sink.messages] == ["Second"]
    assert smtp_sink.recipients == [["b@example.test"]]


def test_the_site_answers_from_the_database_of_the_test(running_site):
    assert requests.get(f"{running_site.url}/nothing-here/", timeout=10).status_code == 404
    assert requests.get(f"{running_site.url}/office/", timeout=10).status_code < 500, running_site.log("web")


@pytest.mark.either_database
def test_a_killed_web_server_can_be_started_again(site_of_its_own):
    site = site_of_its_own(web_processes=2)
    site.start("web")
    site.kill("web")
    with pytest.raises(requests.ConnectionError):
        requests.get(site.url, timeout=5)
    site.start("web")
    assert requests.get(site.url, timeout=10).status_code < 500


@pytest.mark.browser
def test_a_page_speaks_the_language_of_its_visitor(browse):
    page = browse(language="zh-Hans", width=390)
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("innerWidth") == 390
    assert not browse(javascript=False).locator("script").count()


@pytest.mark.browser
def test_a_page_that_asks_another_machine_is_found_out(browse):
    page = browse()
    page.set_content("<img src='https://elsewhere.test/x.png'>")
    page.wait_for_timeout(50)
    assert browse.problems == ["A page asked another machine: https://elsewhere.test/x.png"]
    browse.problems.clear()
