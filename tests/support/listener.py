"""A web server of the test's own: it shows pages to a browser and keeps what is posted to it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BLANK = "<!doctype html><title>Back</title><h1>Back</h1>"


@dataclass
class Listener:
    """`pages` are shown by their paths, with `policy` as their content security policy."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    policy: str = ""
    visited: list[str] = field(default_factory=list)
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # to the next posts; then 200
    heard: threading.Condition = field(default_factory=threading.Condition)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posted]

    def wait(self, done: Callable[[], object], seconds: float = 8) -> None:
        """Until something that was posted makes it so. Raises AssertionError."""
        with self.heard:
            assert self.heard.wait_for(done, seconds), f"only heard {self.posted}"


@contextmanager
def listening() -> Iterator[Listener]:
    """One that listens on a free port until the block ends."""
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.visited.append(self.path)
            self._answer(200, heard.pages.get(self.path.split("?")[0], BLANK))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with heard.heard:
                heard.posted.append((dict(self.headers), body))
                status = heard.answers.pop(0) if heard.answers else 200
                heard.heard.notify_all()
            self._answer(status, "")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
            if heard.policy:
                self.send_header("Content-Security-Policy", heard.policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output to the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
