"""The codes that a phone pays with: what they say, and that one can read them from the paper."""

from dataclasses import replace

import pytest

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.money import Money
from counterfoil.paper import codes, transfers
from counterfoil.paper.sheet import Code, Payment
from counterfoil.paper.typesetting import render
from tests.paper.sheets import AT, CHINESE, ENGLISH, read, words
from tests.support.phone import scanned_paper

BALANCE = Money(138_000, "EUR")
PAY_URL = "https://books.example.com/portal/lindqvist-zhou/913515187175419905/invoices/913515233295986688/pay/"


def studio(**changed):
    bank = {
        "bank_holder": "Zoë Lindqvist & 周",
        "bank_account": "DE89 3704 0044 0532 0130 00",
        "bank_code": "COBADEFFXXX",
    }
    return Organization(name="Lindqvist & Zhou Studio", **(bank | changed))


def says(organization=None, reference="INV-000209", amount=None):
    return transfers.sepa_transfer(organization or studio(), reference, amount or BALANCE)


def on_paper(payment):
    return scanned_paper(render(replace(ENGLISH, payment=payment), at=AT))


def test_a_transfer_is_written_as_banks_read_it():
    expected = "BCD\n002\n1\nSCT\nCOBADEFFXXX\nZoë Lindqvist & 周\nDE89370400440532013000\nEUR1380.00\n\n\nINV-000209"
    assert says() == expected


def test_a_bic_is_left_out_where_the_bank_code_is_none():
    assert says(studio(bank_code="")).split("\n")[4] == ""
    assert says(studio(bank_code="20-00-00")).split("\n")[4] == ""
    assert says(studio(bank_code="coba de ff")).split("\n")[4] == "COBADEFF"


def test_the_organization_is_the_holder_unless_it_says_otherwise():
    assert says(studio(bank_holder="")).split("\n")[5] == "Lindqvist & Zhou Studio"


@pytest.mark.parametrize(
    ("minor", "written"), [(1, "EUR0.01"), (1_230, "EUR12.30"), (99_999_999_999, "EUR999999999.99")]
)
def test_an_amount_has_a_point_and_two_digits(minor, written):
    assert says(amount=Money(minor, "EUR")).split("\n")[7] == written


@pytest.mark.parametrize("minor", [0, -100, 100_000_000_000])
def test_a_sum_that_has_no_place_in_the_form_has_no_transfer(minor):
    assert transfers.sepa_transfer(studio(), "INV-000209", Money(minor, "EUR")) is None


def test_there_is_no_transfer_in_another_currency_or_to_an_account_that_it_doesnt_reach():
    assert says(amount=Money(138_000, "GBP")) is None
    assert says(studio(bank_account="12345678")) is None
    assert says(studio(bank_account="DE89 3704 0044 0532 0130 01")) is None
    assert says(studio(bank_account="TR33 0006 1005 1978 6457 8413 26")) is None
    assert says(studio(bank_account="GB33 BUKB 2020 1555 5555 55")) is not None


def test_a_name_is_cut_to_what_banks_take_and_cannot_begin_another_line():
    name = "Vereinigte Werkstätten für Schrift, Schilder und Läden am Hafen zu Lübeck GmbH"
    assert says(studio(bank_holder=name)).split("\n")[5] == name[:70]
    lines = says(studio(bank_holder="Mallory\nGB33BUKB20201555555555")).split("\n")
    assert (len(lines), lines[5:7]) == (11, ["Mallory GB33BUKB20201555555555", "DE89370400440532013000"])


def test_of_many_invoices_as_many_numbers_are_named_whole_as_there_is_room_for():
    numbers = [f"INV-{place:06d}" for place in range(30)]
    named = says(reference=", ".join(numbers)).split("\n")[10]
    assert named == ", ".join(numbers[:11])
    assert says(reference=", ".join([*numbers[:11], "7" * 8])).split("\n")[10].endswith("INV-000010, 77777777")
    assert says(reference=", ".join([*numbers[:11], "7" * 9])).split("\n")[10].endswith("INV-000010")
    assert says(reference="9" * 200).split("\n")[10] == "9" * 140


def test_a_code_that_would_be_too_large_for_banking_apps_is_not_made():
    assert says(studio(bank_holder="周" * 70), "9" * 30) is not None
    assert says(studio(bank_holder="周" * 70), "9" * 140) is None


def test_a_phone_reads_the_transfer_from_the_paper():
    assert on_paper(transfers.bank_transfer(studio(), "INV-000209", BALANCE, pay_url=PAY_URL)) == [says()]


def test_the_largest_code_can_still_be_read():
    widest = says(studio(bank_holder="周" * 42 + "AG"), "9" * 140)
    assert len(widest.encode()) == transfers.LARGEST
    assert on_paper(Payment("Bank transfer", code=Code(widest, "Scan the code", "QR code"))) == [widest]


def test_elsewhere_a_phone_is_led_to_the_page_where_it_is_paid():
    for sum_, organization in ((Money(100, "GBP"), studio()), (Money(100, "EUR"), studio(bank_account="12345678"))):
        payment = transfers.bank_transfer(organization, "INV-000209", sum_, pay_url=PAY_URL)
        assert payment.details
        assert on_paper(payment) == [PAY_URL]
        assert transfers.bank_transfer(organization, "INV-000209", sum_).code is None


def test_without_an_account_only_the_page_is_left():
    assert transfers.bank_transfer(studio(bank_account=""), "INV-000209", Money(100, "EUR"), pay_url=PAY_URL) is None
    payment = transfers.online(PAY_URL)
    assert (payment.label, payment.details, payment.code.payload) == ("Pay online", (), PAY_URL)
    assert "Pay online Scan the code with your phone" in words(replace(ENGLISH, payment=payment))
    assert transfers.online("") is None


def test_an_address_that_is_too_long_for_a_code_has_none():
    widest = PAY_URL + "?" + "1" * (transfers.LARGEST - len(PAY_URL) - 1)
    assert on_paper(transfers.online(widest)) == [widest]
    assert transfers.online(widest + "1") is None
    assert transfers.bank_transfer(studio(), "INV-000209", Money(100, "GBP"), pay_url=widest + "1").code is None


def test_the_reference_that_is_shown_is_the_one_in_the_code():
    many = ", ".join(f"INV-{place:06d}" for place in range(30))
    payment = transfers.bank_transfer(studio(), many, BALANCE)
    (shown,) = (fact.value for fact in payment.details if fact.label == "Reference")
    assert payment.code.payload.endswith(f"\n{shown}")
    assert shown.endswith("INV-000010")


def test_a_code_has_words_beside_it_and_words_in_its_place():
    payment = transfers.bank_transfer(studio(), "INV-000209", Money(100, "EUR"))
    for sheet in (replace(ENGLISH, payment=payment), replace(CHINESE, payment=payment)):
        assert "Scan the code in your banking app" in words(sheet)
        assert "QR code of this transfer" in told_of_pictures(sheet)


def told_of_pictures(sheet):
    """What is read aloud in place of the document's pictures."""
    reader, found = read(sheet), []
    for number in range(1, len(reader.xref[0]) + 1):
        row = reader.get_object(number)
        if isinstance(row, dict) and row.get("/S") == "/Figure":
            found.append(row.get("/Alt"))
    return found


def test_a_drawing_is_nothing_but_two_paths():
    drawing = codes.drawing("</svg><script>alert(1)</script>", margin=4)
    assert drawing.count("<") == 4
    assert "script" not in drawing
    assert "style" not in drawing
    assert 'fill="#fff"' in drawing
