"""Many people at one moment, over HTTP, at two server processes: one effect, readable refusals, no failure."""

import re
from collections import Counter
from html import unescape
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
import requests

from counterfoil.books.ledger import verify
from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.books.sales import quotes
from counterfoil.books.sales.models import CreditNote, Invoice, QuoteSignature
from counterfoil.foundation.events import Event
from tests.support.books import credit_note, draft_invoice, invoice, paid_retainer, quote, retainer
from tests.support.cast import Cast
from tests.support.person import Person
from tests.support.races import at_once
from tests.support.signing import ask
from tests.support.till import connect

PEOPLE = 20
TOO_LATE = "already being processed|invoice is paid|None of these invoices can|Nothing more was charged"


@pytest.fixture
def site(site_of_its_own: Any) -> Any:
    """Two web processes and the gateway; the worker stays away, so that nobody but the payers settles anything."""
    made = site_of_its_own(web_processes=2)
    made.start("sandbox", "web")
    assert len(psutil.Process(made.pid("web")).children()) >= 2
    return made


def alert(text: str) -> str:
    """What the page says went wrong, in words."""
    found = re.search(r'role="alert"(?![^>]* hidden).*?</', text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[0])).split()) if found else ""


@pytest.mark.parametrize("number", [1, 3])
def test_twenty_people_with_twenty_forms_pay_invoices_once(
    both_databases: str, site: Any, cast: Cast, number: int
) -> None:
    several = [invoice(cast) for _one in range(number)]
    ids = [str(one.id) for one in several]
    door = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    of_several = f"{door}pay/?{urlencode({'invoice': ids}, doseq=True)}"
    pay_at_once(site, cast, f"{door}invoices/{ids[0]}/pay/" if number == 1 else of_several, invoice=ids)
    assert set(Invoice.objects.values_list("balance_minor", flat=True)) == {0}


def test_twenty_people_with_twenty_forms_pay_one_retainer_once(both_databases: str, site: Any, cast: Cast) -> None:
    one = retainer(cast)
    pay_at_once(site, cast, f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/retainers/{one.id}/pay/")
    one.refresh_from_db()
    assert (one.unpaid_minor, one.balance_minor) == (0, 10_000)


def pay_at_once(site: Any, cast: Cast, address: str, **filled: Any) -> None:
    """One of them pays by card, and the others read why they don't."""
    connect(cast, site.sandbox_url, public_url=site.url)
    people = [Person.signed_in(site, (cast.ana, cast.sam)[place % 2]) for place in range(PEOPLE)]
    action, card = address.partition("?")[0], {"method_token": "pm_card_4242424242424242"}
    forms = [person.form(address, action) | card | filled for person in people]
    assert len({form["form_key"] for form in forms}) == PEOPLE

    outcomes = at_once(PEOPLE, lambda place: people[place].send(action, forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    answers = [outcome.result for outcome in outcomes]
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: PEOPLE - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert "<h1" in answer.text
            assert re.search(TOO_LATE, answer.text), alert(answer.text)
    (attempt,) = PaymentAttempt.objects.all()
    assert (attempt.state, Payment.objects.count()) == ("paid", 1)
    charges = requests.get(f"{site.sandbox_url}/_test/charges", params={"attempt": str(attempt.id)}, timeout=20)
    assert charges.json()["count"] == 1
    assert not verify.differences()
    assert "Traceback" not in site.log("web")


def test_twenty_issue_twenty_drafts_at_once_and_no_number_is_missing_or_doubled(
    both_databases: str, site: Any, cast: Cast
) -> None:
    drafts = [draft_invoice(cast, (cast.bakery, cast.tidewater)[place % 2]) for place in range(PEOPLE)]
    people = [Person.signed_in(site, (cast.olga, cast.stig)[place % 2]) for place in range(PEOPLE)]
    pages = [f"/office/{cast.studio.id}/invoices/{draft.id}/" for draft in drafts]
    forms = [person.form(page, f"{page}issue/") for person, page in zip(people, pages, strict=True)]

    outcomes = at_once(PEOPLE, lambda place: people[place].send(f"{pages[place]}issue/", forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    assert [outcome.result.status_code for outcome in outcomes] == [303] * PEOPLE
    issued = Invoice.objects.filter(state="issued").values_list("number", flat=True)
    assert sorted(issued) == [f"INV-{number:06d}" for number in range(1, PEOPLE + 1)]
    assert not verify.differences()
    assert "Traceback" not in site.log("web")


def test_twenty_issue_one_draft_at_once_and_it_has_one_number(both_databases: str, site: Any, cast: Cast) -> None:
    """Nineteen come too late, and read so on the invoice's page; the next invoice has the next number."""
    draft = draft_invoice(cast)
    page = f"/office/{cast.studio.id}/invoices/{draft.id}/"
    people = [Person.signed_in(site, (cast.olga, cast.stig)[place % 2]) for place in range(PEOPLE)]
    forms = [person.form(page, f"{page}issue/") for person in people]

    outcomes = at_once(PEOPLE, lambda place: people[place].send(f"{page}issue/", forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    assert [outcome.result.status_code for outcome in outcomes] == [303] * PEOPLE
    said = [person.get(page).text for person in people]
    assert sum("The invoice is issued." in text for text in said) == 1
    assert sum(bool(alert(text)) for text in said) == PEOPLE - 1, [alert(text) for text in said]
    draft.refresh_from_db()
    assert draft.number == "INV-000001"
    assert invoice(cast).number == "INV-000002"
    assert not verify.differences()
    assert "Traceback" not in site.log("web")


def test_twenty_decide_a_quote_at_once_and_it_is_decided_once(both_databases: str, site: Any, cast: Cast) -> None:
    ask(cast)
    one = quote(cast, extra="40")
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/quotes/{one.id}/"
    people = [Person.signed_in(site, (cast.ana, cast.sam)[place % 2]) for place in range(PEOPLE)]
    acts = [f"{address}{('acceptance', 'refusal')[place % 2]}/" for place in range(PEOPLE)]
    forms = [people[place].form(address, acts[place]) | {"signature_name": f"A{place}"} for place in range(PEOPLE)]

    outcomes = at_once(PEOPLE, lambda place: people[place].send(acts[place], forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    answers = [outcome.result for outcome in outcomes]
    # Who decided it is told that it is done, each time; the other is told by whom, and how.
    assert Counter(answer.status_code for answer in answers) == {303: PEOPLE // 2, 409: PEOPLE // 2}
    for answer in answers:
        if answer.status_code == 409:
            assert "has already" in answer.text
    assert Event.objects.filter(name__in=("quote.accepted", "quote.declined")).count() == 1
    assert QuoteSignature.objects.count() == Event.objects.filter(name="quote.accepted").count()
    assert "Traceback" not in site.log("web")


def test_twenty_make_an_invoice_of_a_quote_at_once_and_there_is_one(both_databases: str, site: Any, cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    address = f"/office/{cast.studio.id}/quotes/{one.id}/"
    people = [Person.signed_in(site, (cast.olga, cast.stig)[place % 2]) for place in range(PEOPLE)]
    forms = [person.form(address, f"{address}invoice/") for person in people]

    outcomes = at_once(PEOPLE, lambda place: people[place].send(f"{address}invoice/", forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    assert Invoice.objects.count() == 1
    assert {outcome.result.status_code for outcome in outcomes} == {303}
    assert not verify.differences()
    assert "Traceback" not in site.log("web")


def test_twenty_use_one_credit_note_for_twenty_invoices_and_it_is_used_once(
    both_databases: str, site: Any, cast: Cast
) -> None:
    """Nineteen come too late, and read beside the field that less is left."""
    note = credit_note(cast, amount="10")
    pages = [f"/office/{cast.studio.id}/invoices/{invoice(cast, amount='10').id}/credits/" for _ in range(PEOPLE)]
    people = [Person.signed_in(site, (cast.olga, cast.stig)[place % 2]) for place in range(PEOPLE)]
    forms = [person.form(page) for person, page in zip(people, pages, strict=True)]
    assert {form[f"share-{note.id}"] for form in forms} == {"10.00"}

    outcomes = at_once(PEOPLE, lambda place: people[place].send(pages[place], forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    answers = [outcome.result for outcome in outcomes]
    assert Counter(answer.status_code for answer in answers) == {303: 1, 422: PEOPLE - 1}
    for answer in answers:
        if answer.status_code == 422:
            assert "Less than that is left of it." in answer.text
    assert CreditNote.objects.get().balance_minor == 0
    assert Invoice.objects.filter(balance_minor=0).count() == 1
    assert not verify.differences()
    assert "Traceback" not in site.log("web")


def test_twenty_draw_one_retainer_for_twenty_invoices_and_it_is_used_once(
    both_databases: str, site: Any, cast: Cast
) -> None:
    """Nineteen come too late, and read that something else is held now."""
    one, bills = paid_retainer(cast, amount="10"), [invoice(cast, amount="10") for _ in range(PEOPLE)]
    page = f"/office/{cast.studio.id}/retainer-invoices/{one.id}/invoices/"
    nothing = {f"share-{bill.id}": "" for bill in bills}
    people = [Person.signed_in(site, (cast.olga, cast.stig)[place % 2]) for place in range(PEOPLE)]
    forms = [
        person.form(page) | nothing | {f"share-{bill.id}": "10.00"} for person, bill in zip(people, bills, strict=True)
    ]

    outcomes = at_once(PEOPLE, lambda place: people[place].send(page, forms[place]), timeout=120)

    assert [outcome.error for outcome in outcomes] == [None] * PEOPLE
    answers = [outcome.result for outcome in outcomes]
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: PEOPLE - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert "What is held changed after you opened this." in answer.text
    one.refresh_from_db()
    assert one.balance_minor == 0
    assert Invoice.objects.filter(balance_minor=0).count() == 1
    assert not verify.differences()
    assert "Traceback" not in site.log("web")
