"""What a line in the bell says about an event, made when it is shown, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.models import OPENING_BALANCE
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import filled, format_period
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money, format_money
from counterfoil.foundation.periods import Period

Door = Literal["office", "portal"]
Target = tuple[str, tuple[Any, ...]]
CONVERSATION = "conversation"  # where on a page what was said stands
FILES = "files"  # and what was uploaded
REVIEWS = "reviews"  # and what customers think


@dataclass(frozen=True)
class Line:
    """A notification in words. `target` is a route's name and arguments, which each door resolves to its own page.

    `query` is what the page's address ends in.
    """

    title: str
    text: str
    icon: str
    target: Target
    query: str = ""
    place: str = ""  # where on that page, by its id


def sentence(event: Event, *, door: Door, reader_language: str, customer_name: str = "") -> Line:
    """The line of an event for the office or the customer. Raises KeyError for one that this door is never told of."""
    pattern = _PATTERNS[door][event.name]
    values = {
        "who": named(event.by, reader_language),
        "customer": customer_name,
        "number": number(event, reader_language),
        "amount": amount(event, reader_language),
    }
    with speaking(reader_language):
        values["period"] = period(event, reader_language)
        values["files"] = files(event)
        if event.subject_kind == "customer":
            pattern = _OF_CUSTOMER[door].get(event.name, pattern)
        elif event.subject_kind == "invoice" and not event.data.get("number"):
            pattern = _OF_OPENING_BALANCE.get(event.name, pattern)
        text = filled(str(pattern.text), values)
        return Line(str(pattern.title), text, pattern.icon, pattern.target(event), pattern.query(event), pattern.place)


def told_to(door: Door) -> tuple[str, ...]:
    """The names of the events that a door's bell rings for."""
    return tuple(_PATTERNS[door])


def named(by: Actor, language: str) -> str:
    """Who did something. Of who came by a mailed link it is only known to whom that was mailed."""
    if by.kind != "link":
        return by.name
    with speaking(language):
        return gettext("%(name)s (by link)") % {"name": by.name}


def number(event: Event, language: str) -> str:
    """What the document is called that an event is about. A draft has no number, and an opening balance never has."""
    if given := event.data.get("number"):
        return str(given)
    with speaking(language):
        if event.data.get("is_draft"):
            return gettext("a draft")
        return str(OPENING_BALANCE) if event.subject_kind == "invoice" else ""


def amount(event: Event, language: str) -> str:
    """The amount that an event tells of, as the language writes it; empty if it tells of none."""
    minor = event.data.get("amount_minor", event.data.get("total_minor"))
    if minor is None or "currency" not in event.data:
        return ""
    return format_money(Money(minor, event.data["currency"]), language)


def period(event: Event, language: str, style: str = "medium") -> str:
    """The period that an event tells of, in the language of now; empty if it tells of none."""
    if "first" not in event.data:
        return ""
    told = period_of(event)
    return format_period(told.first, told.last, language, style)


def period_of(event: Event) -> Period:
    """The period that an event tells of. Raises KeyError if it tells of none."""
    return Period(date.fromisoformat(event.data["first"]), date.fromisoformat(event.data["last"]))


def files(event: Event) -> str:
    """The file that an event tells of, or how many, in the language of now; empty if it tells of none."""
    told = event.data.get("files", [])
    if len(told) == 1:
        return f"“{told[0]['name']}”"
    return ngettext("%(count)d file", "%(count)d files", len(told)) % {"count": len(told)} if told else ""


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


@dataclass(frozen=True)
class _Pattern:
    title: Promise
    text: Promise
    icon: str
    target: Callable[[Event], Target]
    query: Callable[[Event], str] = lambda _event: ""
    place: str = ""


def _talked_about(event: Event) -> Target:
    """A document's page is called as its kind."""
    return ("customer_comments" if event.subject_kind == "customer" else event.subject_kind, (event.subject_id,))


def _account_of(event: Event) -> Target:
    return ("customer_files", (event.subject_id,))


def _changes_of(event: Event) -> Target:
    return ("customer_changes", (event.customer_id,))


def _own_account(_event: Event) -> Target:
    return ("files", ())


_PATTERNS: dict[Door, dict[str, _Pattern]] = {
    "office": {
        "quote.viewed": _Pattern(
            _("Quote viewed"), _("%(who)s of %(customer)s opened %(number)s."), "eye", _subject("quote")
        ),
        "quote.accepted": _Pattern(
            _("Quote accepted"),
            _("%(who)s accepted %(number)s of %(customer)s for %(amount)s."),
            "check-circle",
            _subject("quote"),
        ),
        "quote.declined": _Pattern(
            _("Quote declined"), _("%(who)s declined %(number)s of %(customer)s."), "ban", _subject("quote")
        ),
        "sales_order.viewed": _Pattern(
            _("Sales order viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("sales_order"),
        ),
        "invoice.viewed": _Pattern(
            _("Invoice viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("invoice"),
        ),
        "recurring_invoice.made": _Pattern(
            _("Recurring invoice made"),
            _("%(number)s has made an invoice for %(customer)s for %(amount)s."),
            "recurring",
            _subject("recurring_invoice"),
        ),
        "recurring_invoice.not_made": _Pattern(
            _("Recurring invoice not made"),
            _("No invoice could be made of %(number)s for %(customer)s. Its page says why."),
            "alert",
            _subject("recurring_invoice"),
        ),
        "retainer_invoice.viewed": _Pattern(
            _("Retainer invoice viewed"),
            _("%(who)s of %(customer)s opened %(number)s for the first time."),
            "eye",
            _subject("retainer_invoice"),
        ),
        "comment.added": _Pattern(
            _("New comment"),
            _("%(who)s of %(customer)s commented on %(number)s."),
            "comment",
            _talked_about,
            place=CONVERSATION,
        ),
        "comment.mentioned": _Pattern(
            _("You are mentioned"),
            _("%(who)s wants you to read a comment on %(number)s of %(customer)s."),
            "comment",
            _talked_about,
            place=CONVERSATION,
        ),
        "file.uploaded": _Pattern(
            _("Document uploaded"),
            _("%(who)s of %(customer)s uploaded %(files)s to %(number)s."),
            "upload",
            _talked_about,
            place=FILES,
        ),
        "details.updated": _Pattern(
            _("Details updated"), _("%(who)s of %(customer)s changed their details."), "edit", _changes_of
        ),
        "payment.made": _Pattern(
            _("Payment made"), _("%(who)s of %(customer)s paid %(amount)s."), "payment", _subject("payment")
        ),
        "payment.failed": _Pattern(
            _("Payment failed"),
            _("A payment of %(amount)s by %(who)s of %(customer)s did not go through."),
            "alert",
            _invoices,
        ),
        "payment.charged_back": _Pattern(
            _("Chargeback"),
            _("The bank took %(amount)s back that %(customer)s had paid. Say what becomes of the invoice."),
            "alert",
            _subject("payment"),
        ),
        "gateway.differed": _Pattern(
            _("Gateway and books differ"),
            _("A gateway says something else than your books. See what, and what to do."),
            "alert",
            lambda _event: ("report_gateways", ()),
        ),
        "gateway.silent": _Pattern(
            _("Gateway does not answer"),
            _("A gateway could not be compared with your books. It is down, or doesn't take your keys any more."),
            "alert",
            lambda _event: ("report_gateways", ()),
        ),
        "payment.refund_failed": _Pattern(
            _("Refund failed"),
            _("A refund of %(amount)s to %(customer)s failed and was undone."),
            "alert",
            _subject("payment"),
        ),
        "review.submitted": _Pattern(
            _("Review submitted"), _("%(who)s of %(customer)s wrote a review."), "star", _customer, place=REVIEWS
        ),
        "portal.invitation_accepted": _Pattern(
            _("Invitation accepted"), _("%(who)s of %(customer)s can now open the portal."), "check", _customer
        ),
    },
    "portal": {
        "quote.sent": _Pattern(
            pgettext_lazy("of a notification", "New quote"),
            _("Quote %(number)s for %(amount)s is here."),
            "quote",
            _subject("quote"),
        ),
        "sales_order.sent": _Pattern(
            pgettext_lazy("of a notification", "New sales order"),
            _("Sales order %(number)s for %(amount)s is here."),
            "order",
            _subject("sales_order"),
        ),
        "invoice.sent": _Pattern(
            pgettext_lazy("of a notification", "New invoice"),
            _("Invoice %(number)s for %(amount)s is here."),
            "invoice",
            _subject("invoice"),
        ),
        "retainer_invoice.sent": _Pattern(
            pgettext_lazy("of a notification", "New retainer invoice"),
            _("Retainer invoice %(number)s for %(amount)s is here."),
            "coins",
            _subject("retainer_invoice"),
        ),
        "retainer_invoice.voided": _Pattern(
            _("Retainer invoice void"),
            _("Retainer invoice %(number)s is void. It is no longer to be paid."),
            "coins",
            _subject("retainer_invoice"),
        ),
        "invoice.reminded": _Pattern(
            _("Reminder"),
            _("Please remember invoice %(number)s: %(amount)s is still to be paid."),
            "clock",
            _subject("invoice"),
        ),
        "credit_note.sent": _Pattern(
            _("Credit note"),
            _("Credit note %(number)s for %(amount)s is here. It counts towards your invoices."),
            "credit",
            _subject("credit_note"),
        ),
        "credit_note.refunded": _Pattern(
            _("Refund"),
            _("%(amount)s of your credit note %(number)s goes back to you."),
            "history",
            _subject("credit_note"),
        ),
        "comment.added": _Pattern(
            _("New comment"), _("%(who)s commented on %(number)s."), "comment", _talked_about, place=CONVERSATION
        ),
        "file.uploaded": _Pattern(
            _("New document"), _("%(who)s uploaded %(files)s to %(number)s."), "upload", _talked_about, place=FILES
        ),
        "file.shared": _Pattern(
            _("New document"), _("%(who)s added %(files)s to %(number)s."), "file", _talked_about, place=FILES
        ),
        "payment.made": _Pattern(
            _("Payment received"),
            _("We received %(amount)s, thank you. Your receipt is %(number)s."),
            "receipt",
            _subject("payment"),
        ),
        "payment.recorded": _Pattern(
            _("Payment received"),
            _("We received %(amount)s, thank you. Your receipt is %(number)s."),
            "receipt",
            _subject("payment"),
        ),
        "payment.failed": _Pattern(
            _("Payment failed"), _("Your payment of %(amount)s did not go through."), "alert", _invoices
        ),
        "payment.refunded": _Pattern(
            _("Refund"), _("%(amount)s of your payment %(number)s goes back to you."), "history", _subject("payment")
        ),
        "payment.credited": _Pattern(
            _("Credit"), _("%(amount)s of your payment %(number)s is credit now."), "credit", _subject("payment")
        ),
        "statement.sent": _Pattern(
            _("Statement of account"),
            _("Your statement of %(period)s is here."),
            "statement",
            lambda _event: ("statements", ()),
            lambda event: f"?{period_of(event).address}",
        ),
        "invoice.voided": _Pattern(
            _("Invoice void"),
            _("Invoice %(number)s is void. It is no longer to be paid."),
            "invoice",
            _subject("invoice"),
        ),
    },
}

# What is said otherwise of an invoice that is the customer's opening balance.
_OF_OPENING_BALANCE = {
    "invoice.sent": _Pattern(
        OPENING_BALANCE, _("Your opening balance of %(amount)s is here."), "invoice", _subject("invoice")
    ),
    "invoice.reminded": _Pattern(
        _("Reminder"),
        _("Please remember your opening balance: %(amount)s is still to be paid."),
        "clock",
        _subject("invoice"),
    ),
    "invoice.viewed": _Pattern(
        _("Opening balance viewed"),
        _("%(who)s of %(customer)s opened their opening balance for the first time."),
        "eye",
        _subject("invoice"),
    ),
}

# And of what is said of nothing but the customer.
_OF_CUSTOMER: dict[Door, dict[str, _Pattern]] = {
    "office": {
        "details.updated": _Pattern(
            _("Details updated"), _("%(who)s changed the details of %(customer)s."), "edit", _changes_of
        ),
        "comment.mentioned": _Pattern(
            _("You are mentioned"),
            _("%(who)s wants you to read a comment on %(customer)s."),
            "comment",
            _talked_about,
            place=CONVERSATION,
        ),
        "file.uploaded": _Pattern(
            _("Document uploaded"), _("%(who)s of %(customer)s uploaded %(files)s."), "upload", _account_of
        ),
    },
    "portal": {
        "file.uploaded": _Pattern(_("New document"), _("%(who)s uploaded %(files)s."), "upload", _own_account),
        "file.shared": _Pattern(_("New document"), _("%(who)s shared %(files)s with you."), "file", _own_account),
    },
}
