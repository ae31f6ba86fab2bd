"""How invoices and credit notes stand in the ledger; for the verbs that issue, change and take them back."""

from datetime import date

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, CustomerBalance, Posting
from counterfoil.foundation.actors import Actor

from .models import CreditNote, Invoice, SalesDocument

CREDIT_ISSUED, CREDIT_VOIDED = "credit_note.issued", "credit_note.voided"
CREDIT_REFUNDED = "credit_note.refunded"


def income(invoice: Invoice) -> Account:
    """What it is owed for: what was sold, or what stood open before these books began."""
    return Account.OPENING if invoice.is_opening else Account.REVENUE


def post(balance: CustomerBalance, invoice: Invoice, kind: str, counts_on: date, *, actor: Actor) -> None:
    """Let the customer owe the total, against its income and each tax."""
    ledger.post(balance, kind, legs(invoice), counts_on=counts_on, by=actor)


def legs(invoice: Invoice) -> list[NewLeg]:
    """What stands in the ledger of an invoice that is owed."""
    taxes = [
        NewLeg(Account.TAX, -part["tax_minor"], invoice, part["rate_id"], base_minor=-tax["base_minor"])
        for tax in invoice.taxes
        for part in tax["components"]
    ]
    return [
        NewLeg(Account.RECEIVABLE, invoice.total_minor, invoice),
        NewLeg(income(invoice), invoice.tax_minor - invoice.total_minor, invoice),
        *taxes,
    ]


def post_credit_note(balance: CustomerBalance, note: CreditNote, *, actor: Actor) -> None:
    """Let the customer have the total in credit: what was sold, and each tax of it, was that much less.

    The mirror of an invoice's posting, so that the tax of both is told in the same way.
    """
    taxes = [
        NewLeg(Account.TAX, part["tax_minor"], note, part["rate_id"], base_minor=tax["base_minor"])
        for tax in note.taxes
        for part in tax["components"]
    ]
    ledger.post(
        balance,
        CREDIT_ISSUED,
        [
            NewLeg(Account.CREDIT, -note.total_minor, note),
            NewLeg(Account.REVENUE, note.total_minor - note.tax_minor, note),
            *taxes,
        ],
        counts_on=note.dated,
        by=actor,
    )


def standing(invoice: Invoice) -> Posting | None:
    """The posting by which the invoice is owed now, the last that was not reversed; a total of zero has none."""
    return _standing(invoice, "invoice.issued", "invoice.reinstated")


def standing_credit_note(note: CreditNote) -> Posting | None:
    """The posting by which the credit note is credit, if it is."""
    return _standing(note, CREDIT_ISSUED)


def _standing(document: SalesDocument, *kinds: str) -> Posting | None:
    return (
        Posting.objects.filter(
            customer_id=document.customer_id,
            kind__in=kinds,
            legs__document_kind=document.kind(),
            legs__document_id=document.id,
            reversed_by__isnull=True,
        )
        .distinct()
        .order_by("id")
        .last()
    )
