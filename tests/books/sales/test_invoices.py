"""What can be done with an invoice, and what the ledger, the customer and the log have of it after."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.customers import customers
from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import taxes
from counterfoil.books.sales import invoices, items
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.items import ItemContent
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, actor
from tests.support.refusals import refused

Status = Invoice.Status


def content(*lines: LineContent, **more: Any) -> InvoiceContent:
    today = clock.today("Europe/London")
    return InvoiceContent(**{"dated": today, "payment_days": 30, "lines": lines or (line(),), **more})


def line(amount: str = "100", **more: Any) -> LineContent:
    return LineContent("Menu boards", Decimal(1), Decimal(amount), **more)


def fresh(one: Invoice) -> Invoice:
    return Invoice.objects.get(id=one.id)


def balance(customer: Any) -> tuple[int, int]:
    """What the customer owes and has in credit."""
    row = CustomerBalance.objects.get(customer=customer)
    return row.receivable_minor, row.credit_minor


def status(one: Invoice, day: date | None = None) -> Status:
    return fresh(one).status(day or clock.today("Europe/London"))


def test_a_draft_has_no_number_and_owes_nothing(cast: Cast) -> None:
    draft = draft_invoice(cast)
    assert (draft.number, draft.balance_minor, status(draft)) == ("", 0, Status.DRAFT)
    assert not Posting.objects.exists()


def test_issuing_gives_the_number_posts_and_keeps_it_whole(cast: Cast) -> None:
    first, second = invoice(cast), invoice(cast, cast.yunshan, amount="50")
    assert (first.number, second.number) == ("INV-000001", "INV-000002")
    assert (fresh(first).balance_minor, balance(cast.bakery), status(first)) == (10_000, (10_000, 0), Status.SENT)
    kept = first.revisions.get()
    assert (kept.revision, kept.content["number"], kept.content["total_minor"]) == (1, "INV-000001", 10_000)
    assert not differences()


def test_an_issued_invoice_is_not_issued_again(cast: Cast) -> None:
    one = invoice(cast)
    with refused("NOT_A_DRAFT"):
        invoices.mark_as_sent(one, by=cast.by_olga, revision=one.revision)


def test_a_total_of_nothing_is_paid_at_once(cast: Cast) -> None:
    one = invoice(cast, amount="0")
    assert (one.number, status(one)) == ("INV-000001", Status.PAID)
    assert invoices.void(one, by=cast.by_olga, revision=one.revision).state == "void"
    assert not differences()


def test_the_status_is_the_first_that_fits(cast: Cast) -> None:
    one = invoice(cast, days=10)
    assert status(one) == Status.SENT
    invoices.view(one, by=cast.by_ana)
    assert status(one) == Status.VIEWED
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    assert status(one) == Status.PARTIALLY_PAID
    assert status(one, one.due_on) == Status.PARTIALLY_PAID
    assert status(one, one.due_on + timedelta(days=1)) == Status.OVERDUE
    pay(cast, cast.bakery, 6_000, {one.id: 6_000})
    assert status(one, one.due_on + timedelta(days=1)) == Status.PAID
    voided = invoices.void(fresh(one), by=cast.by_olga, revision=one.revision)
    assert status(voided) == Status.VOID


def test_the_first_view_of_a_contact_person_is_remembered_with_who_and_when(cast: Cast) -> None:
    one = invoice(cast)
    invoices.view(one, by=cast.by_olga)
    assert fresh(one).viewed_at is None
    invoices.view(one, by=cast.by_ana)
    seen = fresh(one)
    invoices.view(fresh(one), by=actor(cast.sam))
    assert (fresh(one).viewed_at, fresh(one).viewed_by_id) == (seen.viewed_at, cast.ana.id)
    assert Event.objects.filter(name="invoice.viewed").count() == 1


def test_a_stranger_does_not_view_it(cast: Cast) -> None:
    one = invoice(cast)
    with refused("NOT_YOURS"):
        invoices.view(one, by=actor(cast.bruno))


def test_sending_a_draft_issues_it_and_names_to_whom(cast: Cast) -> None:
    draft = draft_invoice(cast)
    sent = invoices.send(draft, to=[cast.ana.id, cast.bruno.id], by=cast.by_olga, revision=draft.revision)
    assert (sent.number, sent.sent_at is not None) == ("INV-000001", True)
    assert Event.objects.get(name="invoice.sent").data["contact_ids"] == [str(cast.ana.id)]
    invoices.send(sent, to=[cast.sam.id], by=cast.by_olga, revision=sent.revision)
    assert Event.objects.filter(name="invoice.sent").count() == 2
    assert balance(cast.bakery) == (10_000, 0)


def test_nobody_to_send_it_to_is_refused_and_takes_no_number(cast: Cast) -> None:
    draft = draft_invoice(cast)
    with refused("NO_RECIPIENT", field="to"):
        invoices.send(draft, to=[cast.bruno.id], by=cast.by_olga, revision=draft.revision)
    assert invoice(cast).number == "INV-000001"


def test_voiding_one_that_was_partly_paid_turns_its_payments_into_credit(cast: Cast) -> None:
    one = invoice(cast)
    first, second = (pay(cast, cast.bakery, minor, {one.id: minor}) for minor in (3_000, 1_500))
    invoices.void(fresh(one), by=cast.by_olga, revision=one.revision)
    assert balance(cast.bakery) == (0, 4_500)
    for payment, minor in ((first, 3_000), (second, 1_500)):
        payment.refresh_from_db()
        assert payment.balance_minor == minor
    assert (fresh(one).balance_minor, ledger.applied_to(one)) == (0, {})
    assert not differences()


def test_voiding_counts_on_the_day_of_voiding(cast: Cast) -> None:
    one = invoice(cast, dated=clock.today("Europe/London") - timedelta(days=40))
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    issued, voided = Posting.objects.order_by("id")
    assert (issued.counts_on, voided.counts_on) == (one.dated, clock.today("Europe/London"))
    assert voided.reverses_id == issued.id


def test_what_is_void_is_owed_again_when_that_is_undone_and_its_credit_stays(cast: Cast) -> None:
    one = invoice(cast)
    pay(cast, cast.bakery, 3_000, {one.id: 3_000})
    voided = invoices.void(fresh(one), by=cast.by_olga, revision=one.revision)
    again = invoices.reinstate(voided, by=cast.by_olga, revision=voided.revision)
    assert (again.number, fresh(one).balance_minor, balance(cast.bakery)) == (one.number, 10_000, (10_000, 3_000))
    invoices.void(fresh(one), by=cast.by_olga, revision=again.revision)
    assert balance(cast.bakery) == (0, 3_000)
    assert not differences()


@pytest.mark.parametrize(
    ("verb", "state", "code"),
    [
        ("void", "draft", "NOT_ISSUED"),
        ("void", "void", "NOT_ISSUED"),
        ("reinstate", "draft", "NOT_VOID"),
        ("reinstate", "issued", "NOT_VOID"),
        ("delete", "issued", "NOT_A_DRAFT"),
        ("delete", "void", "NOT_A_DRAFT"),
        ("mark_as_sent", "void", "NOT_A_DRAFT"),
    ],
)
def test_from_a_wrong_state_nothing_is_done(cast: Cast, verb: str, state: str, code: str) -> None:
    one = draft_invoice(cast) if state == "draft" else invoice(cast)
    if state == "void":
        invoices.void(one, by=cast.by_olga, revision=one.revision)
    with refused(code):
        getattr(invoices, verb)(one, by=cast.by_olga, revision=one.revision)


def test_a_void_invoice_is_neither_sent_nor_edited(cast: Cast) -> None:
    one = invoice(cast)
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    with refused("INVOICE_VOID"):
        invoices.send(one, to=[cast.ana.id], by=cast.by_olga, revision=one.revision)
    with refused("INVOICE_VOID"):
        invoices.edit(one, content(), by=cast.by_olga, revision=one.revision)


@pytest.mark.parametrize("verb", ["void", "reinstate", "delete", "mark_as_sent", "send", "edit"])
def test_what_changed_since_it_was_read_must_be_read_again(cast: Cast, verb: str) -> None:
    one = draft_invoice(cast)
    more: dict[str, Any] = {"send": {"to": [cast.ana.id]}}.get(verb, {})
    given = [content()] if verb == "edit" else []
    with refused("INVOICE_CHANGED"):
        getattr(invoices, verb)(one, *given, by=cast.by_olga, revision=one.revision + 1, **more)


@pytest.mark.parametrize("verb", ["void", "reinstate", "delete", "mark_as_sent", "send", "edit"])
@pytest.mark.parametrize("who", ["vera", "otto", "ana"])
def test_only_owners_and_staff_of_the_business_do_it(cast: Cast, verb: str, who: str) -> None:
    one = draft_invoice(cast)
    more: dict[str, Any] = {"send": {"to": [cast.ana.id]}}.get(verb, {})
    given = [content()] if verb == "edit" else []
    with refused("NOT_ALLOWED"):
        getattr(invoices, verb)(one, *given, by=actor(getattr(cast, who)), revision=one.revision, **more)


def test_a_draft_that_is_deleted_is_gone_and_leaves_no_gap(cast: Cast) -> None:
    draft = draft_invoice(cast)
    invoices.delete(draft, by=cast.by_olga, revision=draft.revision)
    assert not Invoice.objects.exists()
    assert invoice(cast).number == "INV-000001"


def test_an_issued_invoice_that_is_edited_is_posted_anew_and_keeps_what_was_sent(cast: Cast) -> None:
    one = invoice(cast)
    pay(cast, cast.bakery, 9_000, {one.id: 9_000})
    invoices.edit(fresh(one), content(line("70")), by=cast.by_olga, revision=one.revision)
    assert (fresh(one).total_minor, fresh(one).balance_minor, balance(cast.bakery)) == (7_000, 0, (0, 2_000))
    assert [kept.content["total_minor"] for kept in one.revisions.order_by("revision")] == [10_000, 7_000]
    invoices.edit(fresh(one), content(line("120")), by=cast.by_olga, revision=one.revision + 1)
    assert (fresh(one).balance_minor, balance(cast.bakery)) == (5_000, (5_000, 2_000))
    assert fresh(one).number == one.number
    assert not differences()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"lines": []}, "NO_LINES", "lines"),
        ({"lines": [line("1")] * 301}, "TOO_MANY_LINES", "lines"),
        ({"due_on": date(2020, 1, 1)}, "DUE_BEFORE_DATE", "due_on"),
        ({"dated": date(9999, 12, 31)}, "DATE_FAR_OFF", "dated"),
        ({"dated": date(206, 1, 5)}, "DATE_FAR_OFF", "dated"),
        ({"due_on": date(9999, 12, 31)}, "DATE_FAR_OFF", "due_on"),
        ({"dated": date(2199, 12, 31)}, "DATE_FAR_OFF", "due_on"),
        ({"shipping_minor": -1}, "NEGATIVE", "shipping"),
        ({"shipping_minor": 10**19}, "AMOUNT_TOO_LARGE", None),
        ({"adjustment_minor": -10_001}, "NEGATIVE_TOTAL", "adjustment"),
        ({"discount_kind": "percent", "discount_value": Decimal(101)}, "DISCOUNT_TOO_LARGE", None),
        ({"discount_kind": "amount", "discount_value": Decimal("100.01")}, "DISCOUNT_TOO_LARGE", None),
        ({"discount_kind": "amount", "discount_value": Decimal("1.001")}, "TOO_MANY_DECIMALS", "discount_value"),
        ({"lines": [line("-1")]}, "NEGATIVE", None),
        ({"lines": [line("NaN")]}, "NOT_A_NUMBER", None),
        ({"lines": [line("1.1234567")]}, "TOO_MANY_DECIMALS", None),
        ({"lines": [line("1000000000000")] * 300}, "AMOUNT_TOO_LARGE", None),
        ({"lines": [line(tax_rate_id=1)]}, "UNKNOWN_TAX", "lines"),
        ({"lines": [line(item_id=1)]}, "UNKNOWN_ITEM", "lines"),
        ({"shipping_tax_rate_id": 1}, "UNKNOWN_TAX", "lines"),
    ],
)
def test_what_can_not_be_is_refused_of_a_new_one_and_of_one_that_was_issued(
    cast: Cast, changes: dict[str, Any], code: str, field: str | None
) -> None:
    with refused(code, field=field):
        invoices.create(cast.bakery, content(**changes), by=cast.by_olga)
    issued = invoice(cast)
    with refused(code, field=field):
        invoices.edit(issued, content(**changes), by=cast.by_olga, revision=issued.revision)


@pytest.mark.parametrize("is_exempt", [False, True], ids=["taxed", "exempt"])
def test_taxes_and_items_of_another_organization_are_refused(cast: Cast, is_exempt: bool) -> None:
    if is_exempt:
        exempt = customers.CustomerContent(display_name="Harbour Bakery Ltd", currency="GBP", is_tax_exempt=True)
        cast.bakery = customers.edit(cast.bakery, exempt, by=cast.by_olga, revision=cast.bakery.revision)
    theirs = taxes.add_rate(cast.quay, name="VAT", percent=Decimal(20), by=actor(cast.otto))
    sold = items.create(cast.quay, ItemContent(name="Worktop", rate=Decimal(10)), by=actor(cast.otto))
    for changes, code in (
        ({"lines": [line(tax_rate_id=theirs.id)]}, "UNKNOWN_TAX"),
        ({"shipping_tax_rate_id": theirs.id}, "UNKNOWN_TAX"),
        ({"lines": [line(item_id=sold.id)]}, "UNKNOWN_ITEM"),
    ):
        with refused(code):
            invoices.create(cast.bakery, content(**changes), by=cast.by_olga)


def test_who_is_exempt_is_charged_no_tax(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    taxed = invoices.create(cast.bakery, content(line(tax_rate_id=vat.id)), by=cast.by_olga)
    exempt = customers.CustomerContent(display_name="Harbour Bakery Ltd", currency="GBP", is_tax_exempt=True)
    customers.edit(cast.bakery, exempt, by=cast.by_olga, revision=cast.bakery.revision)
    untaxed = invoices.create(cast.bakery, content(line(tax_rate_id=vat.id)), by=cast.by_olga)
    assert (taxed.total_minor, untaxed.total_minor) == (12_000, 10_000)
