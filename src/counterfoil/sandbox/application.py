"""The gateway as a WSGI application: routes, faults on order, and what a call that isn't answered looks like."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from . import api, assets, control, pages, webhooks
from .dashboard import acts
from .dashboard import pages as dashboard
from .faults import Fault, altered
from .gateway import Gateway, Setup
from .refusals import NoAnswer, Refusal
from .rendering import EVERYWHERE
from .store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST = 64 * 1024  # bytes of a request
TABLE: list[tuple[str, str, Callable[..., Response]]] = [
    ("GET", "/", pages.about),
    ("POST", "/v1/accounts", api.sign_up),
    ("GET", "/v1/account", api.show_account),
    ("POST", "/v1/account", api.switch_account),
    ("POST", "/v1/account/rotate_key", api.rotate_key),
    ("POST", "/v1/webhook_endpoint", api.set_webhook),
    ("POST", "/v1/origins", api.add_origin),
    ("POST", "/v1/payment_intents", api.create_intent),
    ("GET", "/v1/payment_intents", api.list_intents),
    ("GET", "/v1/payment_intents/<intent_id>", api.show_intent),
    ("POST", "/v1/payment_intents/<intent_id>/confirm", api.confirm_intent),
    ("POST", "/v1/payment_intents/<intent_id>/cancel", api.cancel_intent),
    ("POST", "/v1/refunds", api.create_refund),
    ("GET", "/v1/refunds", api.list_refunds),
    ("GET", "/v1/refunds/<refund_id>", api.show_refund),
    ("GET", "/v1/disputes", api.list_disputes),
    ("GET", "/v1/payment_methods/<method_id>", api.show_method),
    ("POST", "/v1/payment_methods/<method_id>", api.change_method),
    ("POST", "/v1/payment_methods/<method_id>/keep", api.keep_method),
    ("DELETE", "/v1/payment_methods/<method_id>", api.forget_method),
    ("GET", "/v1/events", api.list_events),
    ("POST", "/v1/tokens", api.make_token),
    ("GET POST", "/pay/<client_secret>", pages.pay),
    ("POST", "/pay/<client_secret>/cancel", pages.give_up),
    ("GET POST", "/pay/<client_secret>/challenge", pages.challenge),
    ("GET", "/fields", pages.fields),
    ("GET", "/dashboard", dashboard.show),
    ("GET", "/dashboard/account", dashboard.account),
    ("POST", "/dashboard/account", acts.switch),
    ("GET", "/dashboard/payments/<intent_id>", dashboard.payment),
    ("POST", "/dashboard/payments/<intent_id>/refund", acts.refund),
    ("POST", "/dashboard/payments/<intent_id>/dispute", acts.dispute),
    ("POST", "/dashboard/payments/<intent_id>/settle", acts.settle),
    ("POST", "/dashboard/refunds/<refund_id>/end", acts.end_refund),
    ("POST", "/dashboard/disputes/<dispute_id>/end", acts.end_dispute),
    ("GET", "/assets/accent/<colour>.css", assets.accent),
    ("GET", "/assets/<name>", assets.file),
]
CONTROL: list[tuple[str, str, Callable[..., Response]]] = [
    ("POST", "/_test/settings", control.change_settings),
    ("POST", "/_test/reset", control.reset),
    ("POST", "/_test/deliver", control.deliver),
    ("POST", "/_test/settle", control.settle),
    ("POST", "/_test/refund", control.give_back),
    ("POST", "/_test/settle_refund", control.settle_refund),
    ("POST", "/_test/dispute", control.dispute),
    ("POST", "/_test/close_dispute", control.close_dispute),
    ("GET", "/_test/charges", control.list_charges),
    ("POST", "/_test/forget_keys", control.forget_keys),
    ("POST", "/_test/clock", control.put_clock_forward),
    ("POST", "/_test/fail_next", control.fail_next),
]


class Application:
    """Called by the web server, in many threads at once."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        table = TABLE + (CONTROL if gateway.setup.control else [])
        self.routes = Map([Rule(path, methods=methods.split(), endpoint=view) for methods, path, view in table])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST
        try:
            response = self._answer(request)
        except NoAnswer:
            return _cut_off(start_response)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        # A list, since the server takes other iterables in pieces.
        return list(response(environ, start_response))

    def _answer(self, request: Request) -> Response:
        is_control = request.path.startswith("/_test/")
        fault = None if is_control else self.gateway.faults.take(request.method, request.path)
        if fault and fault.when == "before" and fault.how != "alter":
            return self._fail(fault)
        response = self._dispatch(request)
        if request.method == "POST":
            self.gateway.wake.set()
        if fault is None:
            return response
        if fault.how == "alter":
            body = json.loads(response.get_data())
            response.set_data(json.dumps(altered(body, fault.change)))
            return response
        return self._fail(fault)

    def _dispatch(self, request: Request) -> Response:
        is_api = request.path.startswith(("/v1/", "/_test/"))
        try:
            view, arguments = self.routes.bind_to_environ(request.environ).match()
            return view(self.gateway, request, **arguments)
        except Refusal as refusal:
            return api.answer(refusal.body, refusal.status)
        except (NotFound, MethodNotAllowed) as error:
            if not is_api:
                return pages.lost(request)
            message = f"No such call: {request.method} {request.path}"
            return api.answer(Refusal(404, "resource_missing", message).body, error.code or 404)
        except HTTPException as error:
            return api.answer(Refusal(400, "parameter_invalid", error.name).body, error.code or 400)

    def _fail(self, fault: Fault) -> Response:
        if fault.how == "hold":
            raise self.gateway.leave_unanswered(fault.seconds)
        if fault.how == "drop":
            raise NoAnswer
        error = {"type": "api_error", "message": "A fault that was ordered."}
        return api.answer({"error": error}, fault.status)


def _cut_off(start_response: StartResponse) -> Iterable[bytes]:
    """An answer that breaks off before its first byte: the server closes the connection, and no client can read it."""
    start_response(
        "200 OK", [("Content-Type", "application/json"), ("Content-Length", "1000"), ("Connection", "close")]
    )
    return iter([b""])


def load(_target: str, setup: Setup) -> Application:
    """The application in the process that serves it, with the thread that sends webhooks."""
    gateway = Gateway(setup, Store(setup.data))
    webhooks.start(gateway)
    threading.Thread(target=_end_with, args=[os.getppid(), gateway], daemon=True).start()
    threading.Thread(target=_say_ready, args=[setup], daemon=True).start()
    return Application(gateway)


def _end_with(parent: int, gateway: Gateway) -> None:
    """Should the process that watches over this one be killed, this one goes too, and gives the port free."""
    while not gateway.stop.wait(0.5):
        if os.getppid() != parent:
            os._exit(1)


def _say_ready(setup: Setup) -> None:
    while True:
        connection = HTTPConnection(setup.host, setup.port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/assets/sandbox.css")
            if connection.getresponse().status == 200:
                break
        threading.Event().wait(0.02)
    print(f"Sandbox gateway ready at http://{_shown(setup.host)}:{setup.port} (no real money)", flush=True)


def _shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104 (only what is shown)
