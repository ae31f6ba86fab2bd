"""Somebody with a browser, as far as signing in and paying need one: cookies, forms, and where answers lead."""

import http.client
import re
import time
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from counterfoil.config.failures import CannotRun

FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(name|value|type)="([^"]*)"')
CHECKED = re.compile(r"\schecked\b")


IDLE = 2  # seconds after which the server may have closed the connection


class Visitor:
    """Keeps its connection open from page to page, as a browser does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.asked_at = 0.0

    def head(self, path: str, *, method: str = "GET", body: str = "", encoding: str = "gzip") -> str:
        """A whole request of this visitor, as it goes over the wire."""
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in self._headers(encoding).items())]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", body])

    def get(self, path: str) -> str:
        """A page, after whatever leads to it. Raises CannotRun unless it is there."""
        for _ in range(5):
            status, where, text = self._ask("GET", path)
            if status == 200:
                return text
            if status not in (301, 302, 303) or not where:
                break
            path = where
        raise CannotRun(f"{path} answered with {status}.")

    def post(self, path: str, values: dict[str, str]) -> str:
        """Where the answer to a form leads. Raises CannotRun unless it leads on."""
        status, where, _ = self._ask("POST", path, urlencode(values))
        if status not in (302, 303) or not where:
            raise CannotRun(f"The form at {path} was answered with {status}.")
        return where

    def form(self, path: str) -> dict[str, str]:
        """What the main form of a page would send as it stands: the first choice of each field with choices."""
        found: dict[str, str] = {}
        for tag in FIELD.findall(self.get(path)):
            attributes = dict(ATTRIBUTE.findall(tag))
            kind, name = attributes.get("type", ""), unescape(attributes.get("name", ""))
            if name and kind not in ("checkbox", "submit") and (kind != "radio" or CHECKED.search(tag)):
                found[name] = unescape(attributes.get("value", ""))
        return found

    def sign_in(self, door: str, email: str, password: str) -> None:
        self.post(door, self.form(door) | {"login": email, "password": password})

    def _headers(self, encoding: str) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = f"http://localhost:{self.port}"
        told = {
            "Host": f"localhost:{self.port}",
            "Accept-Encoding": encoding,
            "Origin": address,
            "Referer": f"{address}/",
        }
        return told | ({"Cookie": cookies} if cookies else {})

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        headers = self._headers("identity")
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.asked_at > IDLE:
            self.connection.close()  # it opens again by itself
        self.asked_at = time.monotonic()
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for one in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(one).items()}
        where = urlsplit(answer.headers.get("Location") or "")
        return answer.status, where.path + (f"?{where.query}" if where.query else ""), text


def timed_payment(visitor: Visitor, pay_path: str, card: str) -> float:
    """Milliseconds from opening the payment page of an invoice to its receipt, with nobody typing."""
    begun = time.perf_counter()
    values = visitor.form(pay_path) | {"method_token": f"pm_card_{card}"}
    receipt = visitor.get(visitor.post(pay_path, values))
    if "pdf/" not in receipt:
        raise CannotRun(f"The payment at {pay_path} did not end at a receipt.")
    return (time.perf_counter() - begun) * 1000
