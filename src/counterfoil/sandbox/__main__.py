"""The gateway's process: `python -m counterfoil.sandbox --port 8001 --data sandbox.sqlite3`."""

import argparse
import functools
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from .application import load
from .gateway import Setup

THREADS = 48  # a call that is held takes one for its whole time


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; prints one line when ready."""
    setup = Setup(**vars(_parser().parse_args(arguments)))
    if not _is_free(setup.host, setup.port):
        print(f"Port {setup.port} is in use. Choose another with --port.", file=sys.stderr)
        return 1
    server = Server(
        "sandbox",
        address=setup.host,
        port=setup.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=2,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=functools.partial(load, setup=setup))
    return 0


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m counterfoil.sandbox", description="The Sandbox payment gateway.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="its SQLite file, made if missing")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--control", action="store_true", help="let tests order faults under /_test/")
    parser.add_argument("--processing-seconds", type=float, default=20, help="how long a slow card takes (20)")
    parser.add_argument("--hold-seconds", type=float, default=35, help="how long a lost answer keeps waiting (35)")
    parser.add_argument("--bank-seconds", type=float, default=4 * 24 * 3600, help="how long a bank takes (4 days)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
