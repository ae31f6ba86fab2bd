"""Payments that were refused here, before any gateway heard of them: kept as failed attempts, so that the office sees
them beside those that a gateway declined, with what to do about each."""

from collections.abc import Mapping

from django.db import transaction

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import organizations
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import Audience, record

from . import failures
from .models import AttemptShare, GatewayAccount, PaymentAttempt


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
    """Remember that somebody wanted to pay so much of each invoice and was refused with a code.

    `shares` is id → minor units, or None for all that is owed. `by` need not have access any more: that may be why.
    Only the customer's own issued invoices count. The same form refused again is one. Nothing is kept for codes that
    ask nothing of the office, without an invoice, or where the organization has no gateway.
    """
    balance = ledger.lock(customer_id)
    by.must_act_for(customer_id, organization_id=balance.organization_id)
    reason = failures.reason_of(code)
    invoices = Invoice.objects.filter(id__in=shares, customer_id=customer_id, state=Invoice.State.ISSUED)
    wanted = {invoice.id: _minor(shares[invoice.id], invoice) for invoice in invoices.order_by("id")}
    wanted = {invoice_id: minor for invoice_id, minor in wanted.items() if minor > 0}
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
        AttemptShare(attempt=attempt, invoice_id=invoice_id, minor=minor) for invoice_id, minor in wanted.items()
    )
    tell("payment.failed", attempt, audience="office")
    return attempt


def tell(name: str, attempt: PaymentAttempt, *, audience: Audience) -> None:
    """Record that nothing came of an attempt, and why."""
    record(
        name,
        attempt,
        by=actor_from(attempt.actor),
        audience=audience,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        reason=attempt.failure_reason,
        invoice_ids=[str(share.invoice_id) for share in attempt.shares.all()],
    )


def _minor(share: int | None, invoice: Invoice) -> int:
    return invoice.balance_minor if share is None else share


def _gateway(organization_id: int, gateway_id: int | None) -> GatewayAccount | None:
    """The one that was chosen, or that could have been."""
    ours = GatewayAccount.objects.filter(organization_id=organization_id)
    return ours.filter(id=gateway_id or 0).first() or ours.order_by("-is_enabled", "id").first()
