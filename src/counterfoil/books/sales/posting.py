"""How an invoice stands in the ledger; for the verbs that issue, change and take it back."""

from datetime import date

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.ledger import NewLeg
from counterfoil.books.ledger.models import Account, CustomerBalance, Posting
from counterfoil.foundation.actors import Actor

from .models import Invoice


def income(invoice: Invoice) -> Account:
    """What it is owed for: what was sold, or what stood open before these books began."""
    return Account.OPENING if invoice.is_opening else Account.REVENUE


def post(balance: CustomerBalance, invoice: Invoice, kind: str, counts_on: date, *, actor: Actor) -> None:
    """Let the customer owe the total, against its income and each tax."""
    taxes = [
        NewLeg(Account.TAX, -part["tax_minor"], invoice, part["rate_id"], base_minor=-tax["base_minor"])
        for tax in invoice.taxes
        for part in tax["components"]
    ]
    ledger.post(
        balance,
        kind,
        [
            NewLeg(Account.RECEIVABLE, invoice.total_minor, invoice),
            NewLeg(income(invoice), invoice.tax_minor - invoice.total_minor, invoice),
            *taxes,
        ],
        counts_on=counts_on,
        by=actor,
    )


def standing(invoice: Invoice) -> Posting | None:
    """The posting by which the invoice is owed now, the last that was not reversed; a total of zero has none."""
    return (
        Posting.objects.filter(
            customer_id=invoice.customer_id,
            kind__in=("invoice.issued", "invoice.reinstated"),
            legs__document_kind="invoice",
            legs__document_id=invoice.id,
            reversed_by__isnull=True,
        )
        .distinct()
        .order_by("id")
        .last()
    )
