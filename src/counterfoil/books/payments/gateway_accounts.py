"""An organization's accounts at payment gateways: connected, switched off and on. Secrets never come out again."""

from collections.abc import Sequence
from typing import Any

import requests
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.ids import new_id
from counterfoil.foundation.refusal import Refused

from .models import ADDRESS_FIELDS, GatewayAccount

TIMEOUT = (3, 15)  # seconds to connect, and to wait for an answer


def open_at_sandbox(name: str, *, address: str, public_url: str) -> GatewayAccount:
    """Open an account at the Sandbox that answers at `address`; speaks to it, and stores nothing.

    `public_url` is where the gateway reaches us with its webhooks, and where its card fields may stand. The account
    that is returned is for `add`. Raises Refused: GATEWAY_SILENT.
    """
    account_id = new_id()
    made = _ask(address, "/v1/accounts", {"name": name})
    try:
        secret, public, webhook = (str(made[key]) for key in ("secret_key", "publishable_key", "webhook_secret"))
    except KeyError as missing:
        raise _silent() from missing
    _ask(address, "/v1/webhook_endpoint", {"url": f"{public_url}/hooks/{account_id}/"}, secret=secret)
    _ask(address, "/v1/origins", {"origin": public_url}, secret=secret)
    return GatewayAccount(
        id=account_id,
        kind=GatewayAccount.Kind.SANDBOX,
        address=address,
        public_key=public,
        secret_key=secret,
        webhook_secret=webhook,
    )


@transaction.atomic
def add(organization: Organization, account: GatewayAccount, *, by: Actor) -> GatewayAccount:
    """Store an account that the gateway has opened, and offer it to customers.

    Raises Refused: ALREADY_CONNECTED, SAMPLE (real money, and this is sample data).
    """
    organization = Organization.objects.select_for_update().only("sample_of").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    if organization.is_sample and account.is_live:
        raise Refused("SAMPLE", _("This is sample data: it takes no real money."))
    if GatewayAccount.objects.filter(organization=organization, kind=account.kind).exists():
        raise Refused("ALREADY_CONNECTED", _("This gateway is already connected."))
    account.organization, account.is_enabled, account.made_at = organization, True, clock.now()
    account.save(force_insert=True)
    record("gateway.connected", account, by=by, audience="office", kind=account.kind)
    return account


@transaction.atomic
def enable(account: GatewayAccount, *, by: Actor) -> GatewayAccount:
    """Offer this gateway to customers again."""
    return _switch(account, is_enabled=True, by=by)


@transaction.atomic
def disable(account: GatewayAccount, *, by: Actor) -> GatewayAccount:
    """Offer this gateway no more. Payments that are under way are still followed to their end."""
    return _switch(account, is_enabled=False, by=by)


@transaction.atomic
def ask_for(account: GatewayAccount, fields: Sequence[str], *, by: Actor) -> GatewayAccount:
    """Choose which address fields the payment page asks for and sends. Unknown ones are left out."""
    account = GatewayAccount.objects.select_for_update().get(id=account.id)
    by.must_be_staff_of(account.organization_id, "owner")
    chosen = [name for name in ADDRESS_FIELDS if name in fields]
    if chosen != account.address_fields:
        account.address_fields = chosen
        account.save(update_fields=["address_fields"])
        record("gateway.fields_chosen", account, by=by, audience="office", fields=chosen)
    return account


def _switch(account: GatewayAccount, *, is_enabled: bool, by: Actor) -> GatewayAccount:
    account = GatewayAccount.objects.select_for_update().get(id=account.id)
    by.must_be_staff_of(account.organization_id, "owner")
    if account.is_enabled != is_enabled:
        account.is_enabled = is_enabled
        account.save(update_fields=["is_enabled"])
        name = "gateway.enabled" if is_enabled else "gateway.disabled"
        record(name, account, by=by, audience="office", kind=account.kind)
    return account


def _ask(address: str, path: str, body: dict[str, str], *, secret: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    try:
        answer = requests.post(address + path, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        parsed = answer.json()
    except (requests.RequestException, ValueError) as silent:
        raise _silent() from silent
    if not answer.ok or not isinstance(parsed, dict):
        raise _silent()
    return parsed


def _silent() -> Refused:
    return Refused("GATEWAY_SILENT", _("The gateway didn't answer as it should. Nothing was changed; try again later."))
