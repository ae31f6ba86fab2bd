"""Fills one data folder, in a process of its own: builds, verifies, and writes down where to look.

What was built before stays, and where to look in it is found anew: what is measured grows with the program.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

STATED = 10_000  # transactions of the statement that is measured
NOTES = "bench.json"  # in the data folder: what was built there, and which addresses to ask for


def main() -> int:
    """Build and verify what is missing, and note where to look. Returns 1 if the books don't agree."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--invoices", type=int, required=True)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    from counterfoil.config import preparing

    preparing.load_django()
    from django.conf import settings

    from counterfoil.books.organizations.models import Organization

    from . import beside

    data, say = Path(settings.ENVIRONMENT.data), _silent if options.quiet else _say
    file = data / NOTES
    if file.exists():
        notes = json.loads(file.read_text())
        beside.add(notes["invoices"])
    elif Organization.objects.exists():
        print(
            "The data there was begun and not finished. Delete the folder, or choose another with --data.", flush=True
        )
        return 1
    else:
        notes = _built(options.invoices, say)
    draft = data / f"{NOTES}.draft"
    draft.write_text(json.dumps(notes | {"places": places()}, ensure_ascii=False))
    draft.replace(file)
    return 1 if notes["differences"] else 0


def _built(invoices: int, say: Any) -> dict[str, Any]:
    """What was built and how long it took. The first differences that `verify` finds are said."""
    from django.conf import settings

    from . import beside, building

    begun = time.monotonic()
    building.build(invoices, sandbox_url=settings.ENVIRONMENT.sandbox_url, public_url=settings.PUBLIC_URL, say=say)
    beside.add(invoices)
    built = time.monotonic()
    found = _verify(say)
    return {
        "invoices": invoices,
        "build_seconds": round(built - begun, 1),
        "verify_seconds": round(time.monotonic() - built, 1),
        "differences": len(found),
        "rows": _rows(),
    }


def _say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)


def _silent(_words: str) -> None:
    pass


def _verify(say: Any) -> list[str]:
    from counterfoil.books.ledger.verify import differences

    say("verifying")
    found = differences()
    say(f"verified: {len(found)} differences")
    for difference in found[:20]:
        say(difference)
    return found


def _rows() -> dict[str, int]:
    from counterfoil.books.customers.models import Customer
    from counterfoil.books.ledger.models import Leg
    from counterfoil.books.payments.models import Payment
    from counterfoil.books.sales.models import Invoice
    from counterfoil.foundation.events import Event

    return {
        model._meta.model_name or "": model._default_manager.count()
        for model in (Customer, Invoice, Payment, Leg, Event)
    }


def places() -> dict[str, Any]:
    """The addresses that are measured. The portal is the large customer's."""
    from counterfoil.books.customers.models import ContactPerson
    from counterfoil.books.ledger.models import Posting
    from counterfoil.books.organizations.models import Organization
    from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RecurringInvoice, RetainerInvoice
    from counterfoil.foundation import clock
    from counterfoil.foundation.pages import Sort, cursor_after
    from counterfoil.foundation.periods import Period

    from . import names

    big = ContactPerson.objects.get(email=names.CONTACT).customer
    portal = f"/portal/{names.PORTAL}/{big.id}/"
    organization = Organization.objects.get()
    office = f"/office/{organization.id}/"
    own, every = Invoice.objects.filter(customer=big), Invoice.objects.filter(organization=organization)
    unpaid = own.filter(state="issued", balance_minor__gt=0).earliest("id")

    def middle(rows: Any) -> Any:
        return rows.order_by("-dated", "-id")[rows.count() // 2]

    # The days of the ten thousand newest transactions, or of all that there are.
    newest = Posting.objects.filter(customer=big).exclude(kind="credit.applied").order_by("-counts_on", "-id")
    last = newest[min(STATED, newest.count()) - 1].counts_on
    stated = Period(last, clock.today(organization.time_zone)).address
    dated = Sort("dated")

    def latest(model: Any) -> str:
        return str(model.objects.filter(customer=big).latest("id").id)

    return {
        "portal": portal,
        "office": office,
        "customer": str(big.id),
        "statement": f"{portal}statements/?{stated}",
        "statement_pdf": f"{portal}statements/pdf/?{stated}",
        "invoice": str(unpaid.id),
        "number": middle(own.exclude(number="")).number,
        "deep_own": cursor_after(dated, middle(own)),
        "deep_all": cursor_after(dated, middle(every)),
        "quote": latest(Quote),
        "credit_note": latest(CreditNote),
        "retainer_invoice": latest(RetainerInvoice),
        "recurring_invoice": latest(RecurringInvoice),
    }


if __name__ == "__main__":
    sys.exit(main())
