"""Retainer invoices as a customer has them: found, read, paid, and what of them is held."""

import secrets
from collections.abc import Callable
from typing import Any

from django.utils.html import strip_tags

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import verify
from counterfoil.books.payments import allocations, asking
from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.books.sales import retainer_invoices
from counterfoil.books.sales.models import RetainerInvoice
from counterfoil.foundation.events import Event
from counterfoil.outbound.models import Mail, Notification
from counterfoil.outbound.worker import run_once
from tests.support.books import draft_retainer, invoice, paid_retainer, pay, retainer
from tests.support.cast import Cast, visitor
from tests.support.locking import days_ago
from tests.support.till import CARD, DECLINED, Till

POOR_BANK, GOOD_BANK = "pm_bank_000222222227", "pm_bank_000123456789"


def home(cast: Cast) -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/"


def at(cast: Cast, one: Any = None, rest: str = "") -> str:
    return f"{home(cast)}invoices/retainers/{f'{one.id}/' if one else ''}{rest}"


def rows(answer: Any) -> dict[str, tuple[str, str]]:
    return {row["number"]: (row["balance"], row["held"]) for row in answer.context["rows"]}


def draw(cast: Cast, one: Any, minor: int) -> Any:
    bill = invoice(cast, one.customer)
    allocations.draw(one, {bill.id: minor}, by=cast.by_olga, held_seen=one.balance_minor)
    return bill


def send(cast: Cast, till: Till, one: Any, *, card: str = CARD, **more: str) -> Any:
    form = {
        "form_key": secrets.token_urlsafe(24),
        "amount": "100.00",
        "method": f"card-{till.account.id}",
        "method_token": f"pm_card_{card}",
    }
    return visitor(cast.ana).post(at(cast, one, "pay/"), form | more)


def test_the_cards_of_the_home_page_lead_to_just_what_they_count(cast: Cast) -> None:
    late = retainer(cast, amount="20", dated=days_ago(9), due_on=days_ago(2))
    asked, paid, drawn = retainer(cast), paid_retainer(cast, amount="30"), paid_retainer(cast, amount="40")
    draw(cast, paid, 1_000)
    draw(cast, drawn, 4_000)
    ana = visitor(cast.ana)
    text = ana.get(home(cast)).text
    assert "Outstanding retainer invoices" in text
    assert "£120.00" in text  # 100 and 20
    assert f'href="{at(cast)}?status=unpaid"' in text
    assert rows(ana.get(f"{at(cast)}?status=unpaid")).keys() == {late.number, asked.number}
    assert "£20.00" in text  # held of the one that is used in part
    assert rows(ana.get(f"{at(cast)}?status=available")) == {paid.number: ("£0.00", "£20.00")}
    assert rows(ana.get(f"{at(cast)}?status=overdue")).keys() == {late.number}
    assert rows(ana.get(f"{at(cast)}?status=paid")).keys() == {paid.number, drawn.number}
    # Nothing of it is an invoice that is owed.
    assert "Retainer invoices" in ana.get(f"{home(cast)}invoices/").text
    assert late.number not in ana.get(f"{home(cast)}invoices/").text


def test_what_is_being_paid_ahead_is_no_part_of_what_is_owed(cast: Cast, till: Till) -> None:
    one, bill = retainer(cast), invoice(cast, amount="30")
    till.begin_ahead(one)
    shown = visitor(cast.ana).get(home(cast))
    assert (shown.context["owing"]["is_payable"], shown.context["owing"]["processing"]) == (True, "")
    assert bill.number


def test_drafts_and_others_are_not_there(cast: Cast) -> None:
    draft, theirs, elsewhere = draft_retainer(cast), retainer(cast, cast.tidewater), retainer(cast, cast.foyle)
    mine, ana = retainer(cast), visitor(cast.ana)
    for one in (draft, theirs, elsewhere):
        for rest in ("", "pdf/", "pay/"):
            assert ana.get(at(cast, one, rest)).status_code == 404
    assert rows(ana.get(at(cast))).keys() == {mine.number}
    for stranger in (cast.bruno, cast.fia):
        assert visitor(stranger).get(at(cast, mine)).status_code == 404
    assert not Event.objects.filter(name="retainer_invoice.viewed").exists()


def test_reading_one_is_noticed_once_and_says_what_is_to_be_paid(cast: Cast, till: Till) -> None:
    one, ana = retainer(cast), visitor(cast.ana)
    for _ in range(2):
        answer = ana.get(at(cast, one))
    assert "Pay now" in answer.text
    assert Event.objects.filter(name="retainer_invoice.viewed").count() == 1
    assert ana.get(at(cast, one, "pdf/"))["Content-Type"] == "application/pdf"
    retainer_invoices.void(one, by=cast.by_olga, revision=one.revision)
    answer = ana.get(at(cast, one))
    assert "This retainer invoice is void." in answer.text
    assert "Pay now" not in answer.text
    assert "Nothing to pay for" in ana.get(at(cast, one, "pay/")).text


def test_paying_it_by_card_holds_the_money_and_gives_a_receipt(cast: Cast, till: Till) -> None:
    one = retainer(cast)
    answer = send(cast, till, one)
    assert answer.status_code == 303, answer.text
    receipt = visitor(cast.ana).get(answer["Location"], follow=True)
    assert one.number in receipt.text
    assert "Paid ahead, for later invoices" in receipt.text
    one.refresh_from_db()
    assert (one.unpaid_minor, one.balance_minor) == (0, 10_000)
    page = visitor(cast.ana).get(at(cast, one))
    assert "Held for you" in page.text
    assert Payment.objects.get().number in page.text
    assert "This retainer invoice is paid." in visitor(cast.ana).get(at(cast, one, "pay/")).text
    assert not verify.differences()


def test_a_declined_card_leads_back_and_the_office_sees_for_what(cast: Cast, till: Till) -> None:
    one = retainer(cast)
    answer = send(cast, till, one, card=DECLINED)
    attempt = PaymentAttempt.objects.get()
    back = visitor(cast.ana).get(answer["Location"])
    assert back["Location"] == f"{at(cast, one, 'pay/')}?attempt={attempt.id}"
    assert "You were not charged." in visitor(cast.ana).get(back["Location"]).text
    office = f"/office/{cast.studio.id}/"
    assert one.number in visitor(cast.olga).get(f"{office}payments/failed/").text
    assert "Failed payments" in visitor(cast.olga).get(f"{office}retainer-invoices/{one.id}/").text


def test_a_bank_payment_of_one_is_processing_is_not_drawn_and_fails_late(cast: Cast, till: Till) -> None:
    Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
    one, bill = retainer(cast), invoice(cast)
    ana, olga, office = visitor(cast.ana), visitor(cast.olga), f"/office/{cast.studio.id}/"
    answer = send(cast, till, one, method=f"bank-{till.account.id}", method_token=POOR_BANK)
    assert "Your bank payment is processing" in ana.get(answer["Location"], follow=True).text
    attempt = PaymentAttempt.objects.select_related("gateway").get()
    assert (attempt.state, attempt.method_kind, attempt.expected_on is not None) == ("processing", "bank", True)
    # It is neither unpaid nor paid, it is not paid twice, and nothing is held of it.
    assert strip_tags(ana.get(at(cast)).context["rows"][0]["pill"]) == "Processing"
    assert "A payment of £100.00 is being processed." in ana.get(at(cast, one)).text
    assert "already being processed" in ana.get(at(cast, one, "pay/")).text
    assert rows(ana.get(f"{at(cast)}?status=available")) == {}
    assert "Apply to invoices" not in olga.get(f"{office}retainer-invoices/{one.id}/").text
    drawing = {"held_seen": "0", f"share-{bill.id}": "10"}
    drawn = olga.post(f"{office}retainer-invoices/{one.id}/invoices/", drawing)
    assert (drawn.status_code, "Less than that is left of it." in drawn.text) == (422, True)

    till.settle(attempt, "failed")
    asking.ask(attempt)
    run_once()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.failure_reason) == ("failed", "account_poor")
    assert Mail.objects.get(template="payment_failed").recipient == cast.ana.email
    page = ana.get(at(cast, one)).text
    assert "Pay now" in page
    assert "being processed" not in page
    assert strip_tags(ana.get(at(cast)).context["rows"][0]["pill"]) == "Unpaid"
    assert Notification.objects.filter(staff=cast.olga, event__name="payment.failed").exists()
    assert "Failed payments" in olga.get(f"{office}retainer-invoices/{one.id}/").text
    assert one.number in olga.get(f"{office}payments/failed/").text
    one.refresh_from_db()
    assert (one.unpaid_minor, one.balance_minor) == (10_000, 0)
    assert not verify.differences()


def test_a_bank_payment_of_one_that_clears_is_held_from_the_day_it_was_started(cast: Cast, till: Till) -> None:
    Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
    one = retainer(cast)
    send(cast, till, one, method=f"bank-{till.account.id}", method_token=GOOD_BANK)
    PaymentAttempt.objects.update(started_on=days_ago(3))
    attempt = PaymentAttempt.objects.select_related("gateway").get()
    till.settle(attempt, "succeeded")
    asking.ask(attempt)
    assert Payment.objects.get().paid_on == days_ago(3)
    one.refresh_from_db()
    assert (one.unpaid_minor, one.balance_minor) == (0, 10_000)
    assert not verify.differences()


def test_what_is_typed_is_not_what_is_charged(cast: Cast, till: Till) -> None:
    """Attack 10: it is paid whole, whatever the form says."""
    one = retainer(cast)
    for amount in ("0.01", "-5", "99.99", "100.01", "NaN"):
        answer = send(cast, till, one, amount=amount)
        assert answer.status_code == 422, amount
    assert not PaymentAttempt.objects.filter(state="paid").exists()
    one.refresh_from_db()
    assert one.unpaid_minor == 10_000


def test_one_is_not_ticked_with_invoices(cast: Cast, till: Till) -> None:
    one, bill = retainer(cast), invoice(cast)
    address = f"{home(cast)}pay/?invoice={bill.id}&invoice={one.id}"
    assert visitor(cast.ana).get(address).status_code == 404


def test_the_payments_are_told_apart_by_what_they_are_for(cast: Cast) -> None:
    bill = invoice(cast)
    ahead, both = retainer(cast), retainer(cast, amount="50")
    first = pay(cast, cast.bakery, 10_000, {bill.id: 10_000})
    second = pay(cast, cast.bakery, 10_000, {ahead.id: 10_000})
    other = invoice(cast)
    third = pay(cast, cast.bakery, 15_000, {both.id: 5_000, other.id: 10_000})
    spare = pay(cast, cast.bakery, 700)
    ana = visitor(cast.ana)

    def numbers(kind: str) -> set[str]:
        return {row["number"] for row in ana.get(f"{home(cast)}payments/?kind={kind}").context["rows"]}

    assert numbers("") == {one.number for one in (first, second, third, spare)}
    assert numbers("invoices") == {first.number, third.number, spare.number}
    assert numbers("retainers") == {second.number, third.number}


def test_the_statement_closes_at_what_is_available(cast: Cast) -> None:
    one = paid_retainer(cast)
    bill = draw(cast, one, 4_000)
    answer = visitor(cast.ana).get(f"{home(cast)}statements/?period=this-year")
    assert answer.context["retainers"].sums[-1].amount == "£60.00"
    assert "Retainer paid" in answer.text
    assert f'href="{at(cast, one)}"' in answer.text
    assert bill.number in answer.text
    told = visitor(cast.ana).get(f"{home(cast)}statements/?period=this-year&format=csv").getvalue().decode()
    assert "Retainers: closing balance,,,60.00,GBP" in told
    assert visitor(cast.ana).get(f"{home(cast)}statements/pdf/?period=this-year")["Content-Type"] == "application/pdf"


def test_the_invoice_says_which_retainer_paid_it(cast: Cast) -> None:
    one = paid_retainer(cast)
    bill = draw(cast, one, 4_000)
    text = visitor(cast.ana).get(f"{home(cast)}invoices/{bill.id}/").text
    assert "Payments applied" in text
    assert f'href="{at(cast, one)}"' in text
    assert bill.number in visitor(cast.ana).get(at(cast, one)).text


def test_it_is_passed_on_and_opened_and_paid_by_a_link(cast: Cast, till: Till) -> None:
    from counterfoil.books.sales import document_links
    from counterfoil.books.sales.models import DocumentLink
    from counterfoil.outbound import spreading

    draft = draft_retainer(cast)
    one = retainer_invoices.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=1)
    other = retainer(cast)
    sent = visitor(cast.ana).post(at(cast, one, "forwarding/"), {"email": "ida@elsewhere.test", "name": "Ida"})
    assert sent.status_code == 303
    while spreading.spread_due():
        pass
    link = DocumentLink.objects.get(email="ida@elsewhere.test")
    bearer = visitor(None)
    opened = bearer.post(f"/portal/lindqvist-zhou/link/{document_links.token_of(link)}/", {"open": "yes"})
    assert opened["Location"] == at(cast, one)
    assert bearer.get(at(cast, one)).status_code == 200
    for address in (at(cast, other), at(cast), home(cast)):
        assert bearer.get(address).status_code in (302, 404)
    form = {"form_key": "k" * 24, "amount": "100", "method": f"card-{till.account.id}"}
    answer = bearer.post(at(cast, one, "pay/"), form | {"method_token": f"pm_card_{CARD}"})
    receipt = bearer.get(answer["Location"], follow=True)
    assert receipt.status_code == 200, receipt.text
    assert f'href="{at(cast, one)}"' in receipt.text
    assert RetainerInvoice.objects.get(id=one.id).balance_minor == 10_000


def test_the_pages_take_as_many_queries_however_long_the_list_is(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    ana, one = visitor(cast.ana), paid_retainer(cast)
    bill = draw(cast, one, 1_000)
    for _ in range(12):
        retainer(cast)
    unpaid = retainer(cast)
    addresses = (
        home(cast),
        at(cast),
        f"{at(cast)}?status=available",
        at(cast, one),
        at(cast, unpaid),
        f"{home(cast)}invoices/{bill.id}/",
        f"{home(cast)}payments/?kind=retainers",
        f"{home(cast)}payments/{Payment.objects.get().id}/",
        f"{home(cast)}statements/?period=this-year",
    )
    for address in addresses:
        ana.get(address)
        with django_assert_max_num_queries(8, info=address):
            assert ana.get(address).status_code == 200, address
