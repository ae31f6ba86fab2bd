"""Asks the running program for its pages, one client and eight, and takes down what it sees."""

import json
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from counterfoil.config import serving
from counterfoil.config.failures import CannotRun

from . import figures, limits, memory
from . import names as who
from .figures import PageFigures, Run, percentile
from .site import Site
from .visitor import Visitor, timed_payment

TEST_CARD = "4242424242424242"
CLIENTS = (1, 8)
AT_LEAST = 20
PAYMENTS = 5
STATEMENTS = 3
Say = Callable[[str], None]


@dataclass(frozen=True)
class Page:
    """A page to ask for: who reads it, what it is called, and the request as it goes over the wire."""

    door: str
    name: str
    request: str
    raw: str


@dataclass
class Bench:
    """One site with its visitors, and the run that is written down."""

    site: Site
    run: Run
    portal: Visitor
    office: Visitor

    @classmethod
    def at(cls, site: Site, database: str) -> "Bench":
        notes = site.notes
        run = Run(
            database=database,
            invoices=notes["invoices"],
            rows=notes["rows"],
            build_seconds=notes["build_seconds"],
            verify_seconds=notes["verify_seconds"],
            differences=notes["differences"],
        )
        portal, office = Visitor(site.port), Visitor(site.port)
        portal.sign_in(f"/portal/{who.PORTAL}/account/login/", who.CONTACT, who.PASSWORD)
        office.sign_in("/office/account/login/", who.OWNER, who.PASSWORD)
        return cls(site, run, portal, office)

    def pages(self) -> list[Page]:
        """The pages in the order in which they are measured. The PDF first, since its first time is another figure."""
        places = self.site.notes["places"]
        portal, office = places["portal"], places["office"]
        invoice = f"{portal}invoices/{places['invoice']}/"
        ahead = f"{portal}invoices/retainers/{places['retainer_invoice']}/"
        schedules = f"{office}recurring-invoices/"
        addresses = [
            (self.portal, "portal", "PDF", f"{invoice}pdf/"),
            (self.portal, "portal", "home", portal),
            (self.portal, "portal", "list", f"{portal}invoices/"),
            (self.portal, "portal", "list, deep", f"{portal}invoices/?page={places['deep_own']}"),
            (self.portal, "portal", "list, one in ten thousand", f"{portal}invoices/?status=partially-paid"),
            (self.portal, "portal", "list, by number", f"{portal}invoices/?q={quote(places['number'])}"),
            (self.portal, "portal", "invoice", invoice),
            (self.portal, "portal", "payment page", f"{invoice}pay/"),
            (self.portal, "portal", "list, of quotes", f"{portal}quotes/"),
            (self.portal, "portal", "document, quote", f"{portal}quotes/{places['quote']}/"),
            (self.portal, "portal", "document, credit note", f"{portal}credit-notes/{places['credit_note']}/"),
            (self.portal, "portal", "document, retainer invoice", ahead),
            (self.portal, "portal", limits.STATEMENT, places["statement"]),
            (self.office, "office", "home", office),
            (self.office, "office", "customer", f"{office}customers/{places['customer']}/"),
            (self.office, "office", "list", f"{office}invoices/"),
            (self.office, "office", "list, deep", f"{office}invoices/?page={places['deep_all']}"),
            (self.office, "office", "list, one in ten thousand", f"{office}invoices/?status=partially-paid"),
            (self.office, "office", "list, by customer", f"{office}invoices/?q={quote(who.CHINESE_SEARCH)}"),
            (self.office, "office", "list, of quotes", f"{office}quotes/"),
            (self.office, "office", "list, of sales orders", f"{office}sales-orders/"),
            (self.office, "office", "document, invoice", f"{office}invoices/{places['invoice']}/"),
            (self.office, "office", "document, quote", f"{office}quotes/{places['quote']}/"),
            (self.office, "office", "list, of recurring invoices", schedules),
            (self.office, "office", "document, recurring invoice", f"{schedules}{places['recurring_invoice']}/"),
        ]
        return [
            Page(door, name, reader.head(path), reader.head(path, encoding="identity"))
            for reader, door, name, path in addresses
        ]


def measure(benches: Sequence[Bench], *, seconds: float, say: Say) -> None:
    """Everything of each bench. Page by page in turn, so that what else the machine does falls on all alike."""
    for bench in benches:
        _cold_pdf(bench)
    steadily = figures.Steadily()
    for several in zip(*(bench.pages() for bench in benches), strict=True):
        for bench, page in zip(benches, several, strict=True):
            say(f"{bench.run.invoices:,}: {page.door}, {page.name}")
            pace_ms, measured = steadily(partial(_page, bench.site, page, seconds))
            bench.run.paces_ms.append(pace_ms)
            bench.run.pages.append(measured)
    for bench in benches:
        say(f"{bench.run.invoices:,}: signing in, paying, PDFs at once, memory")
        bench.run.pages.append(_signing_in(bench, seconds))
        bench.run.pages.append(_paying(bench))
        bench.run.page_p95_during_pdfs_ms = _page_during_pdfs(bench, seconds)
        bench.run.pages.append(_statement_pdf(bench))
        for name, pid in bench.site.pids().items():
            bench.run.processes += memory.of_tree(name, pid)


def _cold_pdf(bench: Bench) -> None:
    """The first PDF since the program was started."""
    page = bench.pages()[0]
    told = ask(bench.site.port, page.request, clients=1, seconds=0, at_least=1)
    bench.run.pages.append(PageFigures("PDF, the first", "portal", **figures.of_answers(told["answers"])))


def _page(site: Site, page: Page, seconds: float) -> PageFigures:
    ask(site.port, page.request, clients=4, seconds=0, at_least=12)  # each process and thread has made it before
    (raw,) = ask(site.port, page.raw, clients=1, seconds=0, at_least=1)["answers"]
    rates = {}
    for clients in CLIENTS:
        told = ask(site.port, page.request, clients=clients, seconds=seconds, at_least=AT_LEAST)
        rates[str(clients)] = round(len(told["answers"]) / told["seconds"], 1)
        if clients == 1:
            alone = told["answers"]
    return PageFigures(page.name, page.door, **figures.of_answers(alone), raw_bytes=raw[2], per_second=rates)


def ask(port: int, request: str, *, clients: int, seconds: float, at_least: int, status: int = 200) -> dict[str, Any]:
    """What the client process saw. Raises CannotRun if an answer was another than expected."""
    with asking(port, request, clients=clients, seconds=seconds, at_least=at_least) as process:
        output, _ = process.communicate()
    if process.returncode:
        raise CannotRun("The measuring client failed; the reason is above.")
    told: dict[str, Any] = json.loads(output)
    others = {answer[0] for answer in told["answers"]} - {status}
    if others:
        raise CannotRun(f"{request.splitlines()[0]} was answered with {others}, not {status}.")
    return told


def asking(port: int, request: str, **how: Any) -> "subprocess.Popen[str]":
    """The client process, which begins at once."""
    command = [*serving.PYTHON, "counterfoil.bench.client"]
    with tempfile.TemporaryFile("w+") as told:
        json.dump({"port": port, "request": request, **how}, told)
        told.seek(0)
        return subprocess.Popen(command, stdin=told, stdout=subprocess.PIPE, text=True)


def _signing_in(bench: Bench, seconds: float) -> PageFigures:
    """The form with the password, sent by a browser that is not signed in."""
    visitor, door = Visitor(bench.site.port), f"/portal/{who.PORTAL}/account/login/"
    values = visitor.form(door) | {"login": who.CONTACT, "password": who.PASSWORD}
    request = visitor.head(door, method="POST", body=urlencode(values))
    told = ask(bench.site.port, request, clients=1, seconds=seconds, at_least=5, status=302)
    rate = {"1": round(len(told["answers"]) / told["seconds"], 1)}
    return PageFigures("signing in", "door", **figures.of_answers(told["answers"]), per_second=rate)


def _paying(bench: Bench) -> PageFigures:
    """From the payment page to the receipt, with the Sandbox's answers in between; as the payer waits."""
    places = bench.site.notes["places"]
    listed = bench.portal.get(f"{places['portal']}invoices/?status=unpaid")
    ids = dict.fromkeys(re.findall(rf"{places['portal']}invoices/(\d+)/", listed))
    open_ones = [one for one in ids if one != places["invoice"]][:PAYMENTS]
    if not open_ones:
        raise CannotRun("Every invoice of the large customer is paid by now. Build anew, in another --data folder.")
    took = [timed_payment(bench.portal, f"{places['portal']}invoices/{one}/pay/", TEST_CARD) for one in open_ones]
    return PageFigures(
        "whole payment", "payer", median_ms=round(statistics.median(took), 1), p95_ms=round(percentile(took, 0.95), 1)
    )


def _statement_pdf(bench: Bench) -> PageFigures:
    """The statement of ten thousand transactions as PDF, a few times, one after the other."""
    request = bench.portal.head(bench.site.notes["places"]["statement_pdf"])
    told = ask(bench.site.port, request, clients=1, seconds=0, at_least=STATEMENTS)
    return PageFigures(limits.STATEMENT_PDF, "portal", **figures.of_answers(told["answers"]))


def _page_during_pdfs(bench: Bench, seconds: float) -> float:
    """The 95th percentile of an invoice page's reader while eight others fetch PDFs without a pause."""
    pages = {page.name: page for page in bench.pages() if page.door == "portal"}
    port, longer = bench.site.port, seconds + 1
    pdfs = asking(port, pages["PDF"].request, clients=8, seconds=longer, at_least=8)
    time.sleep(0.5)
    told = ask(port, pages["invoice"].request, clients=1, seconds=seconds, at_least=AT_LEAST)
    pdfs.communicate()
    return round(percentile([answer[1] for answer in told["answers"]], 0.95), 1)
