"""Settings > **Payment gateways**: connected, tried out, switched off and on, and what they ask of a payer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from counterfoil.books.payments.models import GatewayAccount
from tests.support.cast import Cast, visitor
from tests.support.sandbox import Sandbox
from tests.support.till import Till


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/settings/gateways/{rest}"


@pytest.fixture
def sandbox(settings: Any, gateway_process: Sandbox) -> Iterator[Sandbox]:
    """The installation has a Sandbox, at which nobody has an account yet."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, sandbox_url=gateway_process.url)
    yield gateway_process
    gateway_process.order("reset")


def test_the_sandbox_is_connected_once(cast: Cast, sandbox: Sandbox) -> None:
    olga = visitor(cast.olga)
    assert at(cast, "sandbox/") in olga.get(at(cast)).text
    page = olga.post(at(cast, "sandbox/"), follow=True)
    assert "The Sandbox is connected. Customers can try paying with test cards." in page.text
    assert at(cast, "sandbox/") not in page.text
    olga.post(at(cast, "sandbox/"))
    account = GatewayAccount.objects.get()
    assert (account.organization_id, account.is_enabled, account.address) == (cast.studio.id, True, sandbox.url)


def test_trying_it_out_says_whether_the_gateway_knows_us(cast: Cast, till: Till) -> None:
    olga, trial = visitor(cast.olga), at(cast, f"{till.account.id}/test/")
    assert "The gateway answered, and the credentials work." in olga.post(trial, follow=True).text
    till.account.secret_key = "sk_test_of_nobody"
    till.account.save()
    assert "The gateway did not answer as it should" in olga.post(trial, follow=True).text


def test_one_that_is_off_is_offered_to_nobody_until_it_is_on_again(cast: Cast, till: Till) -> None:
    olga, account = visitor(cast.olga), till.account
    page = olga.post(at(cast, f"{account.id}/off/"), follow=True)
    assert "It is no longer offered to customers." in page.text
    account.refresh_from_db()
    assert not account.is_enabled
    page = olga.post(at(cast, f"{account.id}/on/"), follow=True)
    assert "Customers can pay with it again." in page.text
    account.refresh_from_db()
    assert account.is_enabled


def test_what_a_payer_is_asked_for_is_ticked(cast: Cast, till: Till) -> None:
    olga, here = visitor(cast.olga), at(cast, f"{till.account.id}/card-verification/")
    assert olga.post(here, {"fields_asked": ["name", "postcode"]}).status_code == 303
    till.account.refresh_from_db()
    assert sorted(till.account.address_fields) == ["name", "postcode"]
    assert olga.get(here).context["form"].initial["fields_asked"] == till.account.address_fields
