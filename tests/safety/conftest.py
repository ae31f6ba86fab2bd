"""Attacks walk the catalogue, with the demo's routes beside the others, in a program that is not the demo."""

import pytest

from tests.routes import catalogue


@pytest.fixture(autouse=True)
def _with_the_demos_routes(settings):
    settings.ROOT_URLCONF = catalogue.URLS
