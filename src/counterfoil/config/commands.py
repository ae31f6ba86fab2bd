"""What `./counterfoil COMMAND` runs. Only the standard library is imported until a command needs more."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .places import DATA, DEMO_DATA, ROOT

PORT = 8000
HELP = {
    "demo": "try it: a believable business, made at first start, with everything running",
    "serve": "run it: web server and worker",
    "work": "run the worker alone: mail, webhooks, scheduled work",
    "migrate": "bring the database and the static files up to this version",
    "setup": "print the one-time link that makes an organization: the first, or another",
    "verify": "add up the ledger again and compare every stored balance",
    "reconcile": "compare what the gateways have with the books",
    "backup": "write everything, also the secret key, into one file, while it runs",
    "restore": "make an installation from a backup, in an empty place",
    "bench": "build a business with many invoices, and measure how fast its pages are",
    "test": "run the tests on SQLite and on PostgreSQL, and the checks",
    "check": "linters, types, import rules, translations, migrations",
    "translations": "collect the texts to translate, and compile the translations",
    "lock": "make the lock files again from pyproject.toml",
    "sandbox": "run the Sandbox payment gateway alone",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code; what the caller got wrong is said in a sentence, with code 2."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except _plain_errors() as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="counterfoil", description="Counterfoil, the customer's half of a business's books."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_running(commands)
    _add_upkeep(commands)
    _add_building(commands)
    return parser


def _add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str) -> argparse.ArgumentParser:
    text = HELP[name]
    command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.set_defaults(run=globals()[f"_{name}"])
    command.add_argument("--quiet", action="store_true", help="say only what a program must know")
    return command


def _add_running(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = _add(commands, "demo")
    demo.add_argument("--port", type=_port, default=PORT, help=f"default {PORT}")
    demo.add_argument(
        "--data", type=Path, default=DEMO_DATA, help="the folder to keep it in; default data/demo beside this program"
    )
    demo.add_argument("--database", metavar="URL", help="an empty PostgreSQL database instead of SQLite in that folder")
    demo.add_argument("--reset", action="store_true", help="throw away what is there and make it anew")
    serve = _add(commands, "serve")
    serve.add_argument("--port", type=_port, default=PORT, help=f"default {PORT}")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on; default 127.0.0.1")
    serve.add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    serve.add_argument("--workers", type=int, default=2, help="web processes; default 2")
    serve.add_argument("--without-worker", action="store_true", help="only the web server; run `work` elsewhere")
    _add(commands, "work").add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    sandbox = _add(commands, "sandbox")
    sandbox.add_argument("--port", type=_port, default=PORT + 1, help=f"default {PORT + 1}")
    sandbox.add_argument("--data", type=Path, default=DATA / "sandbox.sqlite3", help="its SQLite file")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; it must be a number from 1 to 65535")
    return int(text)


def _add_upkeep(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    migrate = _add(commands, "migrate")
    migrate.add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    migrate.add_argument("--with-demo", action="store_true", help=argparse.SUPPRESS)
    setup = _add(commands, "setup")
    setup.add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    setup.add_argument("--another", action="store_true", help="also where there is an organization already")
    _add(commands, "verify").add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    reconcile = _add(commands, "reconcile")
    reconcile.add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    reconcile.add_argument("--since", type=int, metavar="DAYS", help="look back so many days")
    backup = _add(commands, "backup")
    backup.add_argument("file", type=Path, metavar="FILE", help="must not be there yet")
    backup.add_argument("--force", action="store_true", help="overwrite FILE when the new one is whole")
    backup.add_argument("--data", type=Path, help="instead of COUNTERFOIL_DATA")
    restore = _add(commands, "restore")
    restore.add_argument("file", type=Path, metavar="FILE", help="a backup, of either database")
    restore.add_argument("--data", type=Path, help="an empty folder, instead of COUNTERFOIL_DATA")


def _add_building(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    test = _add(commands, "test")
    test.add_argument(
        "paths", nargs="*", metavar="PATH", help="a part of the tests; without it, all of them and the checks"
    )
    test.add_argument("--long", action="store_true", help="the long tests too, up to 90 minutes")
    test.add_argument("--database", choices=["sqlite", "postgresql"], help="one of the two only")
    test.add_argument("-k", dest="matching", metavar="WORDS", help="only tests whose names match")
    _add_bench(commands)
    _add(commands, "check")
    _add(commands, "translations")
    lock = _add(commands, "lock")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")


def _add_bench(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bench = _add(commands, "bench")
    bench.add_argument("--invoices", type=_count, default=1_000, help="how many; default 1000")
    bench.add_argument("--compare", action="store_true", help="beside a thousand invoices, with the ratio of the two")
    bench.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite", help="default sqlite")
    bench.add_argument("--database-url", default="", metavar="URL", help="an empty PostgreSQL database of your own")
    bench.add_argument("--data", type=Path, help="a folder to keep the data in, for the next time")
    bench.add_argument("--workers", type=int, default=2, help="web processes; default 2")
    bench.add_argument("--seconds", type=float, default=3, help="for each figure; default 3")
    bench.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    bench.add_argument(
        "--write", type=Path, nargs="+", metavar="FILE", help="measure nothing: write these figures into docs/speed.md"
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 200 <= int(text) <= 10_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} must be a number from 200 to 10000000")
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    from . import serving

    return serving.demo(
        data=options.data.resolve(),
        database=options.database,
        port=options.port,
        reset=options.reset,
        quiet=options.quiet,
    )


def _serve(options: argparse.Namespace) -> int:
    from . import serving

    _use_data(options.data)
    return serving.serve(
        port=options.port,
        host=options.host,
        workers=options.workers,
        with_worker=not options.without_worker,
        quiet=options.quiet,
    )


def _work(options: argparse.Namespace) -> int:
    from . import serving

    _use_data(options.data)
    return serving.work()


def _sandbox(options: argparse.Namespace) -> int:
    options.data.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-P",
        "-m",
        "counterfoil.sandbox",
        "--port",
        str(options.port),
        "--data",
        str(options.data),
    ]
    os.execv(sys.executable, command)


def _migrate(options: argparse.Namespace) -> int:
    from . import preparing

    _use_data(options.data)
    preparing.prepare(with_demo=options.with_demo, quiet=options.quiet)
    return 0


def _setup(options: argparse.Namespace) -> int:
    from . import first_run

    _use_data(options.data)
    first_run.before_serving()
    if options.another:
        first_run.announce_another()
    return 0


def _verify(options: argparse.Namespace) -> int:
    from . import preparing

    _use_data(options.data)
    return preparing.verify(quiet=options.quiet)


def _reconcile(options: argparse.Namespace) -> int:
    from . import preparing

    _use_data(options.data)
    return preparing.reconcile(since_days=options.since, quiet=options.quiet)


def _backup(options: argparse.Namespace) -> int:
    from . import backing_up

    _use_data(options.data)
    with _cleaning_up():
        backing_up.back_up(options.file, force=options.force, quiet=options.quiet)
    return 0


def _restore(options: argparse.Namespace) -> int:
    from . import restoring

    _use_data(options.data)
    with _cleaning_up():
        return restoring.restore(options.file, quiet=options.quiet)


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """Whoever is told to stop, by Ctrl-C or SIGTERM, leaves nothing half written behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _test(options: argparse.Namespace) -> int:
    from . import testing

    engines = [options.database] if options.database else ["sqlite", "postgresql"]
    return testing.test(
        options.paths, engines=engines, long=options.long, matching=options.matching, quiet=options.quiet
    )


def _bench(options: argparse.Namespace) -> int:
    from importlib import import_module

    running = import_module("counterfoil.bench.running")
    if options.write:
        return int(running.document(options.write, ROOT / "docs" / "speed.md"))
    return int(
        running.bench(
            invoices=options.invoices,
            engine="postgresql" if options.database_url else options.database,
            database_url=options.database_url,
            data=options.data,
            compare=options.compare,
            workers=options.workers,
            seconds=options.seconds,
            json_file=options.json,
            quiet=options.quiet,
        )
    )


def _check(options: argparse.Namespace) -> int:
    from . import checks

    return 0 if checks.run(quiet=options.quiet).failed == 0 else 1


def _translations(_: argparse.Namespace) -> int:
    from . import translations

    translations.collect()
    translations.compile_all()
    missing = translations.problems()
    print("\n".join(missing) or "Every text is translated.")
    return 0


def _lock(options: argparse.Namespace) -> int:
    from . import locks

    locks.make(upgrade=options.upgrade)
    return 0


def _use_data(data: Path | None) -> None:
    """An option wins over the environment; without either, the data lies beside the program."""
    if data:
        os.environ["COUNTERFOIL_DATA"] = str(data.resolve())
    os.environ.setdefault("COUNTERFOIL_DATA", str(DATA))


def _plain_errors() -> tuple[type[Exception], ...]:
    from .environment import WrongEnvironment
    from .failures import CannotRun

    return (WrongEnvironment, CannotRun)


if __name__ == "__main__":
    sys.exit(main())
