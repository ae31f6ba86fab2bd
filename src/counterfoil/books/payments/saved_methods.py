"""Cards and bank accounts that a customer lets a gateway keep: what is known of them here, and saying so."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import access, customers
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .gateways.interface import Payer, Snapshot
from .gateways.interface import SavedMethod as Told
from .models import GatewayAccount, PaymentAttempt, SavedMethod


def keep_from(attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    """Remember what the gateway kept with a payment, if it was to be kept. Inside the verb that settles the payment."""
    if attempt.saves and snapshot.saved is not None:
        _keep(snapshot.saved, attempt.customer_id, attempt.gateway, by=actor_from(attempt.actor), payer=None)


@transaction.atomic
def add(told: Told, *, customer_id: int, gateway: GatewayAccount, payer: Payer | None, by: Actor) -> SavedMethod:
    """Remember what the gateway kept without a payment. Raises Refused: NOT_YOURS, CP1003."""
    _must_be_theirs(customer_id, gateway.organization_id, by)
    return _keep(told, customer_id, gateway, by=by, payer=payer)


@transaction.atomic
def change(method: SavedMethod, told: Told, *, payer: Payer | None, by: Actor) -> SavedMethod:
    """Take over what the gateway now says of a kept one. Raises Refused: NOT_YOURS, CP1003, METHOD_GONE."""
    method = _lock(method, by)
    method.exp_month, method.exp_year, method.holder = told.exp_month, told.exp_year, told.holder
    if payer is not None:
        method.address = _address(payer)
    method.save(update_fields=["exp_month", "exp_year", "holder", "address"])
    _record("method.changed", method, by)
    return method


@transaction.atomic
def remove(method: SavedMethod, *, by: Actor) -> SavedMethod:
    """Offer it no more. Twice is once. Raises Refused: NOT_YOURS, CP1003."""
    _must_be_theirs(method.customer_id, method.organization_id, by)
    method = SavedMethod.objects.select_for_update().get(id=method.id)
    if method.removed_at is None:
        method.removed_at = clock.now()
        method.address = {}
        method.save(update_fields=["removed_at", "address"])
        _record("method.removed", method, by)
    return method


def _keep(told: Told, customer_id: int, gateway: GatewayAccount, *, by: Actor, payer: Payer | None) -> SavedMethod:
    known = SavedMethod.objects.filter(gateway=gateway, token=told.token).first()
    if known is not None:
        return known
    method = SavedMethod.objects.create(
        organization_id=gateway.organization_id,
        customer_id=customer_id,
        gateway=gateway,
        token=told.token,
        kind=told.kind,
        brand=told.brand,
        last4=told.last4,
        exp_month=told.exp_month,
        exp_year=told.exp_year,
        holder=told.holder,
        address=_address(payer) if payer else {},
        saved_by=by.as_json(),
        saved_at=clock.now(),
    )
    _record("method.saved", method, by)
    return method


def _address(payer: Payer) -> dict[str, str]:
    told = {name: getattr(payer, name) for name in ("street", "city", "postcode", "region", "country")}
    return {name: value for name, value in told.items() if value}


def _must_be_theirs(customer_id: int, organization_id: int, by: Actor) -> None:
    by.must_act_for(customer_id, organization_id=organization_id)
    if by.kind != "contact":
        raise Refused("NOT_YOURS", _("Only a contact person of the customer can do this."))
    customers.lock(customer_id)
    access.must_still_have(by)


def _lock(method: SavedMethod, by: Actor) -> SavedMethod:
    _must_be_theirs(method.customer_id, method.organization_id, by)
    method = SavedMethod.objects.select_for_update(of=("self",)).get(id=method.id)
    if method.removed_at is not None:
        raise Refused("METHOD_GONE", _("This saved way of paying is no longer there."))
    return method


def _record(name: str, method: SavedMethod, by: Actor) -> None:
    record(name, method, by=by, audience="both", name=method.label)
