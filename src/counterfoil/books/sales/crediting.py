"""Credit that the business gives on an invoice: on one that was paid, which stays paid, or by a credit note.

What was sold was worth less in the end, so revenue and each tax of the invoice shrink in proportion.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, CustomerBalance, LedgerDocument, Leg, Posting
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import split
from counterfoil.foundation.refusal import Refused

from .models import CreditNote, CreditNoteQuerySet, Invoice
from .posting import income

POSTED_AS, UNDONE_AS = "credit.granted", "credit.taken_back"


def grant(
    balance: CustomerBalance, invoice: Invoice, source: LedgerDocument, minor: int, *, counts_on: date, by: Actor
) -> Posting | None:
    """Give so much credit on an invoice, added to what is left of the payment `source`. Both are locked."""
    parts: list[tuple[int | None, int, int]] = [(None, invoice.total_minor - invoice.tax_minor, 0)]
    for tax in invoice.taxes:
        parts += [(part["rate_id"], part["tax_minor"], tax["base_minor"]) for part in tax["components"]]
    shares = split(minor, [weight for _rate, weight, _base in parts])
    legs = [
        NewLeg(income(invoice), share, invoice)
        if rate is None
        else NewLeg(Account.TAX, share, invoice, rate, base_minor=_part_of(base, minor, invoice.total_minor))
        for (rate, _weight, base), share in zip(parts, shares, strict=True)
    ]
    return ledger.post(balance, POSTED_AS, [*legs, NewLeg(Account.CREDIT, -minor, source)], counts_on=counts_on, by=by)


def _part_of(base: int, minor: int, total: int) -> int:
    """How much of what a tax was worked out on goes with so much of the total, to the nearest minor unit."""
    return (2 * base * minor + total) // (2 * total)


def granted_minor(invoice: Invoice) -> int:
    """How much credit was given on an invoice and not taken back."""
    return -sum(leg.minor for leg in _credit_legs(invoice))


def noted_minor(invoice: Invoice) -> int:
    """The totals of the credit notes that were made of an invoice and issued, and are not void."""
    notes = _notes_of(invoice).filter(state=CreditNote.State.ISSUED)
    return sum(notes.values_list("total_minor", flat=True))


def creditable_minor(invoice: Invoice) -> int:
    """How much of an invoice was not credited yet."""
    return invoice.total_minor - granted_minor(invoice) - noted_minor(invoice)


def must_be_worth_it(note: CreditNote) -> None:
    """A credit note that was made of an invoice doesn't credit more than that is still worth. The customer is locked.

    Raises Refused: ORIGIN_NOT_OWED, CREDITED.
    """
    if note.came_from_kind != Invoice.kind():
        return
    invoice = Invoice.objects.select_for_update().get(id=note.came_from_id or 0)
    about = {"number": invoice.name}
    if invoice.state != Invoice.State.ISSUED:
        raise Refused("ORIGIN_NOT_OWED", _("%(number)s is void or written off, so nothing of it is credited.") % about)
    if note.total_minor > creditable_minor(invoice):
        raise Refused("CREDITED", _("Together with earlier credit that would be more than %(number)s itself.") % about)


def must_not_be_noted(invoice: Invoice) -> None:
    """An invoice that a credit note stands on is not made void: it would be taken back twice.

    Raises Refused: HAS_CREDIT_NOTE.
    """
    if _notes_of(invoice).filter(state=CreditNote.State.ISSUED).exists():
        raise Refused("HAS_CREDIT_NOTE", _("A credit note was made of this invoice. Make that void first."))


def _notes_of(invoice: Invoice) -> CreditNoteQuerySet:
    return CreditNote.objects.filter(came_from_kind=invoice.kind(), came_from_id=invoice.id)


def must_be_covered(invoice: Invoice, total_minor: int) -> None:
    """An invoice is not made worth less than the credit that was given on it. Raises Refused: CREDITED."""
    if total_minor < granted_minor(invoice) + noted_minor(invoice):
        raise Refused("CREDITED", _("More credit than that was given on this invoice. It can't be worth less."))


def take_back(
    balance: CustomerBalance, posting: Posting, source: LedgerDocument, *, counts_on: date, by: Actor
) -> None:
    """Undo one such credit.

    Raises Refused: CREDIT_USED, when it was used for something else meanwhile.
    """
    minor = -sum(leg.minor for leg in posting.legs.all() if leg.account == Account.CREDIT)
    if minor > source.balance_minor:
        raise Refused(
            "CREDIT_USED", _("The credit that was given on it is used for another invoice. Take it off there.")
        )
    legs = [
        NewLeg(
            account=Account(leg.account),
            minor=-leg.minor,
            document=source if leg.account == Account.CREDIT else _named(leg),
            tax_rate_id=leg.tax_rate_id,
            base_minor=None if leg.base_minor is None else -leg.base_minor,
        )
        for leg in posting.legs.all()
    ]
    ledger.post(balance, UNDONE_AS, legs, counts_on=counts_on, by=by, reverses=posting)


def take_all_back(balance: CustomerBalance, invoice: Invoice, *, counts_on: date, by: Actor) -> None:
    """Undo every credit on an invoice that is made void. Raises Refused: CREDIT_USED."""
    models = {model.ledger_kind(): model for model in ledger.document_models()}
    for leg in _credit_legs(invoice):
        source = models[leg.document_kind]._default_manager.select_for_update().get(pk=leg.document_id or 0)
        take_back(balance, leg.posting, source, counts_on=counts_on, by=by)


def _credit_legs(invoice: Invoice) -> list[Leg]:
    """Of each credit on it that still stands, the leg that gave it."""
    postings = Posting.objects.filter(
        customer_id=invoice.customer_id,
        kind=POSTED_AS,
        reversed_by__isnull=True,
        legs__document_kind=invoice.ledger_kind(),
        legs__document_id=invoice.id,
    )
    legs = Leg.objects.filter(posting__in=postings.values("id"), account=Account.CREDIT)
    return list(legs.select_related("posting").order_by("id"))


def _named(leg: Leg) -> LedgerDocument | None:
    """The document that a leg of income names; an invoice."""
    return Invoice.objects.filter(pk=leg.document_id or 0).first() if leg.document_kind == "invoice" else None
