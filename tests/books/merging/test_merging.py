"""A customer who is here twice becomes one: all of both is the survivor's, and no amount changes."""

from typing import Any

import pytest

from counterfoil.books.conversations import comments, messages, reviews
from counterfoil.books.conversations.models import Comment
from counterfoil.books.customers import customers
from counterfoil.books.customers.models import ContactPerson, Customer, CustomerWord
from counterfoil.books.files.models import StoredFile
from counterfoil.books.ledger import statements, verify
from counterfoil.books.ledger.models import CustomerBalance, MonthBalance
from counterfoil.books.merging import foreseeing, merging
from counterfoil.books.organizations import external_ids
from counterfoil.books.payments.models import Payment, PaymentAttempt, SavedMethod
from counterfoil.books.projects.models import TimeEntry
from counterfoil.books.sales import document_links, invoices, opening, recurring_invoices
from counterfoil.books.sales.models import DocumentLink, Invoice, RecurringInvoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from counterfoil.foundation.periods import EARLIEST, LATEST, Period
from tests.support import projects as work
from tests.support.books import credit_note, invoice, order, paid_retainer, pay, quote, recurring
from tests.support.cast import Cast, actor, person
from tests.support.locking import days_ago, today
from tests.support.mailed import mail
from tests.support.merging import duplicate, merge
from tests.support.refusals import refused
from tests.support.till import Till
from tests.support.uploads import PDF, put


def balance(customer: Any) -> tuple[int, int, int]:
    row = CustomerBalance.objects.get(customer=customer)
    return row.receivable_minor, row.credit_minor, row.retained_minor


@pytest.fixture
def twin(cast: Cast) -> Any:
    """Harbour Bakery once more."""
    return duplicate(cast)


def test_everything_that_was_posted_and_written_is_the_survivors(cast: Cast, twin: Any) -> None:
    bill, mine = invoice(cast, twin, amount="120"), invoice(cast, amount="80")
    paid = pay(cast, twin, 15_000, {bill.id: 5_000})
    kept = [quote(cast, twin), order(cast, twin), recurring(cast, twin), credit_note(cast, twin, amount="7")]
    held = paid_retainer(cast, twin, amount="30")
    merge(cast, twin, cast.bakery)
    for row in (bill, paid, held, *kept):
        row.refresh_from_db()
        assert row.customer_id == cast.bakery.id
    assert (bill.balance_minor, paid.balance_minor, held.balance_minor) == (7_000, 10_000, 3_000)
    assert balance(cast.bakery) == (15_000, 10_700, 3_000)
    assert balance(twin) == (0, 0, 0)
    assert not MonthBalance.objects.filter(customer=twin).exists()
    whole = statements.of(cast.bakery, Period(EARLIEST, LATEST), today=today())
    assert whole.closing_minor == 15_000 - 10_700
    assert {one.document_id for one in whole.transactions if one.document_kind == "invoice"} == {bill.id, mine.id}
    assert not verify.differences()
    # And the books go on with it.
    pay(cast, cast.bakery, 7_000, {bill.id: 7_000})
    assert balance(cast.bakery) == (8_000, 10_700, 3_000)
    assert not verify.differences()


def test_what_was_said_uploaded_saved_and_mailed_moves(cast: Cast, till: Till, twin: Any) -> None:
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    mailed = mail(cast, dora)
    said = comments.add(mailed.invoice, "When is it due?", by=actor(dora))
    about = comments.add(twin, "Pays late.", by=cast.by_olga)
    file = put(twin, ("plan.pdf", PDF), by=cast.by_olga)
    card = SavedMethod.objects.create(
        organization=cast.studio, customer=twin, gateway=till.account, token="pm_1", kind="card", brand="Visa",
        last4="4242", exp_month=8, exp_year=2040, saved_by=actor(dora).as_json(), saved_at=clock.now(),
    )  # fmt: skip
    external_ids.keep(cast.studio.id, "zoho", "customer", [("460000012", twin.id)])
    merge(cast, twin, cast.bakery)
    assert Comment.objects.filter(id__in=(said.id, about.id), customer=cast.bakery).count() == 2
    assert StoredFile.objects.get(id=file.id).customer_id == cast.bakery.id
    # A gateway keeps a card by its token and knows no customer of ours, so nothing changes there.
    assert SavedMethod.objects.get(id=card.id).customer_id == cast.bakery.id
    assert external_ids.known(cast.studio.id, "zoho", "customer") == {"460000012": cast.bakery.id}
    link = DocumentLink.objects.get(id=mailed.link.id)
    assert link.customer_id == cast.bakery.id
    assert document_links.document_of(link) == mailed.invoice
    dora.refresh_from_db()
    assert (dora.customer_id, dora.access, dora.is_primary) == (cast.bakery.id, "enabled", False)


def test_what_is_written_of_the_survivor_stays_and_notes_are_put_together(cast: Cast) -> None:
    twin = duplicate(cast, notes="Deliver at the back.", payment_days=7, stops_reminders=True, may_pay_by_bank=True)
    seen = cast.bakery.revision
    merge(cast, twin, cast.bakery)
    cast.bakery.refresh_from_db()
    assert (cast.bakery.display_name, cast.bakery.payment_days) == ("Harbour Bakery Ltd", 30)
    assert (cast.bakery.notes, cast.bakery.stops_reminders) == ("Deliver at the back.", True)
    assert not cast.bakery.may_pay_by_bank  # a permission is given by somebody, and not by this
    assert cast.bakery.revision > seen  # who had its form open looks at it again


def test_the_one_that_is_gone_is_found_nowhere_and_its_name_is_free(cast: Cast, twin: Any) -> None:
    merge(cast, twin, cast.bakery)
    assert twin not in Customer.objects.of(cast.studio)
    assert not CustomerWord.objects.filter(customer=twin).exists()
    assert duplicate(cast).display_name == twin.display_name
    content = customers.CustomerContent(display_name="Else", currency="GBP")
    with refused("CUSTOMER_MERGED"):
        customers.edit(twin, content, by=cast.by_olga, revision=twin.revision)
    with refused("CUSTOMER_MERGED"):
        invoice(cast, twin)
    with refused("CUSTOMER_MERGED"):
        pay(cast, twin, 100)


def test_it_is_told_once_with_what_moved(cast: Cast, twin: Any) -> None:
    invoice(cast, twin)
    merge(cast, twin, cast.bakery)
    told = Event.objects.get(name="customer.merged")
    assert (told.customer_id, told.by.name, told.for_customer) == (cast.bakery.id, "Olga Lindqvist", False)
    assert (told.data["name"], told.data["merged_id"]) == ("Harbour Bakery", str(twin.id))
    assert told.data["moved"] == {"invoice": 1}
    # What happened before is told as it was.
    assert Event.objects.get(name="customer.created", subject_id=twin.id).customer_id == twin.id


def test_the_same_confirmation_again_changes_nothing(cast: Cast, twin: Any) -> None:
    seen = foreseeing.foresee(twin, cast.bakery).seen
    for _ in range(2):
        merging.merge(twin, cast.bakery, by=cast.by_olga, seen=seen)
    assert Event.objects.filter(name="customer.merged").count() == 1


def test_one_that_others_were_merged_into_takes_them_along(cast: Cast, twin: Any) -> None:
    third = duplicate(cast, "Harbour")
    invoice(cast, third)
    merge(cast, third, twin)
    merge(cast, twin, cast.bakery)
    third.refresh_from_db()
    assert third.merged_into_id == cast.bakery.id
    assert customers.survivor_id(third.id) == cast.bakery.id
    assert balance(cast.bakery) == (10_000, 0, 0)
    assert not verify.differences()


def test_what_changed_since_it_was_read_is_read_again(cast: Cast, twin: Any) -> None:
    seen = foreseeing.foresee(twin, cast.bakery).seen
    invoice(cast, twin)
    with refused("MERGE_CHANGED"):
        merging.merge(twin, cast.bakery, by=cast.by_olga, seen=seen)


def test_what_will_move_is_said_by_kind_with_sums(cast: Cast, twin: Any) -> None:
    bill = invoice(cast, twin, amount="120")
    invoice(cast, twin, amount="20")
    pay(cast, twin, 2_000, {bill.id: 2_000})
    quote(cast, twin)
    dora = actor(person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga))
    messages.send(twin, subject="Hello", text="Are you there?", by=dora)
    reviews.submit(twin, "Fine work.", stars=5, by=dora)
    foreseen = foreseeing.foresee(twin, cast.bakery)
    told = [(one.kind, one.count, one.minor) for one in foreseen.parts]
    assert told == [
        ("quote", 1, 10_000),
        ("invoice", 2, 14_000),
        ("payment", 1, 2_000),
        ("message", 1, None),
        ("review", 1, None),
    ]
    assert (foreseen.gone.owed, foreseen.into.owed) == (12_000, 0)
    assert foreseeing.foresee(cast.bakery, twin).parts == ()


def test_projects_time_and_what_is_approved_of_it_are_told_and_move(cast: Cast, twin: Any) -> None:
    one = work.project(cast, twin)
    task = work.task(cast, one)
    work.time(cast, task, 90, days_ago=3)
    sheet = work.draft_approval(cast, one)
    work.time(cast, task, 30)
    parts = foreseeing.foresee(twin, cast.bakery).parts
    told = [(part.kind, part.count, part.minor) for part in parts]
    assert told == [("project", 1, None), ("time_entry", 2, None), ("approval", 1, None)]
    merge(cast, twin, cast.bakery)
    one.refresh_from_db()
    sheet.refresh_from_db()
    assert one.customer_id == sheet.customer_id == cast.bakery.id
    assert set(TimeEntry.objects.values_list("customer_id", flat=True)) == {cast.bakery.id}


@pytest.mark.parametrize("currency", ["EUR", "CNY"])
def test_other_currencies_stay_apart(cast: Cast, currency: str) -> None:
    twin = duplicate(cast, currency=currency)
    with refused("OTHER_CURRENCY") as refusal:
        merge(cast, twin, cast.bakery)
    assert currency in str(refusal.value.sentence)


def test_what_does_not_fit_is_refused(cast: Cast, twin: Any) -> None:
    with refused("SAME_CUSTOMER"):
        merge(cast, twin, twin)
    exempt = duplicate(cast, "Exempt", is_tax_exempt=True)
    with refused("OTHER_TAX"):
        merge(cast, exempt, cast.bakery)
    with refused("CUSTOMER_MERGED"):
        foreseeing.foresee(cast.foyle, cast.bakery)  # of another organization
    for who in (actor(cast.vera), actor(cast.otto), cast.by_ana):
        with refused("NOT_ALLOWED"):
            merging.merge(twin, cast.bakery, by=who, seen="")
    merge(cast, twin, cast.bakery)
    with refused("CUSTOMER_MERGED"):
        merge(cast, twin, cast.tidewater)
    with refused("CUSTOMER_MERGED"):
        merge(cast, cast.bakery, twin)


def test_of_two_opening_balances_one_must_go_first(cast: Cast, twin: Any) -> None:
    for one in (twin, cast.bakery):
        opening.set_balance(one, Money(4_000, "GBP"), days_ago(9), by=cast.by_olga)
    with refused("TWO_OPENING_BALANCES"):
        merge(cast, twin, cast.bakery)
    opening.set_balance(twin, Money(0, "GBP"), None, by=cast.by_olga)
    merge(cast, twin, cast.bakery)
    assert balance(cast.bakery)[0] == 4_000
    # The one that was taken away doesn't stand in the way of the one that is there.
    opening.set_balance(cast.bakery, Money(5_000, "GBP"), days_ago(9), by=cast.by_olga)
    assert balance(cast.bakery)[0] == 5_000
    assert not verify.differences()


def test_a_payment_that_is_under_way_goes_on_as_the_survivors(cast: Cast, till: Till, twin: Any) -> None:
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    bill = invoice(cast, twin)
    begun = till.begin(bill, by=dora)
    told = foreseeing.foresee(twin, cast.bakery).parts
    assert ("attempt", 1, 10_000) in [(one.kind, one.count, one.minor) for one in told]
    merge(cast, twin, cast.bakery)
    # What pays it was read before, and is not told of the merge.
    assert begun.customer_id == twin.id
    assert till.collect(begun).state == "paid"
    bill.refresh_from_db()
    (payment,) = Payment.objects.all()
    assert (bill.balance_minor, payment.customer_id, payment.balance_minor) == (0, cast.bakery.id, 0)
    assert (till.charges(begun), balance(cast.bakery)) == (1, (0, 0, 0))
    assert not verify.differences()


def test_what_is_made_of_an_invoice_that_was_read_before_is_the_survivors(cast: Cast, twin: Any) -> None:
    bill, note = invoice(cast, twin), credit_note(cast, twin, amount="40")
    for row in (bill, note):
        row.refresh_from_db()
    merge(cast, twin, cast.bakery)
    invoices.void(bill, by=cast.by_olga, revision=bill.revision)
    assert Invoice.objects.get(id=bill.id).state == "void"
    assert balance(cast.bakery) == (0, 4_000, 0)
    assert not verify.differences()


def test_a_schedule_makes_its_invoices_for_the_survivor(cast: Cast, twin: Any) -> None:
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    profile = recurring(cast, twin, sends=True, to=[dora.id])
    merge(cast, twin, cast.bakery)
    made = recurring_invoices.make_next(profile, by=cast.by_olga)
    assert made is not None
    assert (made.customer_id, made.state) == (cast.bakery.id, "issued")
    assert Event.objects.get(name="invoice.sent").data["contact_ids"] == [str(dora.id)]
    assert RecurringInvoice.objects.get(id=profile.id).made == 1


def test_a_key_of_a_form_that_both_have_is_in_nobodys_way(cast: Cast, till: Till, twin: Any) -> None:
    """Browsers choose it, so that somebody could choose the same one twice."""
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    till.pay(invoice(cast), by=cast.ana)
    mine = PaymentAttempt.objects.get()
    other = till.collect(till.begin(invoice(cast, twin), by=dora, key=mine.form_key))
    merge(cast, twin, cast.bakery)
    assert {one.state for one in PaymentAttempt.objects.filter(customer=cast.bakery)} == {"paid"}
    other.refresh_from_db()
    assert (other.state, other.customer_id) == ("paid", cast.bakery.id)


def test_verify_tells_of_what_is_left_behind(cast: Cast, twin: Any) -> None:
    merge(cast, twin, cast.bakery)
    ContactPerson.objects.create(
        organization=cast.studio, customer=twin, first_name="Late", made_at=clock.now(), retired_at=clock.now()
    )
    (left,) = verify.differences()
    assert "customers.ContactPerson" in left
