"""A backup while people pay: what was acknowledged before it began is in it, whole, and it becomes a working place."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from counterfoil.config import archive, backing_up
from tests.support import databases
from tests.support.backups import rows, run, told
from tests.support.books import invoice
from tests.support.books import pay as record
from tests.support.cast import Cast
from tests.support.person import Person
from tests.support.races import at_once
from tests.support.site import Site
from tests.support.till import connect

PAYERS = 4
EACH = 40
RECEIPT = re.compile(r"/payments/(\d+)/$")
CARD = {"method_token": "pm_card_4242424242424242"}


class Payer(threading.Thread):
    """Somebody who pays one invoice after the other. `receipts` are the payments that they were shown."""

    def __init__(self, person: Person, invoices: list[Any], enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.person, self.invoices, self.enough = person, invoices, enough
        self.receipts: list[int] = []
        self.trouble: list[str] = []

    def run(self) -> None:
        for one in self.invoices:
            if self.enough.is_set():
                return
            end = pay(self.person, one)
            if receipt := RECEIPT.search(end.url):
                self.receipts.append(int(receipt[1]))
            else:
                self.trouble.append(f"{end.status_code} {end.url}")


def pay(person: Person, one: Any) -> requests.Response:
    """Pay all of an invoice by card; where it leads."""
    address = f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/pay/"
    sent = person.send(address, person.form(address) | CARD)
    assert sent.status_code == 303, sent.text
    return person.get(sent.headers["Location"])


@pytest.fixture
def busy(both_databases: str, site_of_its_own: Any, cast: Cast) -> Any:
    """Two web processes, the gateway and a worker, at which people pay."""
    site = site_of_its_own(web_processes=2)
    site.start("sandbox", "web", "worker")
    connect(cast, site.sandbox_url, public_url=site.url)
    return site


@contextmanager
def new_place(engine: str, folder: Path) -> Iterator[str]:
    """Where nothing is yet."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/books.db"
        return
    with databases.empty() as url:
        yield url


def test_what_was_acknowledged_before_the_backup_began_is_in_it(
    both_databases: str, busy: Any, cast: Cast, tmp_path: Path
) -> None:
    unpaid = invoice(cast)
    owed = [[invoice(cast, (cast.bakery, cast.tidewater)[place % 2]) for _ in range(EACH)] for place in range(PAYERS)]
    enough = threading.Event()
    payers = [
        Payer(Person.signed_in(busy, (cast.ana, cast.bruno)[place % 2]), owed[place], enough) for place in range(PAYERS)
    ]
    for payer in payers:
        payer.start()
    busy.wait(lambda: all(payer.receipts for payer in payers), "payments", seconds=60)

    before = {receipt for payer in payers for receipt in payer.receipts}
    done = run("backup", tmp_path / "backup", told=told(tmp_path, databases.url_of_test_database()))
    during = {receipt for payer in payers for receipt in payer.receipts} - before
    enough.set()
    for payer in payers:
        payer.join(60)

    assert done.returncode == 0, done.stderr
    assert [payer.trouble for payer in payers] == [[]] * PAYERS
    assert during, "nobody paid while the backup was made, so this shows nothing"
    with new_place(both_databases, tmp_path / "restored") as url:
        restored = run("restore", tmp_path / "backup", told=told(tmp_path / "restored", url))
        assert (restored.returncode, restored.stderr) == (0, "")
        assert restored.stdout.endswith("0 differences\n")
        assert before <= {row[0] for row in rows(url)["payments_payment"]}
        second = Site(tmp_path / "second", url, busy.mail)
        try:
            second.start("web", "worker")
            opens_and_takes_money(second, cast, unpaid, gateway=busy.sandbox_url)
        finally:
            second.stop()


def opens_and_takes_money(site: Site, cast: Cast, unpaid: Any, *, gateway: str) -> None:
    """Somebody signs in with the password from before, reads, and pays with the gateway's stored secret."""
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert "login" in Person.signed_in(site, cast.ana).get(home).url, "sessions stay behind"
    ana = Person.at_the_door(site, cast.ana.email, "/portal/lindqvist-zhou/account/login/")
    for page in ("", "invoices/", "payments/", f"invoices/{unpaid.id}/", f"invoices/{unpaid.id}/pdf/"):
        answer = ana.get(home + page)
        assert (answer.status_code, answer.url) == (200, site.url + home + page)
    receipt = pay(ana, unpaid)
    assert RECEIPT.search(receipt.url), receipt.text
    charges = requests.get(f"{gateway}/_test/charges", timeout=20).json()["data"]
    assert len({charge["attempt"] for charge in charges}) == len(charges)
    assert "Traceback" not in site.log("web") + site.log("worker")


def test_what_happens_while_it_is_read_is_left_out_whole(
    both_databases: str, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payment that comes when the legs were read, but neither the payments nor the invoices yet."""
    one = invoice(cast)
    put_rows = archive.Writer.put_rows

    def and_meanwhile(writer: archive.Writer, table: str, *rest: Any) -> archive.Part:
        part = put_rows(writer, table, *rest)
        if table == "ledger_leg":
            (paid,) = at_once(1, lambda _place: record(cast, cast.bakery, 10_000, {one.id: 10_000}))
            assert paid.error is None
        return part

    monkeypatch.setattr(archive.Writer, "put_rows", and_meanwhile)
    backing_up.back_up(tmp_path / "backup", force=False, quiet=True)
    one.refresh_from_db()
    assert one.balance_minor == 0
    with new_place(both_databases, tmp_path / "restored") as url:
        restored = run("restore", tmp_path / "backup", told=told(tmp_path / "restored", url))
        assert (restored.returncode, restored.stderr) == (0, ""), restored.stdout
        assert rows(url)["payments_payment"] == []
