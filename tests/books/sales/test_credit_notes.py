"""Credit notes: written, issued, used for invoices, given back, made void; and what is left of them in the ledger."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance, Leg, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import lock_date, numbering, taxes
from counterfoil.books.organizations.models import DocumentKind, NumberSeries
from counterfoil.books.payments import allocations
from counterfoil.books.sales import conversions, credit_notes, crediting, invoices, origins, reports, write_offs
from counterfoil.books.sales.credit_notes import CreditNoteContent, RefundWish
from counterfoil.books.sales.models import CreditNote, CreditNoteRefund, Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.books import credit_note, draft_credit_note, invoice, pay
from tests.support.cast import Cast, actor
from tests.support.locking import days_ago, today
from tests.support.races import at_once
from tests.support.refusals import refused


def balances(*rows: Any) -> list[int]:
    for row in rows:
        row.refresh_from_db()
    return [row.balance_minor for row in rows]


def credit_of(customer: Any) -> int:
    return CustomerBalance.objects.get(customer=customer).credit_minor


def use(cast: Cast, one: Any, shares: dict[int, int], *, by: Any = None) -> Any:
    return allocations.apply(one, shares, by=by or cast.by_olga, balance_seen=one.balance_minor)


def give_back(cast: Cast, note: Any, minor: int, *, key: str = "", currency: str = "GBP") -> CreditNoteRefund:
    wish = RefundWish(amount=Money(minor, currency), mode=credit_notes.MODES.CASH, reference="till 2")
    return credit_notes.refund(note, wish, by=cast.by_olga, form_key=key)


def made_of(cast: Cast, one: Any) -> Any:
    return conversions.invoice_to_credit_note(one, by=cast.by_olga, revision=one.revision)


def issue(cast: Cast, note: Any) -> Any:
    return credit_notes.mark_as_sent(note, by=cast.by_olga, revision=note.revision)


def smaller(cast: Cast, note: Any, amount: str) -> Any:
    """A draft with one line of so much instead."""
    content = CreditNoteContent(dated=today(), lines=[LineContent("Some of it", Decimal(1), Decimal(amount))])
    return credit_notes.edit(note, content, by=cast.by_olga, revision=note.revision)


def test_a_draft_is_nobodys_credit_and_has_no_number(cast: Cast) -> None:
    draft = draft_credit_note(cast)
    assert (draft.number, draft.state, draft.total_minor, draft.balance_minor) == ("", "draft", 10_000, 0)
    assert not Posting.objects.exists()
    assert differences() == []


def test_an_issued_one_is_the_customers_credit_and_is_kept_whole(cast: Cast) -> None:
    note = credit_note(cast)
    assert (note.number, note.state, note.balance_minor) == ("CN-000001", "issued", 10_000)
    assert note.revisions.get().content["lines"][0]["name"] == "Boards sent back"
    assert credit_of(cast.bakery) == 10_000
    assert note.status(today()) == "open"
    assert differences() == []


def test_it_takes_back_what_was_sold_and_each_tax_of_it(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    lines = [LineContent("Boards", Decimal(1), Decimal(100), tax_rate_id=vat.id)]
    invoice(cast, lines=lines)
    note = credit_note(cast, lines=[LineContent("Boards", Decimal(1), Decimal(40), tax_rate_id=vat.id)])
    legs = Leg.objects.filter(document_kind="credit_note", document_id=note.id)
    assert {(leg.account, leg.minor, leg.base_minor) for leg in legs} == {
        ("credit", -4_800, None),
        ("revenue", 4_000, None),
        ("tax", 800, 4_000),
    }
    (taxed,) = reports.taxed(cast.studio.id, today(), today())
    assert (taxed.charged_minor, taxed.credited_minor, taxed.base_minor) == (2_000, 800, 6_000)
    assert taxed.rate == "VAT"
    credit_notes.void(note, by=cast.by_olga, revision=note.revision)
    (taxed,) = reports.taxed(cast.studio.id, today(), today())
    assert (taxed.charged_minor, taxed.credited_minor, taxed.base_minor) == (2_000, 0, 10_000)
    assert differences() == []


def test_the_customers_row_of_the_report_says_what_was_credited(cast: Cast) -> None:
    one, note = invoice(cast), credit_note(cast, amount="30")
    use(cast, one, {note.id: 3_000})
    (billed,) = reports.billed(cast.studio.id, today(), today())
    assert (billed.count, billed.invoiced_minor, billed.applied_minor, billed.balance_minor) == (
        1,
        10_000,
        3_000,
        7_000,
    )


def test_only_a_draft_is_edited_and_deleted(cast: Cast) -> None:
    draft = smaller(cast, draft_credit_note(cast), "30")
    assert (draft.total_minor, draft.revision) == (3_000, 2)
    with refused("CREDIT_NOTE_CHANGED"):
        credit_notes.mark_as_sent(draft, by=cast.by_olga, revision=1)
    note = issue(cast, draft)
    content = CreditNoteContent(dated=today(), lines=[LineContent("More", Decimal(1), Decimal(900))])
    with refused("NOT_A_DRAFT"):
        credit_notes.edit(note, content, by=cast.by_olga, revision=note.revision)
    with refused("NOT_A_DRAFT"):
        credit_notes.delete(note, by=cast.by_olga, revision=note.revision)
    with refused("NOT_A_DRAFT"):
        issue(cast, note)
    gone = draft_credit_note(cast)
    credit_notes.delete(gone, by=cast.by_olga, revision=1)
    assert not CreditNote.objects.filter(id=gone.id).exists()
    assert credit_note(cast).number == "CN-000002"


def test_sending_issues_it_and_says_to_whom(cast: Cast) -> None:
    draft = draft_credit_note(cast)
    with refused("NO_RECIPIENT", field="to"):
        credit_notes.send(draft, to=[cast.bruno.id], by=cast.by_olga, revision=1)
    note = credit_notes.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=1)
    assert (note.state, note.number, note.balance_minor) == ("issued", "CN-000001", 10_000)
    event = Event.objects.get(name="credit_note.sent")
    assert (event.subject_kind, event.data["contact_ids"]) == ("credit_note", [str(cast.ana.id)])
    credit_notes.send(note, to=[cast.ana.id], by=cast.by_olga, revision=1)
    assert credit_of(cast.bakery) == 10_000
    void = credit_notes.void(note, by=cast.by_olga, revision=1)
    with refused("CREDIT_NOTE_VOID"):
        credit_notes.send(void, to=[cast.ana.id], by=cast.by_olga, revision=1)


def test_it_is_used_for_invoices_and_taken_off_again(cast: Cast) -> None:
    one, note = invoice(cast), credit_note(cast, amount="130")
    use(cast, one, {note.id: 10_000})
    assert balances(one, note) == [0, 3_000]
    assert (one.status(today()), note.status(today())) == ("paid", "partially_applied")
    assert Event.objects.get(name="credit.applied").data["credit_notes"] == {str(note.id): 10_000}
    allocations.take_off(note, one, by=cast.by_olga)
    assert balances(one, note) == [10_000, 13_000]
    with refused("NOT_USED"):
        allocations.take_off(note, one, by=cast.by_olga)
    assert differences() == []


def test_credit_of_a_payment_and_of_a_credit_note_pay_one_invoice(cast: Cast) -> None:
    payment, note, one = pay(cast, cast.bakery, 4_000), credit_note(cast, amount="60"), invoice(cast)
    use(cast, one, {payment.id: 4_000, note.id: 6_000})
    assert balances(one, payment, note) == [0, 0, 0]
    assert note.status(today()) == "closed"
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    assert balances(one, payment, note) == [0, 4_000, 6_000]
    assert differences() == []


def test_no_more_of_it_is_used_than_is_left(cast: Cast) -> None:
    one, note = invoice(cast), credit_note(cast, amount="60")
    with refused("CREDIT_USED", field=f"share-{note.id}"):
        use(cast, one, {note.id: 6_001})
    with refused("NOTHING_CHOSEN"):
        use(cast, one, {note.id: -1})
    draft = draft_credit_note(cast)
    with refused("CREDIT_USED", field=f"share-{draft.id}"):
        use(cast, one, {draft.id: 100})


def test_anothers_credit_is_not_used(cast: Cast) -> None:
    theirs, elsewhere = credit_note(cast, cast.tidewater), credit_note(cast, cast.foyle)
    one = invoice(cast)
    for note in (theirs, elsewhere):
        with refused("CREDIT_USED", field=f"share-{note.id}"):
            use(cast, one, {note.id: 100})
    with refused("NOT_ALLOWED"):
        use(cast, one, {theirs.id: 100}, by=actor(cast.otto))
    assert balances(one, theirs, elsewhere) == [10_000, 10_000, 10_000]


def test_it_is_void_as_of_today_and_only_while_nothing_of_it_is_used(cast: Cast) -> None:
    one, note = invoice(cast), credit_note(cast, dated=days_ago(20))
    use(cast, one, {note.id: 1_000})
    with refused("CREDIT_USED"):
        credit_notes.void(note, by=cast.by_olga, revision=note.revision)
    allocations.take_off(note, one, by=cast.by_olga)
    note = credit_notes.void(note, by=cast.by_olga, revision=note.revision)
    assert (note.state, note.balance_minor, note.number) == ("void", 0, "CN-000001")
    days = dict(Posting.objects.filter(kind__startswith="credit_note").values_list("kind", "counts_on"))
    assert days == {"credit_note.issued": days_ago(20), "credit_note.voided": today()}
    with refused("NOT_ISSUED"):
        credit_notes.void(note, by=cast.by_olga, revision=note.revision)
    assert credit_of(cast.bakery) == 0
    assert differences() == []


def test_what_is_left_is_given_back_otherwise(cast: Cast) -> None:
    note = credit_note(cast)
    back = give_back(cast, note, 4_000)
    assert (back.amount_minor, back.mode, back.reference, back.refunded_on) == (4_000, "cash", "till 2", today())
    assert balances(note) == [6_000]
    assert set(back.posting.legs.values_list("account", "minor")) == {("credit", 4_000), ("cash", -4_000)}
    assert back.posting.kind == "credit_note.refunded"
    with refused("CREDIT_USED"):
        credit_notes.void(note, by=cast.by_olga, revision=note.revision)
    give_back(cast, note, 6_000)
    assert (balances(note), note.status(today()), credit_of(cast.bakery)) == ([0], "closed", 0)
    assert differences() == []


def test_no_more_is_given_back_than_is_left_and_the_same_form_gives_once(cast: Cast) -> None:
    note = credit_note(cast)
    first = give_back(cast, note, 4_000, key="k" * 24)
    assert give_back(cast, note, 4_000, key="k" * 24) == first
    with refused("FORM_USED"):
        give_back(cast, note, 5_000, key="k" * 24)
    for minor, code in ((6_001, "REFUND_TOO_LARGE"), (0, "AMOUNT_TOO_SMALL"), (-1, "AMOUNT_TOO_SMALL")):
        with refused(code, field="amount"):
            give_back(cast, note, minor)
    with refused("CURRENCY"):
        give_back(cast, note, 100, currency="EUR")
    draft = draft_credit_note(cast)
    with refused("NOT_ISSUED"):
        give_back(cast, draft, 100)


@pytest.mark.parametrize("who", ["vera", "ana", "otto"])
def test_only_those_who_write_documents_do_anything_with_one(cast: Cast, who: str) -> None:
    note, draft, one = credit_note(cast), draft_credit_note(cast), invoice(cast)
    by, wish = actor(getattr(cast, who)), RefundWish(amount=Money(100, "GBP"), mode=credit_notes.MODES.CASH)
    tries = [
        lambda: credit_notes.create(cast.bakery, CreditNoteContent(dated=today(), lines=[]), by=by),
        lambda: credit_notes.edit(draft, CreditNoteContent(dated=today(), lines=[]), by=by, revision=1),
        lambda: credit_notes.mark_as_sent(draft, by=by, revision=1),
        lambda: credit_notes.send(draft, to=[cast.ana.id], by=by, revision=1),
        lambda: credit_notes.void(note, by=by, revision=1),
        lambda: credit_notes.delete(draft, by=by, revision=1),
        lambda: credit_notes.refund(note, wish, by=by, form_key=""),
        lambda: conversions.invoice_to_credit_note(one, by=by, revision=1),
    ]
    for attempt in tries:
        with refused("NOT_ALLOWED"):
            attempt()


def test_what_counts_on_a_locked_day_stays(cast: Cast) -> None:
    note, old = credit_note(cast, dated=days_ago(10)), draft_credit_note(cast, dated=days_ago(10))
    cast.studio.refresh_from_db()
    lock_date.set(cast.studio, days_ago(5), revision=cast.studio.revision, by=cast.by_olga)
    stig = actor(cast.stig)
    with refused("LOCKED", field="dated"):
        credit_notes.mark_as_sent(old, by=stig, revision=1)
    with refused("LOCKED"):
        credit_notes.void(note, by=stig, revision=1)
    assert credit_notes.refund(
        note, RefundWish(amount=Money(100, "GBP"), mode=credit_notes.MODES.CASH), by=stig, form_key=""
    )


def test_a_credit_note_is_made_of_an_invoice_with_its_lines(cast: Cast) -> None:
    one = invoice(cast, amount="80", order_number="PO-7")
    note = made_of(cast, one)
    assert (note.state, note.total_minor, note.order_number, note.dated) == ("draft", 8_000, "PO-7", today())
    assert note.lines.get().name == "Menu boards"
    assert origins.origin_of(note) == one
    assert origins.made_of(one) == [note]


def test_no_more_is_credited_than_the_invoice_says(cast: Cast) -> None:
    one = invoice(cast)
    first, second = made_of(cast, one), made_of(cast, one)
    issue(cast, smaller(cast, first, "60"))
    with refused("CREDITED"):
        issue(cast, second)
    second = issue(cast, smaller(cast, CreditNote.objects.get(id=second.id), "40"))
    with refused("CREDITED"):
        made_of(cast, one)
    credit_notes.void(second, by=cast.by_olga, revision=second.revision)
    assert issue(cast, smaller(cast, made_of(cast, one), "39.99")).total_minor == 3_999
    assert differences() == []


def test_credit_that_a_refund_gave_counts_as_well(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    with transaction.atomic():
        crediting.grant(ledger.lock(cast.bakery.id), one, payment, 3_000, counts_on=today(), by=cast.by_olga)
    whole = made_of(cast, one)
    with refused("CREDITED"):
        issue(cast, whole)
    assert issue(cast, smaller(cast, whole, "70")).total_minor == 7_000


def test_an_invoice_with_a_credit_note_is_neither_void_nor_worth_less_than_that(cast: Cast) -> None:
    one = invoice(cast)
    note = issue(cast, smaller(cast, made_of(cast, one), "60"))
    with refused("HAS_CREDIT_NOTE"):
        invoices.void(one, by=cast.by_olga, revision=one.revision)
    content = invoices.InvoiceContent(
        dated=one.dated, payment_days=30, lines=[LineContent("Boards", Decimal(1), Decimal("59.99"))]
    )
    with refused("CREDITED"):
        invoices.edit(one, content, by=cast.by_olga, revision=one.revision)
    credit_notes.void(note, by=cast.by_olga, revision=note.revision)
    assert invoices.void(one, by=cast.by_olga, revision=one.revision).state == "void"


def test_nothing_is_credited_of_what_is_not_owed(cast: Cast) -> None:
    one, void, draft = invoice(cast), invoice(cast), draft_credit_note(cast)
    note = made_of(cast, one)
    write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    with refused("ORIGIN_NOT_OWED"):
        issue(cast, note)
    invoices.void(void, by=cast.by_olga, revision=void.revision)
    void.refresh_from_db()
    with refused("NOT_ISSUED"):
        made_of(cast, void)
    assert issue(cast, draft).state == "issued"


def test_the_first_view_is_remembered_and_the_office_hears_of_it(cast: Cast) -> None:
    note = credit_notes.view(credit_note(cast), by=cast.by_ana)
    assert (note.viewed_by_id, Event.objects.filter(name="credit_note.viewed").count()) == (cast.ana.id, 1)
    credit_notes.view(note, by=actor(cast.sam))
    assert CreditNote.objects.get(id=note.id).viewed_by_id == cast.ana.id
    unseen = credit_note(cast)
    with refused("NOT_YOURS"):
        credit_notes.view(unseen, by=actor(cast.bruno))


def test_every_organization_has_a_series_for_every_kind_of_document(cast: Cast) -> None:
    for organization in (cast.studio, cast.quay):
        kinds = NumberSeries.objects.filter(organization=organization).values_list("kind", flat=True)
        assert sorted(kinds) == sorted(DocumentKind.values) == sorted(numbering.PREFIXES)


@pytest.mark.parametrize(
    "wrong",
    [{"balance_minor": -1}, {"balance_minor": 10_001}, {"state": "void"}, {"number": ""}],
    ids=["less than nothing", "more than all", "void with a balance and nobody", "issued without number"],
)
def test_the_database_keeps_what_must_hold(cast: Cast, wrong: dict[str, Any]) -> None:
    note = credit_note(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditNote.objects.filter(id=note.id).update(**wrong)


def test_verify_says_what_is_wrong(cast: Cast) -> None:
    note, one = credit_note(cast), invoice(cast)
    made = issue(cast, smaller(cast, made_of(cast, one), "60"))
    back = give_back(cast, note, 1_000)
    assert differences() == []
    CreditNoteRefund.objects.filter(id=back.id).update(amount_minor=900)
    assert [f"Of credit note {note.id}, 900 was given back; the legs say 1000."] == differences()
    CreditNoteRefund.objects.filter(id=back.id).update(amount_minor=1_000)
    CreditNote.objects.filter(id=note.id).update(balance_minor=8_000)
    found = " ".join(differences())
    assert f"The balance of credit_note {note.id}" in found
    assert f"Customer {cast.bakery.id} is said to have 15000 in credit" in found
    CreditNote.objects.filter(id=note.id).update(balance_minor=9_000, total_minor=9_500)
    assert f"Credit note {note.id} is issued with a total of 9500; the ledger has 10000 of it." in differences()
    CreditNote.objects.filter(id=note.id).update(total_minor=10_000)
    Invoice.objects.filter(id=one.id).update(total_minor=5_000)
    assert f"Credit notes take back 6000 of invoice {one.id}, whose total is 5000." in differences()
    assert made.total_minor == 6_000


def test_twenty_who_use_the_same_credit_note_at_once_use_it_once(both_databases: str, cast: Cast) -> None:
    note = credit_note(cast, amount="10")
    several = [invoice(cast, amount="10") for _ in range(20)]
    outcomes = at_once(20, lambda place: use(cast, several[place], {note.id: 1_000}))
    assert sum(outcome.error is None for outcome in outcomes) == 1
    assert {getattr(outcome.error, "code", None) for outcome in outcomes if outcome.error} == {"CREDIT_USED"}
    assert balances(note) == [0]
    assert Invoice.objects.filter(balance_minor=0).count() == 1
    assert differences() == []


def test_who_uses_gives_back_and_voids_it_at_once_does_one_of_them(both_databases: str, cast: Cast) -> None:
    note, one = credit_note(cast), invoice(cast)
    acts = (
        lambda: use(cast, one, {note.id: 10_000}),
        lambda: give_back(cast, note, 10_000),
        lambda: credit_notes.void(note, by=cast.by_olga, revision=1),
    )
    outcomes = at_once(12, lambda place: acts[place % 3]())
    assert sum(outcome.error is None for outcome in outcomes) == 1
    codes = {getattr(outcome.error, "code", outcome.error) for outcome in outcomes if outcome.error}
    assert codes <= {"CREDIT_USED", "REFUND_TOO_LARGE", "NOT_ISSUED", "INVOICE_CHANGED"}
    assert credit_of(cast.bakery) == 0
    assert differences() == []


def test_twenty_who_issue_notes_of_one_invoice_at_once_credit_it_once(both_databases: str, cast: Cast) -> None:
    one = invoice(cast)
    drafts = [made_of(cast, one) for _ in range(12)]
    outcomes = at_once(12, lambda place: issue(cast, drafts[place]))
    assert sum(outcome.error is None for outcome in outcomes) == 1
    assert {getattr(outcome.error, "code", None) for outcome in outcomes if outcome.error} == {"CREDITED"}
    assert credit_of(cast.bakery) == 10_000
    assert CreditNote.objects.exclude(number="").get().number == "CN-000001"
    assert differences() == []
