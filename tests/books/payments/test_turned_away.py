"""Payments that are refused here: kept among the failed ones, with a code that says what the office has to do."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.customers import contacts
from counterfoil.books.ledger import verify
from counterfoil.books.organizations import taxes
from counterfoil.books.payments import turned_away
from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.foundation.events import Event
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast, actor
from tests.support.refusals import refused
from tests.support.till import Till


def note(cast: Cast, code: str, shares: dict[int, int], *, by: Any = None, key: str = "form-1") -> Any:
    by = by or cast.ana
    return turned_away.note(code, shares, customer_id=by.customer_id, by=actor(by), form_key=key)


def test_without_a_default_rate_nobody_pays_until_there_is_one(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    vat = taxes.add_rate(cast.studio, name="VAT 20%", percent=Decimal(20), by=actor(cast.olga))
    taxes.stop_default(vat, by=actor(cast.olga))
    with refused("CP2001"):
        till.begin(one)
    assert not PaymentAttempt.objects.exists()
    taxes.make_default(vat, by=actor(cast.olga))
    assert till.pay(one).state == "paid"


def test_what_was_refused_is_kept_as_a_failed_attempt_and_holds_nothing(cast: Cast, till: Till) -> None:
    one, other = invoice(cast), invoice(cast, amount="20")
    failed = note(cast, "CP4003", {one.id: 10_000, other.id: 2_000})
    assert (failed.state, failed.failure_reason, failed.amount_minor) == ("failed", "currency", 12_000)
    assert {share.invoice_id: share.minor for share in failed.shares.all()} == {one.id: 10_000, other.id: 2_000}
    event = Event.objects.get(name="payment.failed")
    assert (event.data["reason"], event.for_office, event.for_customer) == ("currency", True, False)
    assert till.pay(one).state == "paid"
    assert not verify.differences()


def test_the_same_form_refused_again_is_one(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    assert note(cast, "CP4001", {one.id: 10})
    assert note(cast, "CP4001", {one.id: 10}) is None
    assert PaymentAttempt.objects.count() == 1
    assert Event.objects.filter(name="payment.failed").count() == 1


def test_who_was_removed_is_still_named(cast: Cast, till: Till) -> None:
    one, by = invoice(cast), actor(cast.sam)
    contacts.retire(cast.sam, by=actor(cast.olga))
    failed = turned_away.note("CP1003", {one.id: 10_000}, customer_id=one.customer_id, by=by, form_key="form-1")
    assert failed is not None
    assert (failed.contact_id, failed.failure_reason) == (cast.sam.id, "contact_gone")


@pytest.mark.parametrize("code", ["NOT_PAYABLE", "AMOUNT_TOO_LARGE", "", "CP9999"])
def test_a_refusal_that_asks_nothing_of_the_office_is_not_kept(cast: Cast, till: Till, code: str) -> None:
    assert note(cast, code, {invoice(cast).id: 10_000}) is None
    assert not PaymentAttempt.objects.exists()


def test_invoices_of_others_drafts_and_nonsense_are_left_out(cast: Cast, till: Till) -> None:
    theirs, draft = invoice(cast, cast.bruno.customer), draft_invoice(cast)
    assert note(cast, "CP4001", {theirs.id: 100, draft.id: 100, 12345: 100}) is None
    one = invoice(cast)
    assert note(cast, "CP4001", {one.id: -5}) is None
    failed = note(cast, "CP4001", {one.id: 5, theirs.id: 100})
    assert [share.invoice_id for share in failed.shares.all()] == [one.id]
    assert not Payment.objects.exists()


def test_nobody_notes_a_failure_for_another_customer(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    with refused("NOT_YOURS"):
        turned_away.note("CP4001", {one.id: 5}, customer_id=one.customer_id, by=actor(cast.bruno), form_key="form-1")
    assert not PaymentAttempt.objects.exists()


def test_without_a_gateway_there_is_nothing_to_mend(cast: Cast) -> None:
    assert note(cast, "CP1003", {invoice(cast).id: 10_000}) is None
