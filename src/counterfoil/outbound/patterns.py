"""What the bells say of each event, with where a line leads: a row for each, for the office, the portal or both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counterfoil.books.sales.models import OPENING_BALANCE
from counterfoil.foundation.events import Event
from counterfoil.foundation.periods import Period

Door = Literal["office", "portal"]
Target = tuple[str, tuple[Any, ...]]
CONVERSATION = "conversation"  # where on a page what was said stands
FILES = "files"  # and what was uploaded
REVIEWS = "reviews"  # and what customers think


@dataclass(frozen=True)
class Pattern:
    """A line with places for names and figures. `query` ends its address, `place` is an id on that page."""

    title: Promise
    text: Promise
    icon: str
    target: Callable[[Event], Target]
    query: Callable[[Event], str] = lambda _event: ""
    place: str = ""


def period_of(event: Event) -> Period:
    """The period that an event tells of. Raises KeyError if it tells of none."""
    return Period(date.fromisoformat(event.data["first"]), date.fromisoformat(event.data["last"]))


def _subject(route: str) -> Callable[[Event], Target]:
    return lambda event: (route, (event.subject_id,))


def _customer(event: Event) -> Target:
    return ("customer", (event.customer_id,))


def _invoices(event: Event) -> Target:
    """The one document that it is about, or the list of invoices."""
    if retainers := event.data.get("retainer_ids", []):
        return ("retainer_invoice", (int(retainers[0]),))
    ids = event.data.get("invoice_ids", [])
    return ("invoice", (int(ids[0]),)) if len(ids) == 1 else ("invoices", ())


def _talked_about(event: Event) -> Target:
    """A document's page is called as its kind."""
    return ("customer_comments" if event.subject_kind == "customer" else event.subject_kind, (event.subject_id,))


def _account_of(event: Event) -> Target:
    return ("customer_files", (event.subject_id,))


def _changes_of(event: Event) -> Target:
    return ("customer_changes", (event.customer_id,))


def _own_account(_event: Event) -> Target:
    return ("files", ())


PATTERNS: dict[Door, dict[str, Pattern]] = {
    "office": {
        "quote.viewed": Pattern(
            _("Quote viewed"), _("%(who)s of %(customer)s opened %(number)s."), "eye", _subject("quote")
        ),
        "quote.accepted": Pattern(
            _("Quote accepted"),
            _("%(who)s accepted %(number)s of %(customer)s for %(amount)s."),
            "check-circle",
            _subject("quote"),
        ),
        "quote.declined": Pattern(
            _("Quote declined"), _("%(who)s declined %(number)s of %(customer)s."), "ban", _subject("quote")
        ),
        "sales_order.viewed": Pattern(
            _("Sales order viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("sales_order"),
        ),
        "invoice.viewed": Pattern(
            _("Invoice viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("invoice"),
        ),
        "recurring_invoice.made": Pattern(
            _("Recurring invoice made"),
            _("%(number)s has made an invoice for %(customer)s for %(amount)s."),
            "recurring",
            _subject("recurring_invoice"),
        ),
        "recurring_invoice.not_made": Pattern(
            _("Recurring invoice not made"),
            _("No invoice could be made of %(number)s for %(customer)s. Its page says why."),
            "alert",
            _subject("recurring_invoice"),
        ),
        "retainer_invoice.viewed": Pattern(
            _("Retainer invoice viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("retainer_invoice"),
        ),
        "approval.first_viewed": Pattern(
            _("Timesheet viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("approval"),
        ),
        "approval.viewed": Pattern(
            _("Timesheet viewed"), _("%(who)s of %(customer)s opened %(number)s."), "eye", _subject("approval")
        ),
        "approval.approved": Pattern(
            _("Timesheet approved"),
            _("%(who)s of %(customer)s approved %(number)s with %(hours)s hours."),
            "check-circle",
            _subject("approval"),
        ),
        "approval.rejected": Pattern(
            _("Timesheet rejected"),
            _("%(who)s of %(customer)s rejected %(number)s with %(hours)s hours."),
            "ban",
            _subject("approval"),
        ),
        "comment.added": Pattern(
            _("New comment"),
            _("%(who)s of %(customer)s commented on %(number)s."),
            "comment",
            _talked_about,
            place=CONVERSATION,
        ),
        "comment.mentioned": Pattern(
            _("You are mentioned"),
            _("%(who)s wants you to read a comment on %(number)s of %(customer)s."),
            "comment",
            _talked_about,
            place=CONVERSATION,
        ),
        "file.uploaded": Pattern(
            _("Document uploaded"),
            _("%(who)s of %(customer)s uploaded %(files)s to %(number)s."),
            "upload",
            _talked_about,
            place=FILES,
        ),
        "details.updated": Pattern(
            _("Details updated"), _("%(who)s of %(customer)s changed their details."), "edit", _changes_of
        ),
        "payment.made": Pattern(
            _("Payment made"), _("%(who)s of %(customer)s paid %(amount)s."), "payment", _subject("payment")
        ),
        "payment.failed": Pattern(
            _("Payment failed"),
            _("A payment of %(amount)s by %(who)s of %(customer)s did not go through."),
            "alert",
            _invoices,
        ),
        "payment.charged_back": Pattern(
            _("Chargeback"),
            _("The bank took %(amount)s back that %(customer)s had paid. Say what becomes of the invoice."),
            "alert",
            _subject("payment"),
        ),
        "gateway.differed": Pattern(
            _("Gateway and books differ"),
            _("A gateway says something else than your books. See what, and what to do."),
            "alert",
            lambda _event: ("report_gateways", ()),
        ),
        "gateway.silent": Pattern(
            _("Gateway does not answer"),
            _("A gateway could not be compared with your books. It is down, or doesn't take your keys any more."),
            "alert",
            lambda _event: ("report_gateways", ()),
        ),
        "payment.refund_failed": Pattern(
            _("Refund failed"),
            _("A refund of %(amount)s to %(customer)s failed and was undone."),
            "alert",
            _subject("payment"),
        ),
        "review.submitted": Pattern(
            _("Review submitted"), _("%(who)s of %(customer)s wrote a review."), "star", _customer, place=REVIEWS
        ),
        "portal.invitation_accepted": Pattern(
            _("Invitation accepted"), _("%(who)s of %(customer)s can now open the portal."), "check", _customer
        ),
    },
    "portal": {
        "quote.sent": Pattern(
            pgettext_lazy("of a notification", "New quote"),
            _("Quote %(number)s for %(amount)s is here."),
            "quote",
            _subject("quote"),
        ),
        "sales_order.sent": Pattern(
            pgettext_lazy("of a notification", "New sales order"),
            _("Sales order %(number)s for %(amount)s is here."),
            "order",
            _subject("sales_order"),
        ),
        "invoice.sent": Pattern(
            pgettext_lazy("of a notification", "New invoice"),
            _("Invoice %(number)s for %(amount)s is here."),
            "invoice",
            _subject("invoice"),
        ),
        "retainer_invoice.sent": Pattern(
            pgettext_lazy("of a notification", "New retainer invoice"),
            _("Retainer invoice %(number)s for %(amount)s is here."),
            "coins",
            _subject("retainer_invoice"),
        ),
        "retainer_invoice.voided": Pattern(
            _("Retainer invoice void"),
            _("Retainer invoice %(number)s is void. It is no longer to be paid."),
            "coins",
            _subject("retainer_invoice"),
        ),
        "invoice.reminded": Pattern(
            _("Reminder"),
            _("Please remember invoice %(number)s: %(amount)s is still to be paid."),
            "clock",
            _subject("invoice"),
        ),
        "credit_note.sent": Pattern(
            _("Credit note"),
            _("Credit note %(number)s for %(amount)s is here. It counts towards your invoices."),
            "credit",
            _subject("credit_note"),
        ),
        "credit_note.refunded": Pattern(
            _("Refund"),
            _("%(amount)s of your credit note %(number)s goes back to you."),
            "history",
            _subject("credit_note"),
        ),
        "approval.sent": Pattern(
            pgettext_lazy("of a notification", "New timesheet"),
            _("Timesheet %(number)s with %(hours)s hours waits for your approval."),
            "clock",
            _subject("approval"),
        ),
        "approval.recalled": Pattern(
            _("Timesheet taken back"),
            _("Timesheet %(number)s was taken back. You need not decide it now."),
            "history",
            lambda _event: ("approvals", ()),
        ),
        "comment.added": Pattern(
            _("New comment"), _("%(who)s commented on %(number)s."), "comment", _talked_about, place=CONVERSATION
        ),
        "file.uploaded": Pattern(
            _("New document"), _("%(who)s uploaded %(files)s to %(number)s."), "upload", _talked_about, place=FILES
        ),
        "file.shared": Pattern(
            _("New document"), _("%(who)s added %(files)s to %(number)s."), "file", _talked_about, place=FILES
        ),
        "payment.made": Pattern(
            _("Payment received"),
            _("We received %(amount)s, thank you. Your receipt is %(number)s."),
            "receipt",
            _subject("payment"),
        ),
        "payment.recorded": Pattern(
            _("Payment received"),
            _("We received %(amount)s, thank you. Your receipt is %(number)s."),
            "receipt",
            _subject("payment"),
        ),
        "payment.failed": Pattern(
            _("Payment failed"), _("Your payment of %(amount)s did not go through."), "alert", _invoices
        ),
        "payment.refunded": Pattern(
            _("Refund"), _("%(amount)s of your payment %(number)s goes back to you."), "history", _subject("payment")
        ),
        "payment.credited": Pattern(
            _("Credit"), _("%(amount)s of your payment %(number)s is credit now."), "credit", _subject("payment")
        ),
        "statement.sent": Pattern(
            _("Statement of account"),
            _("Your statement of %(period)s is here."),
            "statement",
            lambda _event: ("statements", ()),
            lambda event: f"?{period_of(event).address}",
        ),
        "invoice.voided": Pattern(
            _("Invoice void"),
            _("Invoice %(number)s is void. It is no longer to be paid."),
            "invoice",
            _subject("invoice"),
        ),
    },
}

# What is said otherwise of an invoice that is the customer's opening balance.
OF_OPENING_BALANCE = {
    "invoice.sent": Pattern(
        OPENING_BALANCE, _("Your opening balance of %(amount)s is here."), "invoice", _subject("invoice")
    ),
    "invoice.reminded": Pattern(
        _("Reminder"),
        _("Please remember your opening balance: %(amount)s is still to be paid."),
        "clock",
        _subject("invoice"),
    ),
    "invoice.viewed": Pattern(
        _("Opening balance viewed"),
        _("%(who)s of %(customer)s opened their opening balance for the first time."),
        "eye",
        _subject("invoice"),
    ),
}

# And of what is said of nothing but the customer.
OF_CUSTOMER: dict[Door, dict[str, Pattern]] = {
    "office": {
        "details.updated": Pattern(
            _("Details updated"), _("%(who)s changed the details of %(customer)s."), "edit", _changes_of
        ),
        "comment.mentioned": Pattern(
            _("You are mentioned"),
            _("%(who)s wants you to read a comment on %(customer)s."),
            "comment",
            _talked_about,
            place=CONVERSATION,
        ),
        "file.uploaded": Pattern(
            _("Document uploaded"), _("%(who)s of %(customer)s uploaded %(files)s."), "upload", _account_of
        ),
    },
    "portal": {
        "file.uploaded": Pattern(_("New document"), _("%(who)s uploaded %(files)s."), "upload", _own_account),
        "file.shared": Pattern(_("New document"), _("%(who)s shared %(files)s with you."), "file", _own_account),
    },
}
