"""Documents for tests, made through the verbs, and in bulk where a thousand of them are needed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.support.cast import Cast, actor


def invoice(cast: Cast, customer: Any = None, *, amount: str = "100", dated: date | None = None, **content: Any) -> Any:
    """An issued invoice of one line."""
    from counterfoil.books.sales import invoices

    draft = draft_invoice(cast, customer, amount=amount, dated=dated, **content)
    return invoices.mark_as_sent(draft, by=staff_of(cast, draft.customer), revision=draft.revision)


def draft_invoice(
    cast: Cast, customer: Any = None, *, amount: str = "100", dated: date | None = None, days: int = 30, **content: Any
) -> Any:
    """A draft of one line, dated today unless said otherwise."""
    from counterfoil.books.sales import invoices
    from counterfoil.books.sales.invoices import InvoiceContent
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.foundation import clock

    customer = customer or cast.bakery
    lines = content.pop("lines", None) or [LineContent("Menu boards", Decimal(1), Decimal(amount))]
    dated = dated or clock.today("Europe/London")
    content.setdefault("allows_partial", True)
    full = InvoiceContent(dated=dated, payment_days=days, lines=lines, **content)
    return invoices.create(customer, full, by=staff_of(cast, customer))


def staff_of(cast: Cast, customer: Any) -> Any:
    return actor(cast.olga if customer.organization_id == cast.studio.id else cast.otto)


def pay(cast: Cast, customer: Any, minor: int, shares: dict[int, int] | None = None, *, key: str = "") -> Any:
    """A payment that the office records today."""
    import secrets

    from counterfoil.books.payments import payments
    from counterfoil.books.payments.models import Payment
    from counterfoil.foundation import clock
    from counterfoil.foundation.money import Money

    return payments.record(
        customer_id=customer.id,
        amount=Money(minor, customer.currency),
        shares=shares or {},
        paid_on=clock.today("Europe/London"),
        mode=Payment.Mode.BANK_TRANSFER,
        recording_key=key or secrets.token_hex(8),
        by=staff_of(cast, customer),
    )


def draft_quote(cast: Cast, customer: Any = None, *, amount: str = "100", extra: str = "", **content: Any) -> Any:
    """A draft quote of one line, or of another line of `extra` that the customer may leave out."""
    from counterfoil.books.sales import quotes
    from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
    from counterfoil.foundation import clock

    customer = customer or cast.bakery
    lines = [QuoteLineContent("Shop sign", Decimal(1), Decimal(amount))]
    if extra:
        lines.append(QuoteLineContent("Lighting", Decimal(1), Decimal(extra), is_optional=True))
    content.setdefault("dated", clock.today("Europe/London"))
    full = QuoteContent(lines=lines, **content)
    return quotes.create(customer, full, by=staff_of(cast, customer))


def quote(cast: Cast, customer: Any = None, **content: Any) -> Any:
    """A quote that was sent."""
    from counterfoil.books.sales import quotes

    draft = draft_quote(cast, customer, **content)
    return quotes.mark_as_sent(draft, by=staff_of(cast, draft.customer), revision=draft.revision)


def draft_credit_note(cast: Cast, customer: Any = None, *, amount: str = "100", **content: Any) -> Any:
    """A draft credit note of one line, dated today unless said otherwise."""
    from counterfoil.books.sales import credit_notes
    from counterfoil.books.sales.credit_notes import CreditNoteContent
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.foundation import clock

    customer = customer or cast.bakery
    lines = content.pop("lines", None) or [LineContent("Boards sent back", Decimal(1), Decimal(amount))]
    dated = content.pop("dated", None) or clock.today("Europe/London")
    full = CreditNoteContent(dated=dated, lines=lines, **content)
    return credit_notes.create(customer, full, by=staff_of(cast, customer))


def credit_note(cast: Cast, customer: Any = None, **content: Any) -> Any:
    """A credit note that was issued."""
    from counterfoil.books.sales import credit_notes

    draft = draft_credit_note(cast, customer, **content)
    return credit_notes.mark_as_sent(draft, by=staff_of(cast, draft.customer), revision=draft.revision)


def draft_retainer(cast: Cast, customer: Any = None, *, amount: str = "100", **content: Any) -> Any:
    """A draft retainer invoice of one line, dated today unless said otherwise."""
    from counterfoil.books.sales import retainer_invoices
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.books.sales.retainer_invoices import RetainerContent
    from counterfoil.foundation import clock

    customer = customer or cast.bakery
    lines = content.pop("lines", None) or [LineContent("Shop sign, paid ahead", Decimal(1), Decimal(amount))]
    dated = content.pop("dated", None) or clock.today("Europe/London")
    full = RetainerContent(dated=dated, lines=lines, **content)
    return retainer_invoices.create(customer, full, by=staff_of(cast, customer))


def retainer(cast: Cast, customer: Any = None, **content: Any) -> Any:
    """A retainer invoice that was issued."""
    from counterfoil.books.sales import retainer_invoices

    draft = draft_retainer(cast, customer, **content)
    return retainer_invoices.mark_as_sent(draft, by=staff_of(cast, draft.customer), revision=draft.revision)


def paid_retainer(cast: Cast, customer: Any = None, **content: Any) -> Any:
    """One that was paid, by a transfer that the office recorded."""
    one = retainer(cast, customer, **content)
    pay(cast, one.customer, one.total_minor, {one.id: one.total_minor})
    one.refresh_from_db()
    return one


def draft_order(cast: Cast, customer: Any = None, *, lines: Any = (("Shop sign", 4, "100"),), **content: Any) -> Any:
    """A draft sales order; a line is its name, quantity and rate, or a whole `OrderLineContent`."""
    from counterfoil.books.sales import sales_orders
    from counterfoil.books.sales.order_progress import OrderLineContent
    from counterfoil.books.sales.sales_orders import SalesOrderContent
    from counterfoil.foundation import clock

    customer = customer or cast.bakery
    whole = [
        OrderLineContent(one[0], Decimal(one[1]), Decimal(one[2])) if isinstance(one, tuple) else one for one in lines
    ]
    full = SalesOrderContent(dated=clock.today("Europe/London"), lines=whole, **content)
    return sales_orders.create(customer, full, by=staff_of(cast, customer))


def order(cast: Cast, customer: Any = None, **content: Any) -> Any:
    """A sales order that was opened."""
    from counterfoil.books.sales import sales_orders

    draft = draft_order(cast, customer, **content)
    return sales_orders.mark_as_open(draft, by=staff_of(cast, draft.customer), revision=draft.revision)


def invoice_of(cast: Cast, one: Any, *quantities: Any) -> Any:
    """A draft invoice of so much of each line of an order, in their order; of everything that is left without any."""
    from counterfoil.books.sales import conversions

    ids = list(one.lines.values_list("source_line_id", flat=True))
    wanted = {line_id: Decimal(quantity) for line_id, quantity in zip(ids, quantities, strict=False)} or None
    by = staff_of(cast, one.customer)
    return conversions.order_to_invoice(one, by=by, revision=one.revision, quantities=wanted)


def recurring(
    cast: Cast,
    customer: Any = None,
    *,
    name: str = "Website care",
    amount: str = "95",
    start: date | None = None,
    to: Any = (),
    **content: Any,
) -> Any:
    """A recurring invoice of one line, every month from today unless said otherwise."""
    from counterfoil.books.sales import recurring_invoices
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.books.sales.recurring_invoices import RecurringContent
    from counterfoil.foundation import clock

    customer = customer or cast.bakery
    lines = content.pop("lines", None) or [LineContent("Website care", Decimal(1), Decimal(amount))]
    full = RecurringContent(
        name=name,
        dated=start or clock.today("Europe/London"),
        lines=lines,
        contact_ids=tuple(to),
        **{"payment_days": 14, **content},
    )
    return recurring_invoices.create(customer, full, by=staff_of(cast, customer))


def many_invoices(cast: Cast, customer: Any, count: int) -> None:
    """So many issued invoices, copied from one in bulk: only for lists, since no posting stands behind the copies."""
    from counterfoil.books.sales.models import Invoice, InvoiceRevision
    from counterfoil.foundation.ids import new_id

    first = invoice(cast, customer)
    revision = first.revisions.get()
    rows, kept = [], []
    for place in range(count - 1):
        row = Invoice.objects.get(id=first.id)
        row.pk = row.id = new_id()
        row._state.adding = True
        row.number = f"INV-{place + 500_000:06d}"
        row.number_key, row.digits_key = row.number.casefold(), str(place + 500_000)
        row.dated -= timedelta(days=place % 300)
        row.due_on -= timedelta(days=place % 300)
        rows.append(row)
        kept.append(
            InvoiceRevision(
                document_id=row.id, revision=1, content=revision.content, made_at=row.made_at, made_by=row.made_by
            )
        )
    Invoice.objects.bulk_create(rows, batch_size=500)
    InvoiceRevision.objects.bulk_create(kept, batch_size=500)


def many_transactions(cast: Cast, customer: Any, count: int, *, days: int = 300) -> None:
    """So many invoices of £1.00 in the ledger, spread over so many days up to today, copied from one in bulk."""
    from collections import Counter

    from counterfoil.books.ledger.models import CustomerBalance, Leg, MonthBalance, Posting
    from counterfoil.foundation.ids import new_id

    first = invoice(cast, customer, amount="1")
    legs = list(Leg.objects.filter(document_id=first.id))
    posting = Posting.objects.get(id=legs[0].posting_id)
    copied, of_them, months = [], [], Counter[tuple[str, date]]()
    for place in range(count - 1):
        on = first.dated - timedelta(days=days * place // count)
        copied.append(_copy(posting, id=new_id(), counts_on=on))
        for leg in legs:
            # A document of its own, or the ledger would tell of one invoice that was corrected.
            of_them.append(_copy(leg, id=new_id(), posting_id=copied[-1].id, counts_on=on, document_id=copied[-1].id))
            months[leg.account, on.replace(day=1)] += leg.minor
    Posting.objects.bulk_create(copied, batch_size=500)
    Leg.objects.bulk_create(of_them, batch_size=500)
    for (account, month), minor in months.items():
        row, _made = MonthBalance.objects.get_or_create(
            customer=first.customer,
            organization_id=first.organization_id,
            currency=first.currency,
            account=account,
            month=month,
            defaults={"minor": 0},
        )
        MonthBalance.objects.filter(id=row.id).update(minor=row.minor + minor)
    CustomerBalance.objects.filter(customer=first.customer).update(receivable_minor=100 * count)


def _copy(row: Any, **changed: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**(values | changed))


def many_comments(cast: Cast, one: Any, count: int) -> None:
    """So many shown comments on an invoice of Ana's, in bulk: "No. 0" is hers, "No. 1" the office's, and so on."""
    from counterfoil.books.conversations.models import Comment
    from counterfoil.foundation import clock

    about = {"organization": cast.studio, "customer": cast.bakery, "document_kind": "invoice", "document_id": one.id}
    Comment.objects.bulk_create(
        Comment(
            **about,
            text=f"No. {place}",
            is_shown=True,
            author=(cast.by_olga if place % 2 else cast.by_ana).as_json(),
            contact=None if place % 2 else cast.ana,
            made_at=clock.now(),
        )
        for place in range(count)
    )
