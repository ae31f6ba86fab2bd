"""From sample data nothing leaves the house: no mail to anybody, no test mail, and no real money comes in."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import mail_server as settings_of_mail
from counterfoil.books.organizations.models import Organization, PortalName, StaffMember
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.payments.models import GatewayAccount
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sample_data import adding
from counterfoil.outbound import mail, trial, worker
from counterfoil.outbound.models import Mail
from tests.support.cast import Cast, actor
from tests.support.refusals import refused


@pytest.fixture
def sample(quiet_cast: Cast) -> Organization:
    return adding.add(quiet_cast.studio, by=quiet_cast.by_olga)


def owner_of(sample: Organization) -> Any:
    return actor(StaffMember.objects.get(organization=sample))


def send_one(sample: Organization) -> Invoice:
    draft = Invoice.objects.get(organization=sample, state="draft")
    to = ContactPerson.objects.filter(customer=draft.customer_id).values_list("id", flat=True)
    return invoices.send(draft, to=list(to), by=owner_of(sample), revision=draft.revision)


def test_no_mail_goes_out_and_each_can_be_read_with_why(sample: Organization, mail_server: Any) -> None:
    sent = send_one(sample)
    worker.run_once()
    assert mail_server.messages == []
    kept = Mail.objects.filter(organization=sample)
    assert {(one.state, one.failure) for one in kept} == {("failed", "This is sample data: no mail goes out.")}
    assert sent.number in kept.get(template="invoice").subject
    mail.hurry(sample.id)
    worker.run_once()
    assert mail_server.messages == []


def test_not_even_through_a_server_of_its_own(sample: Organization, smtp_sink: Any) -> None:
    settings_of_mail.change(
        sample,
        host=smtp_sink.host,
        port=smtp_sink.port,
        security="none",
        username="",
        password=None,
        sender="bakery@example.com",
        by=owner_of(sample),
    )
    send_one(sample)
    worker.run_once()
    answer = trial.send(sample, to="olga@studio.test", name="Olga")
    assert not answer.is_good
    assert answer.sentence == "This is sample data: no mail goes out."
    assert smtp_sink.messages == []


def test_mail_about_ones_own_account_is_real_wherever_it_is_asked_for(
    quiet_cast: Cast, sample: Organization, mail_server: Any
) -> None:
    """A person's password is no sample, though they work at a bakery that is one."""
    name = PortalName.objects.get(organization=sample).name
    for door in (f"/portal/{name}/", "/office/"):
        Client().post(f"{door}account/password/reset/", {"email": quiet_cast.olga.email})
    asked = Mail.objects.filter(template="password_reset")
    assert {one.organization_id for one in asked} == {quiet_cast.studio.id}
    worker.run_once()
    assert len([one for one in mail_server.messages if one["To"].endswith("<olga@studio.test>")]) == 2


def test_only_test_money_comes_in(sample: Organization) -> None:
    account = GatewayAccount(kind=GatewayAccount.Kind.SANDBOX, public_key="pk", secret_key="sk", webhook_secret="wh")
    account.is_live = True
    with refused("SAMPLE"):
        gateway_accounts.add(sample, account, by=owner_of(sample))
    account.is_live = False
    assert gateway_accounts.add(sample, account, by=owner_of(sample)).is_enabled


def test_in_a_demo_too_it_is_said_not_to_go_out(sample: Organization, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="demo")
    send_one(sample)
    worker.run_once()
    assert set(Mail.objects.filter(organization=sample).values_list("state", flat=True)) == {"failed"}
