"""Every address says what it needs, or why it is open."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path

from counterfoil.reach.doors import refuse_unmarked_routes, routes


def test_every_route_says_what_it_needs_or_why_it_is_open():
    refuse_unmarked_routes()


def test_there_are_routes_at_both_doors():
    paths = [path for path, _ in routes()]
    assert any(path.startswith("portal/") for path in paths)
    assert any(path.startswith("office/") for path in paths)


def test_what_is_open_gives_a_reason_of_some_words():
    silent = [
        path for path, entry in routes() if hasattr(entry.callback, "public") and len(entry.callback.public.split()) < 2
    ]
    assert not silent


def test_every_view_is_a_function():
    classes = [path for path, entry in routes() if hasattr(entry.callback, "view_class")]
    ours = [path for path in classes if not path.startswith("account/")]
    assert not ours


urlpatterns = [path("forgotten/", lambda _request: None)]


def test_a_route_that_says_nothing_keeps_the_program_from_starting(settings):
    settings.ROOT_URLCONF = __name__
    with pytest.raises(ImproperlyConfigured, match="forgotten/"):
        refuse_unmarked_routes()
