"""A process that asks for one page again and again, with as little work of its own as can be.

It reads what to ask as JSON from its standard input, and prints what it saw as JSON. Needs nothing but Python.
"""

import json
import re
import selectors
import socket
import sys
import time
from typing import Any

TIMING = re.compile(rb'app;dur=([0-9.]+), cpu;dur=([0-9.]+), db;dur=([0-9.]+);desc="(\d+)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Line:
    """One connection that stays open, with the answer that is coming in."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request

    def ask(self) -> None:
        self.asked, self.received, self.needed = time.perf_counter(), bytearray(), -1
        self.socket.sendall(self.request)

    def hear(self) -> bool:
        """Take in what is there. Returns whether the answer is whole."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise SystemExit("The server closed the connection.")
        self.received += piece
        if self.needed < 0:
            head, end, _ = self.received.partition(b"\r\n\r\n")
            if not end:
                return False
            length = LENGTH.search(head)
            if length is None and CHUNKED.search(head):
                return self.received.endswith(b"0\r\n\r\n")
            self.needed = len(head) + 4 + (int(length[1]) if length else 0)
        return len(self.received) >= self.needed


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask with so many clients at once for so many seconds, and at least so many times."""
    lines = [Line(asked["port"], asked["request"].encode("latin-1")) for _ in range(asked["clients"])]
    selector = selectors.DefaultSelector()
    for line in lines:
        line.socket.settimeout(None)
        selector.register(line.socket, selectors.EVENT_READ, line)
        line.ask()
    begun = time.perf_counter()
    until, open_lines = begun + asked["seconds"], len(lines)
    answers: list[list[Any]] = []
    while open_lines:
        for key, _ in selector.select():
            one: Line = key.data
            if not one.hear():
                continue
            now = time.perf_counter()
            answers.append(_read(one, now))
            if now < until or len(answers) < asked["at_least"]:
                one.ask()
            else:
                open_lines -= 1
                selector.unregister(one.socket)
    return {"seconds": time.perf_counter() - begun, "answers": answers}


def _read(line: Line, now: float) -> list[Any]:
    """Status, milliseconds until it was there, bytes, and what the server said of itself."""
    head = bytes(line.received.partition(b"\r\n\r\n")[0])
    timing = TIMING.search(head)
    told = [float(timing[place]) for place in (1, 2, 3)] + [int(timing[4])] if timing else [0.0, 0.0, 0.0, 0]
    return [int(head[9:12]), (now - line.asked) * 1000, len(line.received) - len(head) - 4, *told]


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
