"""The tab **Statement** of a customer: what they see in their portal, and mailing it to them."""

import csv
import io
from typing import Any

import pytest
from pypdf import PdfReader

from counterfoil.books.customers import contacts
from counterfoil.books.ledger import statements
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.events import Event
from counterfoil.foundation.periods import Period
from counterfoil.outbound import spreading, worker
from counterfoil.outbound.models import Mail, Notification
from tests.support.books import invoice, many_transactions, pay
from tests.support.cast import Cast, actor, person, visitor
from tests.support.locking import days_ago, today
from tests.support.refusals import refused

ALL = {"period": "custom", "first": "2020-01-01", "last": "2100-01-01"}


def address(cast: Cast, rest: str = "", customer: Any = None) -> str:
    return f"/office/{cast.studio.id}/customers/{(customer or cast.bakery).id}/statement/{rest}"


def sums(answer: Any) -> list[str]:
    return [total.amount for total in answer.context["account"].sums]


def pdf_text(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def send(cast: Cast, *people: Any, customer: Any = None, who: Any = None, **changed: Any) -> Any:
    body = {"first": days_ago(30).isoformat(), "last": today().isoformat(), "to": [one.id for one in people]} | changed
    return visitor(who or cast.stig).post(address(cast, "sending/", customer), body, follow=True)


def test_it_is_what_the_customer_sees(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    office = visitor(cast.vera).get(address(cast))
    portal = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/statements/")
    assert sums(office) == sums(portal)
    assert [row for row, _url in office.context["rows"]] == [row for row, _url in portal.context["rows"]]
    for row, kind in ((one, "invoices"), (payment, "payments")):
        assert f'/office/{cast.studio.id}/{kind}/{row.id}/">{row.number}' in office.text
    tabs = [tab["label"] for tab in office.context["tabs"] if tab["current"]]
    assert tabs == ["Statement"]


def test_the_file_is_in_the_readers_language_and_the_pdf_in_the_customers(cast: Cast) -> None:
    one = invoice(cast, cast.yunshan, amount="100")
    client = visitor(cast.olga)
    answer = client.get(address(cast, customer=cast.yunshan), {"format": "csv"})
    found = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))
    assert found[0][:3] == ["Date", "Transaction", "Number"]
    assert found[2][1:] == ["Invoice", one.number, "100.00", "100.00", "CNY"]
    text = pdf_text(client.get(address(cast, "pdf/", cast.yunshan)).content)
    for words in ("对账单", "期末余额", one.number, "¥100.00"):
        assert words in text


def test_what_is_wrong_is_said_beside_its_field(cast: Cast) -> None:
    asked = {"period": "custom", "first": "2026-03-31", "last": "2026-03-01"}
    answer = visitor(cast.vera).get(address(cast), asked)
    assert answer.status_code == 422
    assert answer.text.count("This is before the first day.") == 2
    assert "Closing balance" not in answer.text
    assert visitor(cast.vera).get(address(cast, "pdf/"), asked).status_code == 404


def test_it_is_mailed_to_who_was_ticked_in_their_language_with_the_pdf(
    cast: Cast, smtp_sink: Any, settings: Any
) -> None:
    from dataclasses import replace

    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        mail_host=smtp_sink.host,
        mail_port=smtp_sink.port,
        mail_security="none",
        mail_sender="portal@counterfoil.test",
    )
    one = invoice(cast, amount="100")
    lin = person(cast.bakery, "琳", "周", "lin@harbour.test", by=cast.by_olga, language="zh-Hans", access=False)
    answer = send(cast, cast.ana, lin)
    assert "The statement is on its way." in answer.text
    while spreading.spread_due():
        pass
    Mail.objects.exclude(template="statement").delete()
    worker.run_once()
    mails = {message["To"].split("<")[1].rstrip(">"): message for message in smtp_sink.messages}
    assert set(mails) == {"ana@harbour.test", "lin@harbour.test"}
    to_ana, to_lin = mails["ana@harbour.test"], mails["lin@harbour.test"]
    assert to_ana["Subject"].startswith("Statement of account from Lindqvist & Zhou Studio")
    assert "对账单" in to_lin["Subject"]
    plain = to_ana.get_body(("plain",)).get_content()
    period = Period(days_ago(30), today())
    assert f"/portal/lindqvist-zhou/{cast.bakery.id}/statements/?{period.address}" in plain
    assert "/statements/" not in to_lin.get_body(("plain",)).get_content()  # who may not enter has no way in
    for message in (to_ana, to_lin):
        (enclosed,) = message.iter_attachments()
        assert enclosed.get_filename() == f"statement-{period.first}-{period.last}.pdf"
        text = pdf_text(enclosed.get_content())
        for words in (one.number, "Closing balance", "£100.00"):
            assert words in text
    listed = visitor(cast.vera).get(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/mails/").text
    assert "ana@harbour.test" in listed
    assert "lin@harbour.test" in listed


def test_the_history_tells_of_it_and_the_customers_bell_leads_to_it(cast: Cast) -> None:
    send(cast, cast.ana)
    event = Event.objects.get(name="statement.sent")
    assert event.data["contact_ids"] == [str(cast.ana.id)]
    while spreading.spread_due():
        pass
    overview = visitor(cast.vera).get(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/").text
    assert "Stig Holm sent Harbour Bakery Ltd the statement of" in overview
    line = Notification.objects.get(event=event, contact=cast.sam)
    client = visitor(cast.sam)
    bell = f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/"
    assert "Your statement of" in client.get(bell).text
    answer = client.get(f"{bell}{line.id}/", follow=True)
    assert answer.status_code == 200
    first, last = days_ago(30), today()
    assert answer.redirect_chain[0][0].endswith(f"/statements/?{Period(first, last).address}")


def test_where_statements_are_switched_off_the_mail_goes_without_a_way_into_the_portal(cast: Cast) -> None:
    Organization.objects.filter(id=cast.studio.id).update(modules={"statements": False})
    send(cast, cast.ana)
    while spreading.spread_due():
        pass
    mail = Mail.objects.get(template="statement")
    assert "/statements/" not in mail.text + mail.html
    assert not Notification.objects.filter(event__name="statement.sent").exists()


def test_a_statement_is_sent_to_somebody_or_not_at_all(cast: Cast) -> None:
    nobody = person(cast.bakery, "Mo", "Hale", by=cast.by_olga, access=False)
    gone = person(cast.bakery, "Pat", "Gone", "pat@harbour.test", by=cast.by_olga, access=False)
    contacts.retire(gone, by=cast.by_olga)
    period = Period(days_ago(30), today())
    for to in ([], [nobody.id], [gone.id], [cast.bruno.id]):
        with refused("NO_RECIPIENT", field="to"):
            statements.send(cast.bakery, period, to=to, by=actor(cast.stig))
    assert "Choose at least one contact person with an e-mail address." in send(cast).text
    for who in (actor(cast.ana), actor(cast.otto)):
        with refused("NOT_ALLOWED"):
            statements.send(cast.bakery, period, to=[cast.ana.id], by=who)


def test_what_is_too_much_for_one_pdf_is_not_sent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for amount in ("1", "2"):
        invoice(cast, amount=amount)
    monkeypatch.setattr("counterfoil.books.ledger.statements.MOST_ON_PAPER", 1)
    with refused("TOO_LONG"):
        statements.send(cast.bakery, Period(days_ago(30), today()), to=[cast.ana.id], by=actor(cast.stig))
    assert 'name="to"' not in visitor(cast.stig).get(address(cast)).text


def test_who_may_only_read_has_no_button_and_may_not_send(cast: Cast) -> None:
    assert 'name="to"' not in visitor(cast.vera).get(address(cast)).text
    assert 'name="to"' in visitor(cast.stig).get(address(cast)).text
    assert send(cast, cast.ana, who=cast.vera).status_code == 403
    assert not Event.objects.filter(name="statement.sent").exists()


@pytest.mark.parametrize("wrong", [{"first": "x"}, {"last": ""}, {"first": "2026-03-31", "last": "2026-03-01"}])
def test_a_period_that_is_none_is_not_sent(cast: Cast, wrong: dict[str, str]) -> None:
    assert send(cast, cast.ana, **wrong).status_code == 404
    assert not Event.objects.filter(name="statement.sent").exists()


def test_a_customer_of_another_organization_is_not_found(cast: Cast) -> None:
    client = visitor(cast.olga)
    for rest in ("", "pdf/", "?format=csv"):
        assert client.get(address(cast, rest, cast.foyle)).status_code == 404
    assert send(cast, cast.fia, customer=cast.foyle, who=cast.olga).status_code == 404


def test_it_stays_within_its_queries_at_a_thousand(cast: Cast, django_assert_max_num_queries: Any) -> None:
    one = invoice(cast, amount="100")
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    client = visitor(cast.olga)
    for _ in range(2):
        with django_assert_max_num_queries(12):
            answer = client.get(address(cast), ALL)
        many_transactions(cast, cast.bakery, 1_000)
    assert len(answer.context["rows"]) == 200
