"""What a customer has in credit or paid ahead, used for invoices and taken off them again."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import access
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import lock_date, organizations
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from . import applying, own_credit, profiles, retaining, unused_credit
from .allocating import Payable
from .attempts import payable_minor
from .own_credit import Wish
from .unused_credit import Credit


@transaction.atomic
def apply(invoice: Invoice, shares: Mapping[int, int], *, by: Actor, balance_seen: int) -> Invoice:
    """Use what is left of payments, credit notes and retainers (id → minor units) for an invoice, as of today.

    `balance_seen` is what the invoice owed when it was read, so that the same form sent again applies nothing twice.
    Raises Refused: INVOICE_CHANGED, NOTHING_CHOSEN, NOT_PAYABLE (more than can be paid of it now), CREDIT_USED (more
    than is left, or not the customer's).
    """
    balance = ledger.lock_of(invoice)
    by.must_be_staff_of(balance.organization_id)
    invoice = Invoice.objects.select_for_update().get(id=invoice.id)
    if invoice.balance_minor != balance_seen:
        raise Refused(
            "INVOICE_CHANGED", _("What is owed changed after you opened this. Please look at it again first.")
        )
    wanted = {credit_id: minor for credit_id, minor in shares.items() if minor}
    if not wanted or min(wanted.values()) < 0:
        raise Refused("NOTHING_CHOSEN", _("Write how much of which credit is used."))
    if sum(wanted.values()) > payable_minor(invoice):
        raise Refused("NOT_PAYABLE", _("%(number)s doesn't owe that much.") % {"number": invoice.name})
    found = unused_credit.lock(invoice.customer_id, wanted)
    for credit_id, minor in wanted.items():
        if credit_id not in found or minor > found[credit_id].balance_minor:
            raise Refused("CREDIT_USED", _("Less than that is left of it."), field=f"share-{credit_id}")
    today = organizations.today(invoice.organization_id)
    applying.use(balance, invoice, [(one, wanted[one.id]) for one in found.values()], on=today, by=by)
    return invoice


@transaction.atomic
def use_own(wish: Wish, *, customer_id: int, by: Actor) -> None:
    """A contact person pays invoices with nothing but what is their customer's already, as of today.

    Raises Refused: NOT_YOURS, CP1003 (their access has ended), CP1004 (the customer was merged), NOTHING_CHOSEN, and as
    `own_credit.use`: AMOUNTS_CHANGED also where the same form is sent a second time.
    """
    balance = profiles.lock_payer(customer_id)
    by.must_act_for(customer_id, organization_id=balance.organization_id)
    if by.kind == "contact":
        access.must_still_have(by)
    if not wish.credits or not wish.invoices:
        raise Refused("NOTHING_CHOSEN", _("Choose what is used. Nothing was charged."))
    found = retaining.lock_payables(customer_id, wish.invoices)
    own_credit.use(balance, [Payable(one, payable_minor(one)) for one in found.values()], wish, by=by)


@transaction.atomic
def draw(retainer: RetainerInvoice, shares: Mapping[int, int], *, by: Actor, held_seen: int) -> RetainerInvoice:
    """Use what is held of a retainer for invoices (id → minor units), as of today.

    `held_seen` is what was held when it was read, so that the same form sent again uses nothing twice.
    Raises Refused: RETAINER_CHANGED, NOTHING_CHOSEN, and as `apply` (field `share-…` names the invoice).
    """
    balance = ledger.lock_of(retainer)
    by.must_be_staff_of(balance.organization_id)
    retainer = RetainerInvoice.objects.select_for_update().get(id=retainer.id)
    if retainer.balance_minor != held_seen:
        raise Refused("RETAINER_CHANGED", _("What is held changed after you opened this. Please look at it again."))
    if not shares:
        raise Refused("NOTHING_CHOSEN", _("Write how much is used for which invoice."))
    own = Invoice.objects.select_for_update().filter(customer_id=retainer.customer_id, id__in=shares)
    invoices = list(own.order_by("id"))
    if len(invoices) != len(shares):
        raise Refused("NOT_PAYABLE", _("One of these invoices is no longer there. Please look at the list again."))
    for invoice in invoices:
        try:
            apply(invoice, {retainer.id: shares[invoice.id]}, by=by, balance_seen=invoice.balance_minor)
        except Refused as refusal:
            raise Refused(refusal.code, refusal.sentence, field=f"share-{invoice.id}") from refusal
    retainer.refresh_from_db()
    return retainer


@transaction.atomic
def take_off(credit: Credit, invoice: Invoice, *, by: Actor) -> Credit:
    """Use a payment, a credit note or a retainer no longer for an invoice, which owes that much again.

    What was used of it is left again. Counts as of today. Raises Refused: NOT_USED (also the second time), WRITTEN_OFF,
    LOCKED (it was used on a day that is locked).
    """
    balance = ledger.lock_of(credit)
    by.must_be_staff_of(balance.organization_id)
    invoice = Invoice.objects.select_for_update().get(id=invoice.id, customer_id=credit.customer_id)
    credit = unused_credit.lock(credit.customer_id, [credit.id])[credit.id]
    used = ledger.applied_from(credit).get((invoice.ledger_kind(), invoice.id), 0)
    if used <= 0:
        raise Refused("NOT_USED", _("It isn't used for that invoice any more."))
    if invoice.state == Invoice.State.WRITTEN_OFF:
        raise Refused("WRITTEN_OFF", _("This invoice is written off. Undo that first."))
    lock_date.must_be_open(invoice.organization_id, *ledger.used_since(invoice, credit), actor=by)
    today = organizations.today(invoice.organization_id)
    applying.take_off(balance, invoice, credit, used, on=today, by=by)
    return credit
