"""The typesetter: a process that sets one document after the other, for the process that started it.

Typst takes 25 megabytes when it is loaded, and keeps what it made of the last documents. That is once for each of our
processes that prints, and not a part of them.
"""

import selectors
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any

from counterfoil.paper.glyphs import FONTS

TEMPLATES = Path(__file__).parent / "templates"
LONGEST = 120  # seconds that one document may take

# What stands before the sheet, its moment and length; and before the answer, whether it is a PDF and its length.
_ASKED, _ANSWERED = struct.Struct(">qI"), struct.Struct(">?I")


class CannotTypeset(Exception):
    """The sheet is none that the templates can print, or its process ended. The message says why."""


class Typesetter:
    """The process, which begins with the first document and ends with `close`, or with the process that started it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def set(self, said: bytes, moment: int) -> bytes:
        """The sheet, as JSON, as a PDF of a moment (seconds). Safe from several threads, which wait for each other.

        Raises CannotTypeset; the next document has a process again.
        """
        with self._lock:
            process = self._running()
            try:
                is_pdf, answer = _answer(process, said, moment)
            except (OSError, EOFError) as error:
                process.kill()
                self._end()
                raise CannotTypeset("The typesetter ended, or took too long.") from error
        if not is_pdf:
            raise CannotTypeset(answer.decode())
        return answer

    def close(self) -> None:
        """End the process. The next document would start another."""
        with self._lock:
            self._end()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process and self._process.poll() is not None:
            self._end()
        if self._process is None:
            command = [sys.executable, "-P", "-m", __name__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            with suppress(OSError):  # it may be gone already
                _pipe(process.stdin).close()
            _pipe(process.stdout).close()
            process.wait()


def _answer(process: "subprocess.Popen[bytes]", sheet: bytes, moment: int) -> tuple[bool, bytes]:
    """Raises OSError or EOFError if it ends meanwhile, and TimeoutError, an OSError, if it takes too long."""
    asked, answered = _pipe(process.stdin), _pipe(process.stdout)
    asked.write(_ASKED.pack(moment, len(sheet)))
    asked.write(sheet)
    asked.flush()
    with selectors.DefaultSelector() as waiting:
        waiting.register(answered, selectors.EVENT_READ)
        if not waiting.select(LONGEST):
            raise TimeoutError
    is_pdf, length = _ANSWERED.unpack(_read(answered, _ANSWERED.size))
    return is_pdf, _read(answered, length)


def _read(pipe: IO[bytes], length: int) -> bytes:
    read = pipe.read(length)
    if len(read) < length:
        raise EOFError
    return read


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("A typesetter is started with pipes.")
    return pipe


def main() -> None:
    """Set whatever standard input asks for, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and closes our input by ending
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    while header := asked.read(_ASKED.size):
        moment, length = _ASKED.unpack(header)
        is_pdf, answer = _set(_read(asked, length).decode(), moment)
        answered.write(_ANSWERED.pack(is_pdf, len(answer)) + answer)
        answered.flush()


def _set(said: str, moment: int) -> tuple[bool, bytes]:
    """A PDF, or why there is none."""
    import typst

    try:
        pdf = typst.compile(
            TEMPLATES / "document.typ",
            root=TEMPLATES,
            font_paths=_fonts(),
            sys_inputs={"sheet": said},
            format="pdf",
            # For the archive with everything embedded and tagged (PDF/A-3a), and readable aloud (PDF/UA-1).
            pdf_standards=["a-3a", "ua-1"],
            timestamp=moment,
        )
    except typst.TypstError as error:
        return False, str(error).encode()
    return True, pdf


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


if __name__ == "__main__":
    main()
