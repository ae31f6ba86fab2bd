"""The world, with the demo's routes beside the others."""

import pytest

from tests.routes import catalogue


@pytest.fixture(autouse=True)
def _with_the_demos_routes(settings):
    settings.ROOT_URLCONF = catalogue.URLS
