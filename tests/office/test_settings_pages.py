"""Every page of the settings, as each role finds it."""

import re
from html import unescape

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.support.cast import visitor

PAGES = (
    "settings/organization/",
    "settings/staff/",
    "settings/staff/new/",
    "settings/mail-server/",
    "settings/mails/",
    "settings/audit-trail/",
    "settings/portal/",
    "settings/reminders/",
    "settings/quotes/",
    "settings/electronic-invoices/",
    "settings/numbering/",
    "settings/lock-date/",
    "settings/taxes/",
    "settings/taxes/new/",
    "settings/taxes/groups/new/",
    "settings/gateways/",
    "settings/import/",
)


def office(cast, path=""):
    return f"/office/{cast.studio.id}/{path}"


@pytest.mark.parametrize("path", PAGES)
def test_the_owner_opens_it_with_at_most_twelve_queries(cast, path, django_assert_max_num_queries):
    olga = visitor(cast.olga)
    with django_assert_max_num_queries(12):
        answer = olga.get(office(cast, path))
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1


@pytest.mark.parametrize("path", PAGES)
def test_neither_staff_nor_viewers_open_it(cast, path):
    for person in (cast.stig, cast.vera):
        assert visitor(person).get(office(cast, path)).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_learns_that_it_is_there(cast, path):
    assert visitor(cast.otto).get(office(cast, path)).status_code == 404
    assert visitor(cast.ana).get(office(cast, path)).status_code == 404
    assert visitor().get(office(cast, path)).status_code == 302


def test_settings_lead_to_their_first_page(cast):
    assert visitor(cast.olga).get(office(cast, "settings/")).url == office(cast, "settings/organization/")


def test_an_iban_with_a_mistake_is_told_of_at_its_field(cast):
    olga = visitor(cast.olga)
    typed = {
        "revision": 1,
        "holder": "Lindqvist & Zhou",
        "bank": "",
        "account": "DE89 3704 0044 0532 0130 01",
        "code": "",
    }
    answer = olga.post(office(cast, "settings/gateways/bank/"), typed)
    assert answer.status_code == 422
    assert "This IBAN has a mistake: a letter or digit is wrong, missing or too many." in answer.text
    assert "DE89 3704 0044 0532 0130 01" in answer.text
    cast.studio.refresh_from_db()
    assert cast.studio.bank_account == ""

    answer = olga.post(office(cast, "settings/gateways/bank/"), typed | {"account": "DE89370400440532013000"})
    assert answer.status_code == 303
    assert "DE89 3704 0044 0532 0130 00" in olga.get(office(cast, "settings/gateways/")).text


def test_the_sandbox_row_leads_to_the_gateways_own_dashboard(cast, till):
    text = visitor(cast.olga).get(office(cast, "settings/gateways/")).text
    assert till.account.secret_key not in text
    address = unescape(re.search(r'href="([^"]+)" rel="noreferrer">Open its dashboard', text)[1])
    page = requests.get(address, timeout=20)
    assert page.status_code == 200
    assert cast.studio.name in unescape(page.text)


def test_asking_for_signatures_makes_a_key_whose_certificate_can_be_taken_along(cast):
    olga = visitor(cast.olga)
    assert olga.get(office(cast, "settings/quotes/certificate/")).status_code == 404
    cast.studio.refresh_from_db()
    form = {"revision": cast.studio.revision, "asks_for_signature": "on", "accepted_becomes": ""}
    page = olga.post(office(cast, "settings/quotes/"), form, follow=True).content.decode()
    cast.studio.refresh_from_db()
    assert cast.studio.asks_for_signature
    answer = olga.get(office(cast, "settings/quotes/certificate/"))
    certificate = x509.load_der_x509_certificate(answer.content)
    assert certificate.subject.rfc4514_string().count(r"Lindqvist & Zhou Studio") == 2
    assert certificate.fingerprint(hashes.SHA256()).hex(":").upper() in page
    assert answer["Content-Disposition"] == 'attachment; filename="certificate.cer"'
    certificate.verify_directly_issued_by(certificate)


def test_whom_mails_are_from_is_written_there_and_a_mistake_loses_nothing(cast):
    olga = visitor(cast.olga)
    at = office(cast, "settings/mail-server/sender/")
    for wrong in ({"reply_to": "nobody"}, {"mail_name": "Books\r\nBcc: all@evil.test"}):
        sent = {"revision": cast.studio.revision, "mail_name": "Studio accounts", "reply_to": ""} | wrong
        answer = olga.post(at, sent)
        assert answer.status_code == 422
        assert {answer.context["sender_form"][name].value() for name in wrong} == set(wrong.values())
    sent = {"revision": cast.studio.revision, "mail_name": " Studio accounts ", "reply_to": "books@studio.test"}
    assert olga.post(at, sent).status_code == 303
    cast.studio.refresh_from_db()
    assert (cast.studio.mail_name, cast.studio.reply_to) == ("Studio accounts", "books@studio.test")
