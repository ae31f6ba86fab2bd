"""Attempts to collect money through a gateway: stored before the gateway hears of them, settled once, by one function.

The verbs here never speak to a gateway; `collecting` does, between them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import access
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import lock_date, organizations, taxes
from counterfoil.books.sales import document_links
from counterfoil.books.sales.models import RetainerInvoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import record
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from . import allocating, failures, following, own_credit, payments, profiles, saved_methods, turned_away
from .gateways.interface import Capabilities, Failure, Snapshot, State
from .models import AttemptShare, GatewayAccount, GatewayEvent, Payable, Payment, PaymentAttempt, SavedMethod, naming
from .retaining import lock_payables

FIRST_ASK = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
EMPTY: Mapping[int, int] = {}
PATIENCE = timedelta(minutes=30)  # how long a payer may take on the gateway's page before the money is let go


@dataclass(frozen=True)
class Method:
    """What is paid with: a token of what was typed into the gateway's fields, a saved one, or not known yet."""

    token: str = ""
    kind: str = SavedMethod.Kind.CARD
    saved: SavedMethod | None = None
    saves: bool = False


def holds(*documents: Payable) -> list[AttemptShare]:
    """What open attempts hold of documents, oldest first, each with its attempt."""
    ids = [one.id for one in documents]
    about = (
        AttemptShare.objects.filter(Q(invoice__in=ids) | Q(retainer__in=ids)) if ids else AttemptShare.objects.none()
    )
    return list(about.filter(attempt__state__in=PaymentAttempt.OPEN).select_related("attempt").order_by("attempt_id"))


def payable_minor(document: Payable, held: Sequence[AttemptShare] | None = None) -> int:
    """What can be paid of a document now: what is still to be paid of it less what open attempts hold of it."""
    if document.state != "issued":
        return 0
    held = holds(document) if held is None else held
    return max(0, document.to_pay_minor - sum(share.minor for share in held if share.document_id == document.id))


@transaction.atomic
def begin(
    shares: Mapping[int, int],
    *,
    customer_id: int,
    gateway: GatewayAccount,
    capabilities: Capabilities,
    by: Actor,
    form_key: str,
    method: Method = Method(),
    profiles_seen: Mapping[int, int] = EMPTY,
    own: own_credit.Wish | None = None,
) -> PaymentAttempt:
    """Store an attempt to pay so much of each invoice, or a retainer invoice whole (id → minor units), and hold it.

    The same form sent again gives the attempt that it made. `profiles_seen` says of which recurring invoice (id) the
    payer saw that an invoice (id) came. `own` is what the payer uses of their own credits for invoices in the same
    moment; the shares are then of what is left, and if nothing comes of the attempt, it is theirs again. Raises
    Refused: NOT_YOURS (only a contact person pays, or who came by a link), CP1003 (the payer's access has ended),
    NO_LINK (it was revoked, or opens another invoice), NOT_BY_LINK (a saved method, or saving one), FORM_USED (for
    another amount or document), NOT_PAYABLE, NOT_TOGETHER, PAYMENT_IN_PROGRESS, AMOUNT_TOO_LARGE, AMOUNT_TOO_SMALL,
    AMOUNT_STEP, PARTIAL_NOT_ALLOWED, CP1004 (what was seen was deleted or merged since), CP2001 (no tax rate is the
    default), CP4001 (below the gateway's minimum), CP4002 (it saves no methods), CP4003 (currency), GATEWAY_OFF,
    METHOD_GONE (a saved one that isn't this customer's, or not any more), BANK_NOT_ALLOWED, and as `own_credit.use`.
    """
    balance = profiles.lock_payer(customer_id)
    by.must_act_for(customer_id, organization_id=balance.organization_id)
    contact_id = _whom_let_in(by, shares, method)
    earlier = PaymentAttempt.objects.filter(customer_id=customer_id, form_key=form_key).first()
    if earlier is not None:
        return same_again(earlier, shares)
    gateway = GatewayAccount.objects.get(id=gateway.id, organization_id=balance.organization_id)
    found = lock_payables(customer_id, {*shares, *(own.invoices if own else ())})
    used = own_credit.use(balance, _as_read(found, own), own, by=by) if own else []
    for document_id, minor in shares.items():
        _must_be_payable(found.get(document_id), minor, gateway)
    _must_go_together(found.values())
    profiles.must_be_there(found.values(), profiles_seen)
    _must_know_its_taxes(balance.organization_id)
    _must_be_possible(Money(sum(shares.values()), balance.currency), capabilities)
    _must_be_usable(method, balance.customer, gateway, capabilities)

    attempt = PaymentAttempt(
        organization_id=balance.organization_id,
        customer_id=customer_id,
        contact_id=contact_id,
        gateway=gateway,
        currency=balance.currency,
        amount_minor=sum(shares.values()),
        form_key=form_key,
        method_token=method.saved.token if method.saved else method.token,
        method_kind=method.saved.kind if method.saved else method.kind,
        saved_method=method.saved,
        saves=method.saves and method.saved is None,
        used_credits=used,
        actor=by.as_json(),
        made_at=clock.now(),
        started_on=organizations.today(balance.organization_id),
        ask_at=clock.now() + FIRST_ASK,
    )
    attempt.idempotency_key = f"attempt-{attempt.id}"
    attempt.save(force_insert=True)
    AttemptShare.objects.bulk_create(
        AttemptShare(attempt=attempt, minor=minor, **naming(found[document_id]))
        for document_id, minor in shares.items()
    )
    told = {"amount_minor": attempt.amount_minor, "currency": attempt.currency}
    record("payment.started", attempt, by=by, audience="office", **told)
    return attempt


def _whom_let_in(by: Actor, shares: Mapping[int, int], method: Method) -> int:
    """The contact person who pays and still has access, or to whom a link was mailed that still opens this."""
    if by.kind not in ("contact", "link") or by.id is None:
        raise Refused("NOT_YOURS", _("Only a contact person of the customer can pay here."))
    if by.kind == "link":
        document_links.must_still_open(by, shares)
        if method.saved or method.saves:
            raise Refused("NOT_BY_LINK", _("Sign in to use a saved way of paying. Nothing was charged."))
    else:
        access.must_still_have(by)
    return by.id


def _as_read(found: Mapping[int, Payable], own: own_credit.Wish) -> list[allocating.Payable]:
    """What can be paid now of each invoice for which a payer uses their own."""
    return [allocating.Payable(one, payable_minor(one)) for id, one in found.items() if id in own.invoices]


def _must_be_payable(document: Payable | None, minor: int, gateway: GatewayAccount) -> None:
    if document is None or document.state != "issued" or document.to_pay_minor == 0:
        raise Refused("NOT_PAYABLE", _("This can't be paid now. Nothing was charged."))
    if not gateway.is_enabled or (document.gateway_ids is not None and gateway.id not in document.gateway_ids):
        raise Refused("GATEWAY_OFF", _("This way of paying is switched off here. Choose another."))
    payable = payable_minor(document)
    if payable == 0:
        raise Refused(
            "PAYMENT_IN_PROGRESS",
            _("A payment for this is already being processed. Nothing more was charged."),
        )
    if minor > payable:
        raise Refused("AMOUNT_TOO_LARGE", _("That is more than is left to pay."), field="amount")
    if minor <= 0:
        raise Refused("AMOUNT_TOO_SMALL", _("Enter an amount above zero."), field="amount")
    if minor < payable and not document.allows_partial:
        raise Refused("PARTIAL_NOT_ALLOWED", _("This is paid in one sum."), field="amount")


def _must_go_together(documents: Iterable[Payable]) -> None:
    among = list(documents)
    if len(among) > 1 and any(isinstance(one, RetainerInvoice) for one in among):
        raise allocating.paid_by_itself()


def _must_be_usable(method: Method, customer: Customer, gateway: GatewayAccount, can: Capabilities) -> None:
    """Whether a saved method is this customer's, and what else its kind and saving it need."""
    saved = method.saved
    if saved and (saved.customer_id != customer.id or saved.gateway_id != gateway.id or saved.removed_at):
        raise Refused("METHOD_GONE", _("This saved way of paying is no longer there. Nothing was charged."))
    if method.saves and not (can.recurring and can.saves_methods):
        raise Refused("CP4002", failures.sentence("recurring"))
    if (saved.kind if saved else method.kind) == SavedMethod.Kind.BANK:
        if not customer.may_pay_by_bank:
            raise Refused(
                "BANK_NOT_ALLOWED", _("Paying by bank account is not switched on for you. Choose another way.")
            )
        if customer.currency not in can.bank_currencies:
            raise Refused("CP4003", _("This way of paying doesn't take this currency. Choose another."))


def _must_know_its_taxes(organization_id: int) -> None:
    if taxes.lack_default(organization_id):
        raise Refused("CP2001", failures.sentence("no_default_tax"))


def _must_be_possible(money: Money, capabilities: Capabilities) -> None:
    if money.currency not in capabilities.currencies:
        raise Refused("CP4003", _("This way of paying doesn't take this currency. Choose another."))
    if money.minor < capabilities.least.get(money.currency, 1):
        raise Refused("CP4001", _("This is below the smallest amount that can be paid this way."), field="amount")
    if money.minor > capabilities.most.get(money.currency, money.minor):
        raise Refused("AMOUNT_TOO_LARGE", _("This is more than can be paid this way at once."), field="amount")
    if money.minor % capabilities.step.get(money.currency, 1):
        raise Refused(
            "AMOUNT_STEP", _("This way of paying needs an amount that ends in zero. Change the amount."), field="amount"
        )


def same_again(earlier: PaymentAttempt, shares: Mapping[int, int]) -> PaymentAttempt:
    """The attempt that a form made, if the form was sent again with the same content. Raises Refused: FORM_USED."""
    if {share.document_id: share.minor for share in earlier.shares.all()} != dict(shares):
        raise _used()
    return earlier


def _used() -> Refused:
    return Refused(
        "FORM_USED",
        _("This page was already used to pay another amount. Nothing more was charged. Please try again."),
    )


def same_sum(earlier: PaymentAttempt, amount: Money) -> PaymentAttempt:
    """The attempt that a form made, if the form was sent again for the same sum. Raises Refused: FORM_USED."""
    if Money(earlier.amount_minor, earlier.currency) != amount:
        raise _used()
    return earlier


@transaction.atomic
def mark_started(attempt: PaymentAttempt, snapshot: Snapshot) -> PaymentAttempt:
    """Keep the id that the gateway gave, before anything is charged under it."""
    attempt = _lock(attempt)
    if not attempt.provider_id:
        attempt.provider_id = snapshot.id
        if attempt.state == PaymentAttempt.State.CREATED and not attempt.method_token:
            attempt.state, attempt.next_url = PaymentAttempt.State.ACTION, snapshot.next_url
        attempt.save(update_fields=["provider_id", "next_url", "state"])
    return attempt


@transaction.atomic
def mark_confirming(attempt: PaymentAttempt) -> tuple[PaymentAttempt, bool]:
    """Say that the gateway is now asked to take the money: from here on the outcome is unknown until it is known.

    The second value is whether the caller is the one to ask: nobody else does already, and it was not let go.
    """
    attempt = _lock(attempt)
    if attempt.state != PaymentAttempt.State.CREATED:
        return attempt, False
    attempt.state = PaymentAttempt.State.PROCESSING
    attempt.confirm_started_at = clock.now()
    attempt.ask_at = clock.now() + FIRST_ASK
    attempt.save(update_fields=["state", "confirm_started_at", "ask_at"])
    return attempt, True


@transaction.atomic
def settle(attempt: PaymentAttempt, snapshot: Snapshot, *, event_id: str = "") -> PaymentAttempt:
    """Bring an attempt to where the gateway says it is. Safe to repeat, in any order; what was paid stays paid.

    The return page, the webhook and the one who asks all end here. A snapshot of another attempt, amount or currency is
    kept as an alert for the office and applied to nothing.
    """
    attempt = _lock(attempt)
    if event_id and not _is_new(attempt, event_id):
        return attempt
    if wrong := _mismatch(attempt, snapshot):
        return _alert(attempt, wrong, snapshot)
    if attempt.state != PaymentAttempt.State.PAID and snapshot.state == State.PAID:
        attempt = _paid(attempt, snapshot)
    if attempt.state == PaymentAttempt.State.PAID:
        if attempt.payment and snapshot.state == State.PAID:
            following.follow(attempt.payment, snapshot)
        return attempt
    if snapshot.state in (State.FAILED, State.CANCELLED):
        state = PaymentAttempt.State.FAILED if snapshot.failure else PaymentAttempt.State(snapshot.state.value)
        return _not_paid(attempt, state, snapshot.failure)
    if attempt.state in PaymentAttempt.OPEN and snapshot.state in (State.ACTION, State.PROCESSING):
        attempt.state = PaymentAttempt.State(snapshot.state.value)
        attempt.next_url, attempt.expected_on = snapshot.next_url, snapshot.expected_on
        attempt.method_label = snapshot.method_label
        attempt.save(update_fields=["state", "next_url", "expected_on", "method_label"])
        saved_methods.keep_from(attempt, snapshot)
    return attempt


@transaction.atomic
def fail(attempt: PaymentAttempt, failure: Failure) -> PaymentAttempt:
    """The gateway answered that it took nothing, and never will for this attempt."""
    return _not_paid(_lock(attempt), PaymentAttempt.State.FAILED, failure)


@transaction.atomic
def let_go(attempt: PaymentAttempt) -> PaymentAttempt:
    """The gateway is known to hold nothing for this attempt: its money is free again."""
    return _not_paid(_lock(attempt), PaymentAttempt.State.CANCELLED, None)


@transaction.atomic
def postpone(attempt: PaymentAttempt) -> PaymentAttempt:
    """The outcome is still unknown: ask again later, and later still each time."""
    attempt = _lock(attempt)
    if attempt.state in PaymentAttempt.OPEN:
        attempt.asked += 1
        attempt.ask_at = clock.now() + min(timedelta(seconds=5 * 2 ** min(attempt.asked, 10)), LONGEST_PAUSE)
        attempt.save(update_fields=["asked", "ask_at"])
    return attempt


def _lock(attempt: PaymentAttempt) -> PaymentAttempt:
    ledger.lock_of(attempt)
    return PaymentAttempt.objects.select_for_update().get(id=attempt.id)


def _is_new(attempt: PaymentAttempt, event_id: str) -> bool:
    if GatewayEvent.objects.filter(gateway_id=attempt.gateway_id, event_id=event_id).exists():
        return False
    GatewayEvent.objects.create(gateway_id=attempt.gateway_id, event_id=event_id, at=clock.now())
    return True


def _mismatch(attempt: PaymentAttempt, snapshot: Snapshot) -> str:
    expected = Money(attempt.amount_minor, attempt.currency)
    if attempt.provider_id and snapshot.id != attempt.provider_id:
        return f"another payment: {snapshot.id}"
    if snapshot.attempt != str(attempt.id):
        return f"made for another attempt: {snapshot.attempt}"
    if snapshot.live != attempt.gateway.is_live:
        return "real money at a test account" if snapshot.live else "test money at a live account"
    for money in (snapshot.money, snapshot.moved):
        if money is not None and money != expected:
            return f"{money.minor} {money.currency} instead of {expected.minor} {expected.currency}"
    return ""


def _alert(attempt: PaymentAttempt, wrong: str, snapshot: Snapshot) -> PaymentAttempt:
    if attempt.alert != wrong[:200]:
        attempt.alert = wrong[:200]
        attempt.save(update_fields=["alert"])
        by = actor_from(attempt.actor)
        record("payment.mismatched", attempt, by=by, audience="office", wrong=wrong, provider_id=snapshot.id)
    return attempt


def _paid(attempt: PaymentAttempt, snapshot: Snapshot) -> PaymentAttempt:
    """The money came: one payment, used for what it was meant for as far as that is still owed, the rest as credit.

    It counts on the day when it was started, or if that is locked by now, on the first open day.
    """
    by = actor_from(attempt.actor)
    payment = payments.receive(
        customer_id=attempt.customer_id,
        amount=Money(attempt.amount_minor, attempt.currency),
        shares={share.document_id: share.minor for share in attempt.shares.all()},
        paid_on=lock_date.first_open_day(attempt.organization_id, attempt.started_on),
        mode=Payment.Mode.BANK_ACCOUNT if snapshot.kind == "bank" else Payment.Mode.CARD,
        method_label=snapshot.method_label,
        gateway=attempt.gateway,
        provider_id=snapshot.id,
        by=by,
    )
    attempt.state = PaymentAttempt.State.PAID
    attempt.payment = payment
    attempt.provider_id = snapshot.id
    attempt.method_label = snapshot.method_label
    attempt.failure_reason = attempt.failure_raw = ""
    attempt.settled_at = clock.now()
    attempt.ask_at = None
    attempt.save()
    saved_methods.keep_from(attempt, snapshot)
    return attempt


def _not_paid(attempt: PaymentAttempt, state: PaymentAttempt.State, failure: Failure | None) -> PaymentAttempt:
    if attempt.state not in PaymentAttempt.OPEN:
        return attempt
    attempt.state = state
    attempt.failure_reason = failure.reason if failure else ""
    attempt.failure_raw = (failure.raw if failure else "")[:200]
    attempt.settled_at = clock.now()
    attempt.ask_at = None
    attempt.next_url = ""
    attempt.save()
    if attempt.used_credits:
        parts = [own_credit.Part(*part) for part in attempt.used_credits]
        own_credit.give_up(ledger.lock(attempt.customer_id), parts, by=actor_from(attempt.actor))
    if state == PaymentAttempt.State.FAILED:
        turned_away.tell("payment.failed", attempt, audience="both")
    else:
        turned_away.tell("payment.cancelled", attempt, audience="office")
    return attempt
