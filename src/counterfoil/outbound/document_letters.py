"""What the mails of documents say, each in the language that is spoken when it is called."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.projects.models import Approval
from counterfoil.books.sales.models import (
    CreditNote,
    DocumentLink,
    Invoice,
    Quote,
    RetainerInvoice,
    SalesDocument,
    SalesOrder,
)
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_date, format_day_of, format_period
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.languages import current

from . import links, words
from .letters import money, portal_button
from .stationery import Button, Letter
from .wordings import NOTHING, letter


def invoice(invoice: Invoice, link: DocumentLink, organization: Organization) -> Letter:
    """An invoice, as it is when the letter is written, with what opens it."""
    about = _about(invoice, organization) | {"balance": money(invoice.balance_minor, invoice.currency)}
    about["due_date"] = _day(invoice.due_on, organization)
    facts = [(_("Invoice"), invoice.name), (_("Amount"), about["amount"])]
    if invoice.balance_minor != invoice.total_minor:
        facts.append((_("Balance due"), about["balance"]))
    facts.append((_("Due date"), about["due_date"]))
    closing = [_opens_without_password(link, organization)]
    if invoice.is_opening:
        return Letter(
            subject=_("Opening balance of your account with %(organization)s") % about,
            paragraphs=[_("Here is what was still to be paid when we opened your account: %(amount)s.") % about],
            facts=facts[1:],
            button=Button(_("View opening balance"), links.document(organization.id)),
            closing=closing,
        )
    button = Button(_("View invoice"), links.document(organization.id))
    return letter("invoice", about, facts=facts, button=button, closing=closing)


def retainer_invoice(retainer: RetainerInvoice, link: DocumentLink, organization: Organization) -> Letter:
    """A retainer invoice, as it is when the letter is written, with what opens it."""
    about = _about(retainer, organization) | {"due_date": _day(retainer.due, organization)}
    facts = [(_("Retainer invoice"), retainer.name), (_("Amount"), about["amount"])]
    if retainer.due:
        facts.append((_("Due date"), about["due_date"]))
    return letter(
        "retainer_invoice",
        about,
        facts=facts,
        button=Button(_("View retainer invoice"), links.document(organization.id)),
        closing=[_opens_without_password(link, organization)],
    )


def reminder(invoice: Invoice, event: Event, link: DocumentLink, organization: Organization) -> Letter:
    """That an invoice is overdue, or will be due soon, as it was when somebody was to be reminded of it."""
    due_on = _day(date.fromisoformat(event.data["due_on"]), organization)
    about = _about(invoice, organization) | {"balance": words.amount(event, current()), "due_date": due_on}
    facts = [(_("Balance due"), about["balance"]), (_("Due date"), due_on)]
    closing = [_opens_without_password(link, organization)]
    if invoice.is_opening:
        told = {"organization": organization.name, "amount": about["balance"], "day": due_on}
        return Letter(
            subject=_("Reminder: your opening balance with %(organization)s") % told,
            paragraphs=[
                _("Of your opening balance %(amount)s is still to be paid. It was due on %(day)s.") % told,
                _("If you have paid it meanwhile, thank you; you need not do anything."),
            ],
            facts=facts,
            button=Button(_("View opening balance"), links.document(organization.id)),
            closing=closing,
        )
    kind = "reminder" if event.data["is_overdue"] else "reminder_ahead"
    button = Button(_("View invoice"), links.document(organization.id))
    return letter(kind, about, facts=facts, button=button, closing=closing)


def quote(quote: Quote, contact: ContactPerson, organization: Organization) -> Letter:
    """A quote, as it is when the letter is written, with the way to decide it for who may enter the portal."""
    about = _about(quote, organization) | {"expiry_date": _day(quote.expires, organization)}
    facts = [(_("Quote"), quote.name), (_("Amount"), about["amount"])]
    if quote.expires:
        facts.append((_("Valid until"), about["expiry_date"]))
    button = portal_button(contact, _("View quote"), f"quotes/{quote.id}/")
    how = _("Accept or decline it in the portal.") if button else _("Answer this mail to accept or decline it.")
    return letter("quote", about | {"answer": how}, facts=facts, button=button)


def forwarded(document: SalesDocument, event: Event, link: DocumentLink, organization: Organization) -> Letter:
    """A document that somebody at the customer passed on, with what opens it to be read."""
    about = {"who": event.by.name, **_about(document, organization)}
    return Letter(
        subject=_("%(who)s forwards you %(number)s of %(organization)s") % about,
        paragraphs=[_("%(who)s passes %(number)s of %(organization)s on to you, for %(amount)s.") % about],
        facts=[(_("Number"), document.name), (_("Amount"), about["amount"])],
        button=Button(_("Read it"), links.document(organization.id)),
        closing=[_opens_without_password(link, organization)],
    )


def credit_note(note: CreditNote, contact: ContactPerson, organization: Organization) -> Letter:
    """A credit note, as it is when the letter is written, with the way to it for who may enter the portal."""
    about = _about(note, organization) | {"credit": money(note.balance_minor, note.currency)}
    facts = [(_("Credit note"), note.name), (_("Amount"), about["amount"])]
    if note.balance_minor != note.total_minor:
        facts.append((_("Left as credit"), about["credit"]))
    button = portal_button(contact, _("View credit note"), f"credit-notes/{note.id}/")
    return letter("credit_note", about, facts=facts, button=button)


def sales_order(order: SalesOrder, contact: ContactPerson, organization: Organization) -> Letter:
    """A sales order, as it is when the letter is written; the portal shows it where the business wants that."""
    about = _about(order, organization)
    is_shown = is_on(organization, "sales_orders")
    button = portal_button(contact, _("View sales order"), f"sales-orders/{order.id}/") if is_shown else None
    facts = [(_("Sales order"), order.name), (_("Amount"), about["amount"])]
    return letter("sales_order", about, facts=facts, button=button)


def approval_request(approval: Approval, contact: ContactPerson, organization: Organization) -> Letter:
    """Hours that the customer is asked to approve, with the way to do so for who may enter the portal."""
    period = format_period(approval.first, approval.last, current(), organization.date_format)
    about = {
        "organization": organization.name,
        "number": approval.name or NOTHING,
        "project": approval.project.name,
        "period": period,
        "hours": format_hours(approval.minutes),
    }
    facts = [(_("Project"), about["project"]), (_("Period"), period), (_("Total hours"), about["hours"])]
    button = portal_button(contact, _("Review timesheet"), f"approvals/{approval.id}/")
    return letter("approval_request", about, facts=facts, button=button)


def _about(document: Any, organization: Organization) -> dict[str, str]:
    """What the placeholders of every document say."""
    return {
        "organization": organization.name,
        "number": document.name,
        "order_number": document.order_number or NOTHING,
        "date": _day(document.dated, organization),
        "amount": money(document.total_minor, document.currency),
    }


def _day(day: date | None, organization: Organization) -> str:
    return format_date(day, current(), organization.date_format) if day else NOTHING


def _opens_without_password(link: DocumentLink, organization: Organization) -> str:
    until = format_day_of(link.expires_at, current(), organization.time_zone, organization.date_format)
    sentence = _("Until %(day)s the link opens this one document, without a password, for whoever has this mail.")
    return sentence % {"day": until}
