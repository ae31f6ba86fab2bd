"""Payments that were refused here, before any gateway heard of them: kept as failed attempts, so that the office sees
them beside those that a gateway declined, with what to do about each."""

from collections.abc import Mapping

from django.db import transaction

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import organizations
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import Audience, record

from . import failures
from .models import AttemptShare, GatewayAccount, Payable, PaymentAttempt, naming
from .retaining import lock_payables


@transaction.atomic
def note(
    code: str,
    shares: Mapping[int, int | None],
    *,
    customer_id: int,
    by: Actor,
    form_key: str,
    gateway_id: int | None = None,
) -> PaymentAttempt | None:
    """Remember that somebody wanted to pay so much of each document and was refused with a code.

    `shares` is id → minor units, or None for all that is owed. `by` need not have access any more: that may be why.
    Only the customer's own issued documents count. The same form refused again is one. Nothing is kept for codes that
    ask nothing of the office, without an invoice, or where the organization has no gateway.
    """
    balance = ledger.lock_survivor(customer_id)
    by.must_act_for(customer_id, organization_id=balance.organization_id)
    customer_id = balance.customer_id
    reason = failures.reason_of(code)
    found = {id: one for id, one in lock_payables(customer_id, shares).items() if one.state == "issued"}
    wanted = {id: _minor(shares[id], document) for id, document in found.items()}
    wanted = {document_id: minor for document_id, minor in wanted.items() if minor > 0}
    gateway = _gateway(balance.organization_id, gateway_id)
    if not (reason and wanted and gateway) or by.id is None:
        return None
    if PaymentAttempt.objects.filter(customer_id=customer_id, form_key=form_key).exists():
        return None
    attempt = PaymentAttempt(
        organization_id=balance.organization_id,
        customer_id=customer_id,
        contact_id=by.id,
        gateway=gateway,
        state=PaymentAttempt.State.FAILED,
        currency=balance.currency,
        amount_minor=sum(wanted.values()),
        form_key=form_key,
        failure_reason=reason,
        actor=by.as_json(),
        made_at=clock.now(),
        started_on=organizations.today(balance.organization_id),
        settled_at=clock.now(),
    )
    attempt.idempotency_key = f"attempt-{attempt.id}"
    attempt.save(force_insert=True)
    AttemptShare.objects.bulk_create(
        AttemptShare(attempt=attempt, minor=minor, **naming(found[document_id]))
        for document_id, minor in wanted.items()
    )
    tell("payment.failed", attempt, audience="office")
    return attempt


def tell(name: str, attempt: PaymentAttempt, *, audience: Audience) -> None:
    """Record that nothing came of an attempt, and why."""
    shares = list(attempt.shares.all())
    record(
        name,
        attempt,
        by=actor_from(attempt.actor),
        audience=audience,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        reason=attempt.failure_reason,
        invoice_ids=[str(share.invoice_id) for share in shares if share.invoice_id],
        retainer_ids=[str(share.retainer_id) for share in shares if share.retainer_id],
    )


def _minor(share: int | None, document: Payable) -> int:
    return document.to_pay_minor if share is None else share


def _gateway(organization_id: int, gateway_id: int | None) -> GatewayAccount | None:
    """The one that was chosen, or that could have been."""
    ours = GatewayAccount.objects.filter(organization_id=organization_id)
    return ours.filter(id=gateway_id or 0).first() or ours.order_by("-is_enabled", "id").first()
