"""What our mails say. Each function writes one letter in the language that is spoken when it is called.

The letters of documents are in `document_letters`.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from counterfoil.books.accounts.invitations import LIFETIME
from counterfoil.books.conversations.models import Message
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization, StaffInvitation
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.payments import failures
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_date, format_moment
from counterfoil.foundation.languages import current
from counterfoil.foundation.money import Money, format_money

from . import changes, comments, links, patterns, words
from .stationery import Button, Letter
from .wordings import NOTHING, letter

# In which folder of either door each kind of document is.
_PAGES = {
    "quote": "quotes",
    "sales_order": "sales-orders",
    "invoice": "invoices",
    "recurring_invoice": "recurring-invoices",
    "retainer_invoice": "invoices/retainers",
    "credit_note": "credit-notes",
    "payment": "payments",
    "project": "projects",
    "approval": "approvals",
}


def portal_invitation(customer: Customer, organization: Organization) -> Letter:
    """The way into the portal."""
    return letter(
        "portal_invitation",
        {"organization": organization.name, "customer": customer.display_name},
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


def receipt(payment: Payment, event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """Money that arrived, and what it was used for."""
    about = {
        "organization": organization.name,
        "number": payment.number,
        "date": format_date(payment.paid_on, current(), organization.date_format),
        "amount": money(payment.amount_minor, payment.currency),
        "method": payment.method_label or str(payment.get_mode_display()),
    }
    facts = [(_("Receipt"), about["number"]), (_("Paid on"), about["date"]), (_("Method"), about["method"])]
    used = event.data["invoices"]
    paid = Invoice.objects.filter(id__in=[int(one) for one in used]).order_by("due_on", "id")
    facts += [(one.name, money(used[str(one.id)], payment.currency)) for one in paid]
    kept: dict[str, int] = event.data.get("retainers", {})
    retainers = RetainerInvoice.objects.filter(id__in=[int(one) for one in kept]).order_by("due_on", "id")
    facts += [(one.name, money(kept[str(one.id)], payment.currency)) for one in retainers]
    if event.data["credit_minor"]:
        facts.append((_("Kept as credit"), money(event.data["credit_minor"], payment.currency)))
    button = portal_button(contact, _("View receipt"), f"payments/{payment.id}/")
    return letter("receipt", about, facts=facts, button=button)


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
                (_("Open again: %(number)s") % {"number": one.name}, money(one.balance_minor, one.currency))
                for one in open_again
            ),
        ],
        button=portal_button(contact, _("View receipt"), f"payments/{payment.id}/"),
    )


def statement(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """An account over a period. Its figures are in the PDF alone, which is made when the mail goes out."""
    period = words.period(event, current(), organization.date_format)
    path = f"statements/?{patterns.period_of(event).address}"
    button = portal_button(contact, _("View statement"), path) if is_on(organization, "statements") else None
    return letter("statement", {"organization": organization.name, "period": period}, button=button)


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
        button=portal_button(contact, _("Try again"), path),
    )


def reply(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """What the office said to the customer about a document. Raises ValueError for what is internal."""
    line = words.sentence(event, door="portal", reader_language=current())
    path = f"{_PAGES[event.subject_kind]}/{event.subject_id}/#{patterns.CONVERSATION}"
    author = {"who": event.by.name, "organization": organization.name}
    return Letter(
        subject=line.text,
        paragraphs=[_("%(who)s of %(organization)s wrote:") % author, comments.words_of(event)],
        facts=[(_("About"), words.number(event, current()))],
        button=portal_button(contact, _("Read and answer"), path),
        unsubscribing=links.unsubscribing(contact, "reply"),
    )


def shared(event: Event, contact: ContactPerson, organization: Organization) -> Letter:
    """Files that the office put to the account or to a document, and where they are. None of them goes with a mail."""
    line = words.sentence(event, door="portal", reader_language=current())
    is_account = event.subject_kind == "customer"
    path = "documents/" if is_account else f"{_PAGES[event.subject_kind]}/{event.subject_id}/#{patterns.FILES}"
    about = [] if is_account else [(_("About"), words.number(event, current()))]
    return Letter(
        subject=_("%(organization)s shares a document with you") % {"organization": organization.name},
        paragraphs=[line.text],
        facts=about + [(_("Document"), one["name"]) for one in event.data["files"]],
        button=portal_button(contact, _("See it in the portal"), path),
        unsubscribing=links.unsubscribing(contact, "file_shared"),
    )


# What somebody is told that was changed about how they sign in.
CHANGES = {
    "password": gettext_lazy("Your password was changed."),
    "app_added": gettext_lazy("An authenticator app was set up, which is asked for when you sign in."),
    "app_removed": gettext_lazy("The authenticator app is no longer asked for when you sign in."),
    "passkey_added": gettext_lazy("A passkey was added. It signs you in."),
    "passkey_removed": gettext_lazy("A passkey was removed."),
    "codes_made": gettext_lazy("New recovery codes were made. Those that you had open nothing any more."),
}


def sign_in_changed(change: str, *, address: str, time_zone: str, style: str, door_url: str) -> Letter:
    """That something of `CHANGES` was done, from which network address, and what to do if it was somebody else."""
    return Letter(
        subject=_("How you sign in was changed"),
        paragraphs=[str(CHANGES[change]), _("If it was you, you need not do anything.")],
        facts=[
            (_("Time"), f"{format_moment(clock.now(), current(), time_zone, style)} ({time_zone})"),
            (_("From the address"), address or NOTHING),
        ],
        button=Button(_("Sign-in and security"), f"{door_url}account/security/"),
        closing=[
            _("If it was not you: ask for a new password where you sign in, then press Sign out everywhere there."),
        ],
    )


def message(message: Message, customer: Customer, organization: Organization) -> Letter:
    """What somebody of the customer writes to the business, which answers them by answering the mail."""
    person = message.contact
    return Letter(
        subject=message.subject,
        paragraphs=[message.text],
        facts=[
            (
                pgettext("of a mail", "From"),
                f"{person.full_name} <{person.email}>" if person.email else person.full_name,
            ),
            (_("Customer"), customer.display_name),
        ],
        button=Button(_("Open it in the office"), links.office(organization.id, f"customers/{customer.id}/mails/")),
        closing=[_("Answer this mail, and your answer goes to %(name)s.") % {"name": person.full_name}]
        if person.email
        else [],
    )


def office_notice(event: Event, customer: Customer | None) -> Letter:
    """What the office wants to hear of by mail, in the words of its bell."""
    name = customer.display_name if customer else ""
    line = words.sentence(event, door="office", reader_language=current(), customer_name=name)
    paragraphs = [line.text]
    if event.name == "comment.added":
        paragraphs.append(comments.words_of(event))
    if event.name == "review.submitted":
        paragraphs.append(comments.review_of(event))
    if event.name == "approval.rejected":
        paragraphs.append(_("They wrote: “%(words)s”") % {"words": event.data["why"]})
    if event.name == "payment.failed":
        paragraphs.append(
            _("The customer was told: “%(sentence)s”") % {"sentence": failures.sentence(event.data["reason"])}
        )
    return Letter(
        subject=line.text,
        paragraphs=paragraphs,
        facts=_facts(event),
        button=Button(_("Open it in the office"), links.office(event.organization_id, _office_path(line))),
    )


def _facts(event: Event) -> Sequence[tuple[str, str]]:
    if event.name == "details.updated":
        return changes.facts(event)
    if event.name in ("approval.approved", "approval.rejected"):
        return [(_("Period"), words.period(event, current())), (_("Total hours"), event.data["hours"])]
    return ()


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


def portal_button(contact: ContactPerson, label: str, path: str) -> Button | None:
    """A way into the portal, for those who may enter it."""
    address = links.own_portal(contact, path)
    return Button(label, address) if address else None


def money(minor: int, currency: str) -> str:
    """An amount as the language of now writes it."""
    return format_money(Money(minor, currency), current())


def _works_once() -> str:
    return _("The link works once, for %(days)s days.") % {"days": LIFETIME.days}


def _not_expected() -> str:
    return _("If you did not expect this mail, you can ignore it.")
