"""What our mails say. Each function writes one letter in the language that is spoken when it is called."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.accounts.invitations import LIFETIME
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization, StaffInvitation
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.payments import failures
from counterfoil.books.payments.models import Payment
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
from counterfoil.foundation.formats import format_date, format_day_of
from counterfoil.foundation.languages import current
from counterfoil.foundation.money import Money, format_money

from . import changes, comments, links, words
from .stationery import Button, Letter

# In which folder of either door each kind of document is.
_PAGES = {
    "quote": "quotes",
    "sales_order": "sales-orders",
    "invoice": "invoices",
    "recurring_invoice": "recurring-invoices",
    "retainer_invoice": "invoices/retainers",
    "credit_note": "credit-notes",
    "payment": "payments",
}


def portal_invitation(customer: Customer, organization: Organization) -> Letter:
    """The way into the portal."""
    names = {"organization": organization.name, "customer": customer.display_name}
    return Letter(
        subject=_("%(organization)s invites you to its customer portal") % names,
        paragraphs=[
            _("%(organization)s has opened its customer portal for you, on behalf of %(customer)s.") % names,
            _("There you can see your invoices and payments, and pay online. Accept the invite to choose a password."),
        ],
        button=Button(_("Accept invite"), links.portal(organization.id, f"invitation/{links.OPENER}/")),
        closing=[_works_once(), _not_expected()],
    )


def staff_invitation(invitation: StaffInvitation, organization: Organization) -> Letter:
    """The way into the office."""
    return Letter(
        subject=_("%(organization)s invites you to its office") % {"organization": organization.name},
        paragraphs=[
            _("%(organization)s keeps its invoices and payments with Counterfoil and has invited you to work there.")
            % {"organization": organization.name},
        ],
        facts=[(_("Your role"), str(invitation.member.get_role_display()))],
        button=Button(_("Accept invite"), links.staff_invitation()),
        closing=[_works_once(), _not_expected()],
    )


def password_reset(door_url: str) -> Letter:
    """A new password for who forgot theirs."""
    return Letter(
        subject=_("Choose a new password"),
        paragraphs=[_("Somebody, probably you, asked for a new password for this address.")],
        button=Button(_("Choose a new password"), f"{door_url}account/password/reset/key/{links.OPENER}/"),
        closing=[_("If it was not you, you need not do anything. Your password stays as it is.")],
    )


def sign_in_link(door_url: str) -> Letter:
    """What signs in without a password, once."""
    return Letter(
        subject=_("Your link to sign in"),
        paragraphs=[_("Somebody, probably you, asked for a link to sign in with this address.")],
        button=Button(_("Sign in"), f"{door_url}account/login/link/{links.OPENER}/"),
        closing=[
            _("It works once, for twenty minutes. Don't pass it on: whoever has it can sign in as you."),
            _("If it was not you, you need not do anything."),
        ],
    )


def invoice(invoice: Invoice, link: DocumentLink, organization: Organization) -> Letter:
    """An invoice, as it is when the letter is written, with what opens it."""
    total = _money(invoice.total_minor, invoice.currency)
    balance = _money(invoice.balance_minor, invoice.currency)
    about = {"number": invoice.name, "organization": organization.name, "amount": total}
    facts = [(_("Invoice"), invoice.name), (_("Amount"), total)]
    if invoice.balance_minor != invoice.total_minor:
        facts.append((_("Balance due"), balance))
    facts.append((_("Due date"), format_date(invoice.due_on, current(), organization.date_format)))
    if invoice.is_opening:
        return Letter(
            subject=_("Opening balance of your account with %(organization)s") % about,
            paragraphs=[_("Here is what was still to be paid when we opened your account: %(amount)s.") % about],
            facts=facts[1:],
            button=Button(_("View opening balance"), links.document(organization.id)),
            closing=[_opens_without_password(link, organization)],
        )
    return Letter(
        subject=_("Invoice %(number)s from %(organization)s") % about,
        paragraphs=[_("Here is invoice %(number)s for %(amount)s. Thank you for your business.") % about],
        facts=facts,
        button=Button(_("View invoice"), links.document(organization.id)),
        closing=[_opens_without_password(link, organization)],
    )


def retainer_invoice(retainer: RetainerInvoice, link: DocumentLink, organization: Organization) -> Letter:
    """A retainer invoice, as it is when the letter is written, with what opens it."""
    total = _money(retainer.total_minor, retainer.currency)
    about = {"number": retainer.name, "organization": organization.name, "amount": total}
    facts = [(_("Retainer invoice"), retainer.name), (_("Amount"), total)]
    if retainer.due:
        facts.append((_("Due date"), format_date(retainer.due, current(), organization.date_format)))
    return Letter(
        subject=_("Retainer invoice %(number)s from %(organization)s") % about,
        paragraphs=[
            _("Here is retainer invoice %(number)s for %(amount)s.") % about,
            _("What you pay on it is held for you and used for your later invoices."),
        ],
        facts=facts,
        button=Button(_("View retainer invoice"), links.document(organization.id)),
        closing=[_opens_without_password(link, organization)],
    )


def reminder(invoice: Invoice, event: Event, link: DocumentLink, organization: Organization) -> Letter:
    """That an invoice is overdue, or will be due soon, as it was when somebody was to be reminded of it."""
    due_on = format_date(date.fromisoformat(event.data["due_on"]), current(), organization.date_format)
    amount = words.amount(event, current())
    about = {"number": invoice.name, "organization": organization.name, "amount": amount, "day": due_on}
    if invoice.is_opening:
        subject = _("Reminder: your opening balance with %(organization)s") % about
        said = _("Of your opening balance %(amount)s is still to be paid. It was due on %(day)s.") % about
    elif event.data["is_overdue"]:
        subject = _("Reminder: invoice %(number)s from %(organization)s is overdue") % about
        said = _("%(amount)s of invoice %(number)s is still to be paid. It was due on %(day)s.") % about
    else:
        subject = _("Reminder: invoice %(number)s from %(organization)s is due soon") % about
        said = _("%(amount)s of invoice %(number)s is to be paid by %(day)s.") % about
    return Letter(
        subject=subject,
        paragraphs=[said, _("If you have paid it meanwhile, thank you; you need not do anything.")],
        facts=[(_("Balance due"), amount), (_("Due date"), due_on)],
        button=Button(
            _("View opening balance") if invoice.is_opening else _("View invoice"), links.document(organization.id)
        ),
        closing=[_opens_without_password(link, organization)],
    )


def quote(quote: Quote, contact: ContactPerson, organization: Organization) -> Letter:
    """A quote, as it is when the letter is written, with the way to decide it for who may enter the portal."""
    about = {
        "number": quote.name,
        "organization": organization.name,
        "amount": _money(quote.total_minor, quote.currency),
    }
    facts = [(_("Quote"), quote.name), (_("Amount"), about["amount"])]
    if quote.expires:
        facts.append((_("Valid until"), format_date(quote.expires, current(), organization.date_format)))
    button = _portal_button(contact, _("View quote"), f"quotes/{quote.id}/")
    how = _("Accept or decline it in the portal.") if button else _("Answer this mail to accept or decline it.")
    return Letter(
        subject=_("Quote %(number)s from %(organization)s") % about,
        paragraphs=[_("Here is quote %(number)s for %(amount)s.") % about, how],
        facts=facts,
        button=button,
    )


def forwarded(document: SalesDocument, event: Event, link: DocumentLink, organization: Organization) -> Letter:
    """A document that somebody at the customer passed on, with what opens it to be read."""
    about = {
        "who": event.by.name,
        "number": document.name,
        "organization": organization.name,
        "amount": _money(document.total_minor, document.currency),
    }
    return Letter(
        subject=_("%(who)s forwards you %(number)s of %(organization)s") % about,
        paragraphs=[_("%(who)s passes %(number)s of %(organization)s on to you, for %(amount)s.") % about],
        facts=[(_("Number"), document.name), (_("Amount"), about["amount"])],
        button=Button(_("Read it"), links.document(organization.id)),
        closing=[_opens_without_password(link, organization)],
    )


def credit_note(note: CreditNote, contact: ContactPerson, organization: Organization) -> Letter:
    """A credit note, as it is when the letter is written, with the way to it for who may enter the portal."""
    total = _money(note.total_minor, note.currency)
    about = {"number": note.name, "organization": organization.name, "amount": total}
    facts = [(_("Credit note"), note.name), (_("Amount"), total)]
    if note.balance_minor != note.total_minor:
        facts.append((_("Left as credit"), _money(note.balance_minor, note.currency)))
    return Letter(
        subject=_("Credit note %(number)s from %(organization)s") % about,
        paragraphs=[
            _("Here is credit note %(number)s for %(amount)s.") % about,
            _("You need not do anything: we use it for your invoices, or give it back to you."),
        ],
        facts=facts,
        button=_portal_button(contact, _("View credit note"), f"credit-notes/{note.id}/"),
    )


def sales_order(order: SalesOrder, contact: ContactPerson, organization: Organization) -> Letter:
    """A sales order, as it is when the letter is written; the portal shows it where the business wants that."""
    about = {
        "number": order.name,
        "organization": organization.name,
        "amount": _money(order.total_minor, order.currency),
    }
    is_shown = is_on(organization, "sales_orders")
    return Letter(
        subject=_("Sales order %(number)s from %(organization)s") % about,
        paragraphs=[_("Here is sales order %(number)s for %(amount)s. Thank you for your order.") % about],
        facts=[(_("Sales order"), order.name), (_("Amount"), about["amount"])],
        button=_portal_button(contact, _("View sales order"), f"sales-orders/{order.id}/") if is_shown else None,
    )


def receipt(payment: Payment, event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """Money that arrived, and what it was used for."""
    about = {"amount": _money(payment.amount_minor, payment.currency), "organization": organization.name}
    facts = [
        (_("Receipt"), payment.number),
        (_("Paid on"), format_date(payment.paid_on, current(), organization.date_format)),
        (_("Method"), payment.method_label or str(payment.get_mode_display())),
    ]
    used = event.data["invoices"]
    paid = Invoice.objects.filter(id__in=[int(one) for one in used]).order_by("due_on", "id")
    facts += [(one.name, _money(used[str(one.id)], payment.currency)) for one in paid]
    kept: dict[str, int] = event.data.get("retainers", {})
    retainers = RetainerInvoice.objects.filter(id__in=[int(one) for one in kept]).order_by("due_on", "id")
    facts += [(one.name, _money(kept[str(one.id)], payment.currency)) for one in retainers]
    if event.data["credit_minor"]:
        facts.append((_("Kept as credit"), _money(event.data["credit_minor"], payment.currency)))
    return Letter(
        subject=_("Receipt for your payment of %(amount)s to %(organization)s") % about,
        paragraphs=[_("Thank you. We have received your payment of %(amount)s.") % about],
        facts=facts,
        button=_portal_button(contact, _("View receipt"), f"payments/{payment.id}/"),
    )


def refund(payment: Payment, event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """Money that goes back, and the invoices that are open again because of it."""
    about = {"amount": words.amount(event, current()), "organization": organization.name}
    ids = [int(one) for one in event.data["invoices"]]
    open_again = Invoice.objects.filter(id__in=ids, balance_minor__gt=0).order_by("due_on", "id")
    return Letter(
        subject=_("%(organization)s refunds %(amount)s") % about,
        paragraphs=[_("%(amount)s of your payment goes back to you.") % about],
        facts=[
            (_("Receipt"), payment.number),
            (_("Paid with"), payment.method_label or str(payment.get_mode_display())),
            *(
                (_("Open again: %(number)s") % {"number": one.name}, _money(one.balance_minor, one.currency))
                for one in open_again
            ),
        ],
        button=_portal_button(contact, _("View receipt"), f"payments/{payment.id}/"),
    )


def statement(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """An account over a period. Its figures are in the PDF alone, which is made when the mail goes out."""
    period = words.period(event, current(), organization.date_format)
    about = {"organization": organization.name, "period": period}
    path = f"statements/?{words.period_of(event).address}"
    is_in_portal = is_on(organization, "statements")
    return Letter(
        subject=_("Statement of account from %(organization)s, %(period)s") % about,
        paragraphs=[_("Enclosed is the statement of your account with %(organization)s, %(period)s.") % about],
        button=_portal_button(contact, _("View statement"), path) if is_in_portal else None,
    )


def payment_failed(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """Money that did not move, and what to do next."""
    ids = [int(one) for one in event.data.get("invoice_ids", [])]
    unpaid: list[Any] = list(Invoice.objects.filter(id__in=ids).order_by("due_on", "id"))
    retainer_ids = [int(one) for one in event.data.get("retainer_ids", [])]
    unpaid += RetainerInvoice.objects.filter(id__in=retainer_ids)
    amount = {"amount": words.amount(event, current()), "organization": organization.name}
    path = f"invoices/{ids[0]}/" if len(ids) == 1 else "invoices/"
    if retainer_ids:
        path = f"{_PAGES['retainer_invoice']}/{retainer_ids[0]}/"
    return Letter(
        subject=_("Your payment of %(amount)s to %(organization)s did not go through") % amount,
        paragraphs=[
            _("Your payment of %(amount)s did not go through.") % amount,
            str(failures.sentence(event.data["reason"])),
        ],
        facts=[(_("Invoice"), one.name) for one in unpaid],
        button=_portal_button(contact, _("Try again"), path),
    )


def reply(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """What the office said to the customer about a document. Raises ValueError for what is internal."""
    line = words.sentence(event, door="portal", reader_language=current())
    path = f"{_PAGES[event.subject_kind]}/{event.subject_id}/#{words.CONVERSATION}"
    author = {"who": event.by.name, "organization": organization.name}
    return Letter(
        subject=line.text,
        paragraphs=[_("%(who)s of %(organization)s wrote:") % author, comments.words_of(event)],
        facts=[(_("About"), words.number(event, current()))],
        button=_portal_button(contact, _("Read and answer"), path),
        unsubscribing=links.unsubscribing(contact, "reply"),
    )


def shared(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """Files that the office put to the account or to a document, and where they are. None of them goes with a mail."""
    line = words.sentence(event, door="portal", reader_language=current())
    is_account = event.subject_kind == "customer"
    path = "documents/" if is_account else f"{_PAGES[event.subject_kind]}/{event.subject_id}/#{words.FILES}"
    about = [] if is_account else [(_("About"), words.number(event, current()))]
    return Letter(
        subject=_("%(organization)s shares a document with you") % {"organization": organization.name},
        paragraphs=[line.text],
        facts=about + [(_("Document"), one["name"]) for one in event.data["files"]],
        button=_portal_button(contact, _("See it in the portal"), path),
        unsubscribing=links.unsubscribing(contact, "file_shared"),
    )


def office_notice(event: Event, customer: Customer | None) -> Letter:
    """What the office wants to hear of by mail, in the words of its bell."""
    name = customer.display_name if customer else ""
    line = words.sentence(event, door="office", reader_language=current(), customer_name=name)
    paragraphs = [line.text]
    if event.name == "comment.added":
        paragraphs.append(comments.words_of(event))
    if event.name == "payment.failed":
        paragraphs.append(
            _("The customer was told: “%(sentence)s”") % {"sentence": failures.sentence(event.data["reason"])}
        )
    return Letter(
        subject=line.text,
        paragraphs=paragraphs,
        facts=changes.facts(event) if event.name == "details.updated" else (),
        button=Button(_("Open it in the office"), links.office(event.organization_id, _office_path(line))),
    )


def _office_path(line: words.Line) -> str:
    route, arguments = line.target
    page = {
        "customer": "customers",
        "customer_changes": "customers",
        "customer_comments": "customers",
        "customer_files": "customers",
        "report_gateways": "reports/gateways",
    }.get(route, _PAGES.get(route, route))
    below = {
        "customer_changes": ["changes"],
        "customer_comments": ["comments"],
        "customer_files": ["documents"],
    }.get(route, [])
    return "/".join([page, *map(str, arguments), *below]) + "/" + (f"#{line.place}" if line.place else "")


def _portal_button(contact: ContactPerson, label: str, path: str) -> Button | None:
    """A way into the portal, for those who may enter it."""
    if contact.access != ContactPerson.Access.ENABLED:
        return None
    return Button(label, links.portal(contact.organization_id, f"{contact.customer_id}/{path}"))


def _money(minor: int, currency: str) -> str:
    return format_money(Money(minor, currency), current())


def _opens_without_password(link: DocumentLink, organization: Organization) -> str:
    until = format_day_of(link.expires_at, current(), organization.time_zone, organization.date_format)
    sentence = _("Until %(day)s the link opens this one document, without a password, for whoever has this mail.")
    return sentence % {"day": until}


def _works_once() -> str:
    return _("The link works once, for %(days)s days.") % {"days": LIFETIME.days}


def _not_expected() -> str:
    return _("If you did not expect this mail, you can leave it unanswered.")
