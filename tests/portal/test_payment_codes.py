"""The code that a phone pays with, on the payment page and on the invoice as PDF."""

from typing import Any

import pytest
from django.test import Client

from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.organizations import BankDetails
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.payments.models import PaymentAttempt
from counterfoil.paper import codes
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, customer, person, visitor
from tests.support.phone import scanned_paper
from tests.support.till import SLOW, Till

IBAN = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def with_bank(cast: Cast) -> None:
    bank = BankDetails(holder="Lindqvist & Zhou Studio", account=IBAN, code="COBADEFFXXX")
    cast.studio = organizations.change_bank_details(cast.studio, bank, revision=1, by=cast.by_olga)


@pytest.fixture
def hugo(cast: Cast, with_bank: None) -> Any:
    """A customer's person in Lyon, who is billed in euro."""
    mirabeau = customer(cast.studio, "Librairie Mirabeau", "EUR", by=cast.by_olga)
    return person(mirabeau, "Hugo", "Lenoir", "hugo@mirabeau.test", by=cast.by_olga)


def address(one: Any, rest: str = "pay/") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/{rest}"


def transfer(one: Any, amount: str) -> str:
    return (
        f"BCD\n002\n1\nSCT\nCOBADEFFXXX\nLindqvist & Zhou Studio\nDE89370400440532013000\nEUR{amount}\n\n\n{one.number}"
    )


def paid_at(one: Any) -> str:
    return f"http://localhost:8000{address(one)}"


def shows(answer: Any, payload: str) -> bool:
    return codes.drawing(payload, margin=4) in answer.text


def paper(client: Client, one: Any) -> list[str]:
    return scanned_paper(client.get(address(one, "pdf/")).content)


def test_in_euro_the_code_is_the_transfer_of_what_is_payable(cast: Cast, till: Till, hugo: Any) -> None:
    one = invoice(cast, hugo.customer, amount="1380.50")
    client = visitor(hugo)
    answer = client.get(address(one))
    assert shows(answer, transfer(one, "1380.50"))
    assert "Scan the code in your banking app" in answer.text
    assert 'role="img" aria-label="QR code of this transfer"' in answer.text
    assert paper(client, one) == [transfer(one, "1380.50")]
    pay(cast, hugo.customer, 38_000, {one.id: 38_000})
    assert shows(client.get(address(one)), transfer(one, "1000.50"))
    assert paper(client, one) == [transfer(one, "1000.50")]


def test_what_is_being_processed_is_not_transferred_again(cast: Cast, till: Till, hugo: Any) -> None:
    one = invoice(cast, hugo.customer)
    client = visitor(hugo)
    form = {"form_key": "k" * 24, "method_token": f"pm_card_{SLOW}", "amount": "30"}
    client.post(address(one), form | {"method": f"card-{till.account.id}"})
    assert PaymentAttempt.objects.get().state == "processing"
    assert shows(client.get(address(one)), transfer(one, "70.00"))


def test_elsewhere_the_code_leads_to_the_page_where_it_is_paid(cast: Cast, till: Till, with_bank: None) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    answer = client.get(address(one))
    assert shows(answer, paid_at(one))
    assert "Scan the code with your phone to pay online there." in answer.text
    assert paper(client, one) == [paid_at(one)]


def test_without_an_account_the_paper_still_says_where_it_is_paid(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    assert paper(client, one) == [paid_at(one)]
    assert 'class="qr"' not in client.get(address(one)).text


def test_a_page_where_nothing_can_be_paid_is_not_led_to(cast: Cast, till: Till, with_bank: None) -> None:
    client = visitor(cast.ana)
    only_by_hand = invoice(cast, gateway_ids=[])
    gateway_accounts.disable(till.account, by=cast.by_olga)
    for one in (only_by_hand, invoice(cast)):
        answer = client.get(address(one))
        assert IBAN in answer.text
        assert 'class="qr"' not in answer.text
        assert paper(client, one) == []


def test_what_is_paid_has_no_code(cast: Cast, till: Till, hugo: Any) -> None:
    one = invoice(cast, hugo.customer)
    pay(cast, hugo.customer, 10_000, {one.id: 10_000})
    client = visitor(hugo)
    assert 'class="qr"' not in client.get(address(one)).text
    assert paper(client, one) == []


def test_the_office_sees_the_paper_that_the_customer_gets_and_no_code_on_a_draft(
    cast: Cast, till: Till, with_bank: None
) -> None:
    def office_paper(one: Any) -> list[str]:
        return scanned_paper(visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{one.id}/pdf/").content)

    one = invoice(cast)
    assert office_paper(one) == paper(visitor(cast.ana), one) == [paid_at(one)]
    assert office_paper(draft_invoice(cast)) == []


def test_the_policy_of_the_page_needs_no_exception_for_the_code(cast: Cast, till: Till, hugo: Any) -> None:
    one = invoice(cast, hugo.customer)
    answer = visitor(hugo).get(address(one))
    assert shows(answer, transfer(one, "100.00"))
    assert "style=" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def several(*bills: Any) -> str:
    query = "&".join(f"invoice={one.id}" for one in bills)
    return f"/portal/lindqvist-zhou/{bills[0].customer_id}/pay/?{query}"


def test_several_invoices_are_one_transfer_with_all_their_numbers(cast: Cast, till: Till, hugo: Any) -> None:
    bills = [invoice(cast, hugo.customer, amount=amount) for amount in ("100", "50.25", "30", "7")]
    names = ", ".join(one.number for one in bills)
    answer = visitor(hugo).get(several(*bills))
    assert shows(answer, transfer(bills[0], "187.25").replace(bills[0].number, names))
    assert f"<dd>{names}</dd>" in answer.text


def test_elsewhere_the_code_leads_to_the_page_of_the_same_invoices(cast: Cast, till: Till, with_bank: None) -> None:
    bills = [invoice(cast, amount=amount) for amount in ("100", "50", "30")]
    assert shows(visitor(cast.ana).get(several(*bills[:2])), f"http://localhost:8000{several(*bills[:2])}")
    assert shows(visitor(cast.ana).get(several(bills[2])), paid_at(bills[2]))
