"""The look is tested by itself: its own addresses behind the pages' real policy, without database or sign-in."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

ALONE = {
    "ROOT_URLCONF": "tests.design.addresses",
    "MIDDLEWARE": ["csp.middleware.CSPMiddleware", "django.middleware.locale.LocaleMiddleware"],
    "ALLOWED_HOSTS": ["*"],
    "STORAGES": {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> Iterator[None]:
    """For a whole file, since the templates are read anew when the settings change."""
    engine = {**settings.TEMPLATES[0], "OPTIONS": dict(settings.TEMPLATES[0]["OPTIONS"])}
    engine["OPTIONS"]["context_processors"] = ["django.template.context_processors.request"]
    with override_settings(**ALONE, TEMPLATES=[engine]):
        yield


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def gallery_url(_alone: None) -> Iterator[str]:
    """A server of the look's own addresses and static files: where it answers, without the slash."""
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
