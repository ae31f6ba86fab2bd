"""What happened, in words: the lines of the event log as the office reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import filled, format_date, format_moment
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.money import Money, format_money
from counterfoil.outbound import words
from counterfoil.reach.requests import OfficeRequest

from . import activity_of_work


@dataclass(frozen=True)
class Line:
    """One line of a timeline. `mood` is "good", "bad" or nothing."""

    icon: str
    sentence: str
    when: str
    mood: str = ""
    reason: str = ""


# The event's name: its icon, its sentence, and its mood. An event without a row is left out.
SENTENCES: dict[str, tuple[str, Any, str]] = {
    "customer.created": ("user-plus", _("%(who)s added the customer %(customer)s."), ""),
    "customer.imported": ("upload", _("%(who)s imported the customer %(customer)s."), ""),
    "customer.edited": ("edit", _("%(who)s changed the details of %(customer)s."), ""),
    "details.updated": ("edit", _("%(who)s of %(customer)s changed their details."), ""),
    "details.undone": ("history", _("%(who)s undid a change of the details of %(name)s at %(customer)s."), ""),
    "customer.merged": ("users", _("%(who)s merged %(name)s into %(customer)s."), ""),
    "contact.added": ("user-plus", _("%(who)s added %(name)s to %(customer)s."), ""),
    "contact.imported": ("upload", _("%(who)s imported %(name)s at %(customer)s."), ""),
    "contact.edited": ("edit", _("%(who)s changed the details of %(name)s at %(customer)s."), ""),
    "contact.made_primary": ("star", _("%(who)s made %(name)s the primary contact of %(customer)s."), ""),
    "contact.retired": ("user", _("%(who)s removed %(name)s from %(customer)s."), ""),
    "contact.mails_chosen": ("mail", _("%(who)s of %(customer)s chose which mails they get."), ""),
    "portal.invited": ("send", _("%(who)s invited %(email)s to the portal of %(customer)s."), ""),
    "portal.invitation_accepted": ("check-circle", _("%(who)s can now open the portal of %(customer)s."), "good"),
    "portal.access_ended": ("lock", _("%(who)s ended the portal access of %(name)s at %(customer)s."), ""),
    "portal.viewed_as": ("eye", _("%(who)s looked at the portal of %(customer)s as %(name)s."), ""),
    "quote.created": ("quote", _("%(who)s wrote a draft quote for %(customer)s."), ""),
    "quote.imported": ("upload", _("%(who)s imported %(number)s of %(customer)s."), ""),
    "quote.draft_imported": ("upload", _("%(who)s imported a draft quote for %(customer)s."), ""),
    "quote.edited": ("edit", _("%(who)s changed a draft quote for %(customer)s."), ""),
    "quote.revised": ("edit", _("%(who)s changed %(number)s of %(customer)s to %(amount)s."), ""),
    "quote.issued": ("quote", _("%(who)s made quote %(number)s for %(customer)s ready, for %(amount)s."), ""),
    "quote.sent": ("send", _("%(who)s sent %(number)s to %(customer)s."), ""),
    "quote.forwarded": ("forward", _("%(who)s of %(customer)s forwarded %(number)s to %(name)s."), ""),
    "quote.link_revoked": ("lock", _("%(who)s revoked the link to %(number)s that %(name)s was mailed."), ""),
    "quote.viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s."), ""),
    "quote.accepted": ("check-circle", _("%(who)s accepted %(number)s of %(customer)s for %(amount)s."), "good"),
    "quote.declined": ("ban", _("%(who)s declined %(number)s of %(customer)s."), "bad"),
    "quote.invoiced": ("invoice", _("%(who)s made an invoice of %(number)s of %(customer)s."), ""),
    "quote.given_back": ("history", _("The invoice that was made of %(number)s of %(customer)s is gone."), ""),
    "quote.deleted": ("trash", _("%(who)s deleted a draft quote for %(customer)s."), ""),
    "quote.ordered": ("order", _("%(who)s made a sales order of %(number)s of %(customer)s."), ""),
    "quote.retained": ("coins", _("%(who)s made a retainer invoice of %(number)s of %(customer)s."), ""),
    "quote.not_made": ("warning", _("Nothing could be made of %(number)s of %(customer)s by itself."), "bad"),
    "sales_order.created": ("order", _("%(who)s wrote a draft sales order for %(customer)s."), ""),
    "sales_order.edited": ("edit", _("%(who)s changed a draft sales order for %(customer)s."), ""),
    "sales_order.revised": ("edit", _("%(who)s changed %(number)s of %(customer)s to %(amount)s."), ""),
    "sales_order.opened": ("order", _("%(who)s opened sales order %(number)s of %(customer)s for %(amount)s."), ""),
    "sales_order.sent": ("send", _("%(who)s sent %(number)s to %(customer)s."), ""),
    "sales_order.forwarded": ("forward", _("%(who)s of %(customer)s forwarded %(number)s to %(name)s."), ""),
    "sales_order.link_revoked": ("lock", _("%(who)s revoked the link to %(number)s that %(name)s was mailed."), ""),
    "sales_order.viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s for the first time."), ""),
    "sales_order.invoiced": ("invoice", _("%(who)s made an invoice of %(number)s of %(customer)s."), ""),
    "sales_order.closed": ("check-circle", _("%(who)s closed %(number)s of %(customer)s."), ""),
    "sales_order.reopened": ("history", _("%(who)s opened %(number)s of %(customer)s again."), ""),
    "sales_order.voided": ("ban", _("%(who)s made %(number)s of %(customer)s void."), ""),
    "sales_order.deleted": ("trash", _("%(who)s deleted a draft sales order for %(customer)s."), ""),
    "invoice.created": ("invoice", _("%(who)s wrote a draft invoice for %(customer)s."), ""),
    "invoice.imported": ("upload", _("%(who)s imported %(number)s of %(customer)s."), ""),
    "invoice.draft_imported": ("upload", _("%(who)s imported a draft invoice for %(customer)s."), ""),
    "invoice.edited": ("edit", _("%(who)s changed a draft invoice for %(customer)s."), ""),
    "invoice.revised": ("edit", _("%(who)s changed %(number)s of %(customer)s to %(amount)s."), ""),
    "invoice.issued": ("invoice", _("%(who)s issued %(number)s to %(customer)s for %(amount)s."), ""),
    "invoice.sent": ("send", _("%(who)s sent %(number)s to %(customer)s."), ""),
    "invoice.reminded": ("clock", _("%(who)s reminded %(customer)s of %(number)s."), ""),
    "invoice.reminders_stopped": ("stop", _("%(who)s stopped reminders of %(number)s of %(customer)s."), ""),
    "invoice.reminders_resumed": ("clock", _("%(who)s resumed reminders of %(number)s of %(customer)s."), ""),
    "invoice.forwarded": ("forward", _("%(who)s of %(customer)s forwarded %(number)s to %(name)s."), ""),
    "invoice.viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s for the first time."), ""),
    "invoice.voided": ("ban", _("%(who)s made %(number)s of %(customer)s void."), ""),
    "invoice.reinstated": ("history", _("%(who)s made %(number)s of %(customer)s valid again."), ""),
    "invoice.written_off": ("ban", _("%(who)s wrote off %(amount)s of %(number)s of %(customer)s."), ""),
    "invoice.write_off_undone": ("history", _("%(who)s undid writing off %(number)s of %(customer)s."), ""),
    "invoice.link_revoked": ("lock", _("%(who)s revoked the link to %(number)s that %(name)s was mailed."), ""),
    "invoice.deleted": ("trash", _("%(who)s deleted a draft invoice for %(customer)s."), ""),
    "recurring_invoice.created": (
        "recurring",
        _("%(who)s wrote the recurring invoice %(number)s for %(customer)s."),
        "",
    ),
    "recurring_invoice.edited": ("edit", _("%(who)s changed the recurring invoice %(number)s of %(customer)s."), ""),
    "recurring_invoice.stopped": ("stop", _("%(who)s stopped the recurring invoice %(number)s of %(customer)s."), ""),
    "recurring_invoice.resumed": (
        "recurring",
        _("%(who)s resumed the recurring invoice %(number)s of %(customer)s."),
        "",
    ),
    "recurring_invoice.deleted": ("trash", _("%(who)s deleted the recurring invoice %(number)s of %(customer)s."), ""),
    "recurring_invoice.made": ("invoice", _("An invoice for %(amount)s was made of %(number)s for %(customer)s."), ""),
    "recurring_invoice.not_made": ("warning", _("No invoice could be made of %(number)s for %(customer)s."), "bad"),
    "retainer_invoice.created": ("coins", _("%(who)s wrote a draft retainer invoice for %(customer)s."), ""),
    "retainer_invoice.edited": ("edit", _("%(who)s changed a draft retainer invoice for %(customer)s."), ""),
    "retainer_invoice.issued": ("coins", _("%(who)s issued %(number)s to %(customer)s for %(amount)s."), ""),
    "retainer_invoice.sent": ("send", _("%(who)s sent %(number)s to %(customer)s."), ""),
    "retainer_invoice.forwarded": ("forward", _("%(who)s of %(customer)s forwarded %(number)s to %(name)s."), ""),
    "retainer_invoice.viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s for the first time."), ""),
    "retainer_invoice.voided": ("ban", _("%(who)s made %(number)s of %(customer)s void."), ""),
    "retainer_invoice.link_revoked": (
        "lock",
        _("%(who)s revoked the link to %(number)s that %(name)s was mailed."),
        "",
    ),
    "retainer_invoice.deleted": ("trash", _("%(who)s deleted a draft retainer invoice for %(customer)s."), ""),
    "comment.added": ("comment", _("%(who)s commented on %(number)s of %(customer)s."), ""),
    "review.submitted": ("star", _("%(who)s of %(customer)s wrote a review."), ""),
    "review.published": ("star", _("%(who)s published a review by %(name)s of %(customer)s."), ""),
    "review.withdrawn": ("star", _("%(who)s withdrew a review by %(name)s of %(customer)s."), ""),
    "message.sent": ("mail", _("%(who)s of %(customer)s wrote you a mail: %(subject)s"), ""),
    "file.uploaded": ("upload", _("%(who)s of %(customer)s uploaded %(files)s to %(number)s."), ""),
    "file.added": ("paperclip", _("%(who)s added %(files)s to %(number)s of %(customer)s."), ""),
    "file.shared": ("paperclip", _("%(who)s shared %(files)s on %(number)s with %(customer)s."), ""),
    "file.withdrawn": ("lock", _("%(who)s no longer shows %(files)s on %(number)s to %(customer)s."), ""),
    "file.removed": ("trash", _("%(who)s removed %(files)s from %(number)s of %(customer)s."), ""),
    "opening_balance.set": ("invoice", _("%(who)s set the opening balance of %(customer)s to %(amount)s."), ""),
    "opening_balance.removed": ("ban", _("%(who)s took the opening balance of %(customer)s away."), ""),
    "credit_note.created": ("credit", _("%(who)s wrote a draft credit note for %(customer)s."), ""),
    "credit_note.edited": ("edit", _("%(who)s changed a draft credit note for %(customer)s."), ""),
    "credit_note.issued": ("credit", _("%(who)s issued %(number)s to %(customer)s for %(amount)s."), ""),
    "credit_note.sent": ("send", _("%(who)s sent %(number)s to %(customer)s."), ""),
    "credit_note.viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s for the first time."), ""),
    "credit_note.voided": ("ban", _("%(who)s made %(number)s of %(customer)s void."), ""),
    "credit_note.refunded": ("history", _("%(who)s gave %(amount)s of %(number)s back to %(customer)s."), ""),
    "credit_note.deleted": ("trash", _("%(who)s deleted a draft credit note for %(customer)s."), ""),
    "credit.applied": ("credit", _("%(who)s used %(amount)s of credit for %(number)s of %(customer)s."), ""),
    "credit.taken_off": ("credit", _("%(who)s took %(payment)s off %(number)s of %(customer)s."), ""),
    "statement.sent": ("send", _("%(who)s sent %(customer)s the statement of %(period)s."), ""),
    "payment.made": ("payment", _("%(who)s of %(customer)s paid %(amount)s."), "good"),
    "payment.recorded": ("payment", _("%(who)s recorded a payment of %(amount)s by %(customer)s."), "good"),
    "payment.imported": ("upload", _("%(who)s imported a payment of %(amount)s by %(customer)s."), ""),
    "payment.failed": ("alert", _("A payment of %(amount)s by %(customer)s did not go through."), "bad"),
    "payment.refund_started": ("history", _("%(who)s asked the gateway to refund %(amount)s to %(customer)s."), ""),
    "payment.refunded": ("history", _("%(amount)s of %(number)s was refunded to %(customer)s."), ""),
    "payment.credited": ("credit", _("%(who)s turned %(amount)s of %(number)s into credit of %(customer)s."), ""),
    "payment.refund_failed": ("alert", _("A refund of %(amount)s to %(customer)s failed and was undone."), "bad"),
    "payment.charged_back": ("alert", _("The bank took %(amount)s back that %(customer)s had paid."), "bad"),
    "payment.chargeback_won": ("check-circle", _("A chargeback of %(amount)s by %(customer)s was won."), "good"),
    "payment.chargeback_lost": ("alert", _("A chargeback of %(amount)s by %(customer)s was lost."), "bad"),
    "payment.return_decided": ("history", _("%(who)s decided what becomes of %(amount)s of %(customer)s."), ""),
    "payment.return_mismatched": ("warning", _("The gateway told of a refund that doesn't fit %(number)s."), "bad"),
    "invoice.collected_again": ("invoice", _("%(who)s said that %(number)s of %(customer)s is collected again."), ""),
    "payment.mismatched": ("warning", _("The gateway told of another amount for a payment of %(customer)s."), "bad"),
    "item.created": ("item", _("%(who)s added the item %(name)s."), ""),
    "item.imported": ("upload", _("%(who)s imported the item %(name)s."), ""),
    "item.edited": ("edit", _("%(who)s changed the item %(name)s."), ""),
    "item.retired": ("item", _("%(who)s retired the item %(name)s."), ""),
    "staff.invited": ("user-plus", _("%(who)s invited %(name)s to the staff."), ""),
    "staff.joined": ("check-circle", _("%(name)s joined the staff."), "good"),
    "staff.role_changed": ("users", _("%(who)s gave %(name)s another role."), ""),
    "staff.removed": ("users", _("%(who)s removed %(name)s from the staff."), ""),
    "organization.founded": ("building", _("%(name)s was set up."), ""),
    "organization.details_changed": ("settings", _("%(who)s changed the organization's settings."), ""),
    "organization.portal_renamed": ("globe", _("%(who)s moved the portal to %(portal_name)s."), ""),
    "organization.mail_server_changed": ("mail", _("%(who)s set up the mail server."), ""),
    "organization.mail_server_removed": ("mail", _("%(who)s removed the mail server."), ""),
    "organization.mail_template_changed": ("mail", _("%(who)s changed the text of an e-mail."), ""),
    "organization.notifications_changed": ("bell", _("%(who)s changed what the office is told of."), ""),
    "import.finished": ("upload", _("%(who)s imported the file %(file)s: %(new)s new, %(changed)s changed."), ""),
    "lock_date.set": ("lock", _("%(who)s locked the books up to and including %(until)s."), ""),
    "lock_date.cleared": ("lock", _("%(who)s unlocked the books, which were locked up to and including %(was)s."), ""),
    "numbering.changed": ("hash", _("%(who)s changed the numbering from %(was)s to %(now)s."), ""),
    "tax.added": ("percent", _("%(who)s added the tax %(name)s."), ""),
    "tax.renamed": ("percent", _("%(who)s renamed the tax %(was)s to %(now)s."), ""),
    "tax.made_default": ("percent", _("%(who)s made %(name)s the default tax."), ""),
    "tax.stopped_default": ("percent", _("%(who)s made %(name)s no longer the default tax."), ""),
    "tax.retired": ("percent", _("%(who)s retired the tax %(name)s."), ""),
    "gateway.connected": ("card", _("%(who)s connected a payment gateway."), ""),
    "gateway.differed": ("warning", _("A gateway says something else than the books."), "bad"),
    "gateway.silent": ("warning", _("A gateway did not answer when the books were compared with it."), "bad"),
    "gateway.difference_settled": ("check-circle", _("%(who)s said that a difference at a gateway is settled."), ""),
    "gateway.fields_chosen": ("card", _("%(who)s chose what the payment page asks for."), ""),
    "method.saved": ("card", _("%(who)s of %(customer)s saved %(name)s for later payments."), ""),
    "method.changed": ("card", _("%(who)s of %(customer)s changed the details of %(name)s."), ""),
    "method.removed": ("card", _("%(who)s of %(customer)s removed %(name)s."), ""),
    "gateway.enabled": ("card", _("%(who)s switched a payment gateway on."), ""),
    "gateway.disabled": ("card", _("%(who)s switched a payment gateway off."), ""),
    **activity_of_work.SENTENCES,
}
TOLD = tuple(SENTENCES)

# What is said otherwise of an event that is about nothing but the customer.
OF_CUSTOMER = {
    "details.updated": _("%(who)s changed the details of %(customer)s."),
    "details.undone": _("%(who)s undid a change of the details of %(customer)s."),
    "comment.added": _("%(who)s commented on %(customer)s."),
    "file.uploaded": _("%(who)s of %(customer)s uploaded %(files)s."),
    "file.added": _("%(who)s added %(files)s to the documents of %(customer)s."),
    "file.shared": _("%(who)s shared %(files)s with %(customer)s."),
    "file.withdrawn": _("%(who)s no longer shows %(files)s to %(customer)s."),
    "file.removed": _("%(who)s removed %(files)s of %(customer)s."),
}


def tell(request: OfficeRequest, events: Iterable[Event], *, names: Mapping[int, str] | None = None) -> list[Line]:
    """The events in the reader's language, in the order given.

    `names` are the customers' by id; without them, one query finds them.
    """
    known = [event for event in events if event.name in SENTENCES]
    ids = {event.customer_id for event in known if event.customer_id}
    if names is None:
        names = request.reach.names_of_customers(ids)
    return [_line(request, event, names.get(event.customer_id or 0, "")) for event in known]


def tell_all(
    request: OfficeRequest, events: Sequence[Event], *, also: Mapping[str, tuple[str, Any, str]]
) -> dict[int, str]:
    """What each of the events says, by its id; the sentences of those that no timeline has are in `also`.

    One without any is told by its name, so that nothing is left out. One query finds the customers' names.
    """
    ids = {event.customer_id for event in events if event.customer_id}
    names = request.reach.names_of_customers(ids)
    known = {**also, **SENTENCES}
    return {
        event.id: _line(request, event, names.get(event.customer_id or 0, ""), known).sentence
        if event.name in known
        else event.name
        for event in events
    }


def _line(
    request: OfficeRequest,
    event: Event,
    customer: str,
    sentences: Mapping[str, tuple[str, Any, str]] = SENTENCES,
) -> Line:
    icon, sentence, mood = sentences[event.name]
    organization, language = request.reach.organization, request.reach.language
    values = dict.fromkeys(("name", "number", "email", "was", "now", "portal_name", "payment"), "")
    values |= {key: str(value) for key, value in event.data.items()}
    if event.name.startswith("lock_date."):
        values |= {key: _day(request, value) for key in ("was", "until") if (value := event.data[key])}
    if "minutes" in event.data:
        values["hours"] = format_hours(event.data["minutes"])
    if "worked_on" in event.data:
        values["day"] = _day(request, event.data["worked_on"])
    if event.name == "statement.sent":
        values["period"] = words.period(event, language, organization.date_format)
    if event.subject_kind == "customer":
        sentence = OF_CUSTOMER.get(event.name, sentence)
    values |= {"who": words.named(event.by, language), "customer": customer, "amount": _amount(event, language)}
    values |= {"number": words.number(event, language), "files": words.files(event)}
    when = format_moment(event.at, language, organization.time_zone, organization.date_format)
    return Line(icon, filled(str(sentence), values), when, mood, why(event))


def why(event: Event) -> str:
    """The reason that somebody gave for what they did."""
    return event.reason or str(event.data.get("why", ""))


def _day(request: OfficeRequest, written: str) -> str:
    return format_date(date.fromisoformat(written), request.reach.language, request.reach.organization.date_format)


def _amount(event: Event, language: str) -> str:
    minor = event.data.get("amount_minor", event.data.get("total_minor"))
    if minor is None or "currency" not in event.data:
        return ""
    return format_money(Money(minor, event.data["currency"]), language)
