"""What mails say of documents, payments and accounts: in our words, or in the organization's own where it wrote some.

A letter of a kind that can be written otherwise carries what its placeholders say; the figures, the button and what
closes it stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import mail_templates
from counterfoil.books.organizations.mail_templates import KINDS, Text
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.languages import current

from .stationery import Button, Letter, greeting, one_line

NOTHING = "–"


@dataclass(frozen=True)
class Wording:
    """What we say. `called` names the placeholder that stands where our sentence has another word for it."""

    subject: Any
    paragraphs: Sequence[Any]
    called: Mapping[str, str] = field(default_factory=dict)

    def said(self, values: Mapping[str, str]) -> tuple[str, list[str]]:
        """The subject and the paragraphs with values in their places, in the language that is spoken now."""
        words = {**values, **{ours: values[name] for ours, name in self.called.items()}}
        return str(self.subject) % words, [str(one) % words for one in self.paragraphs]


_IF_PAID = _("If you have paid it meanwhile, thank you; you need not do anything.")
_REMINDED = {"amount": "balance", "day": "due_date"}
STANDARD: dict[str, Wording] = {
    "portal_invitation": Wording(
        _("%(organization)s invites you to its customer portal"),
        (
            _("%(organization)s has opened its customer portal for you, on behalf of %(customer)s."),
            _("There you can see your invoices and payments, and pay online. Accept the invite to choose a password."),
        ),
    ),
    "quote": Wording(
        _("Quote %(number)s from %(organization)s"),
        (_("Here is quote %(number)s for %(amount)s."), "%(answer)s"),
    ),
    "sales_order": Wording(
        _("Sales order %(number)s from %(organization)s"),
        (_("Here is sales order %(number)s for %(amount)s. Thank you for your order."),),
    ),
    "invoice": Wording(
        _("Invoice %(number)s from %(organization)s"),
        (_("Here is invoice %(number)s for %(amount)s. Thank you for your business."),),
    ),
    "retainer_invoice": Wording(
        _("Retainer invoice %(number)s from %(organization)s"),
        (
            _("Here is retainer invoice %(number)s for %(amount)s."),
            _("What you pay on it is held for you and used for your later invoices."),
        ),
    ),
    "credit_note": Wording(
        _("Credit note %(number)s from %(organization)s"),
        (
            _("Here is credit note %(number)s for %(amount)s."),
            _("You need not do anything: we use it for your invoices, or give it back to you."),
        ),
    ),
    "approval_request": Wording(
        _("Timesheet %(number)s from %(organization)s waits for your approval"),
        (
            _("Here is timesheet %(number)s on %(project)s: %(hours)s hours, %(period)s."),
            _("Please approve it in the portal, or say there what is not right."),
        ),
    ),
    "receipt": Wording(
        _("Receipt for your payment of %(amount)s to %(organization)s"),
        (_("Thank you. We have received your payment of %(amount)s."),),
    ),
    "statement": Wording(
        _("Statement of account from %(organization)s, %(period)s"),
        (_("Enclosed is the statement of your account with %(organization)s, %(period)s."),),
    ),
    "reminder": Wording(
        _("Reminder: invoice %(number)s from %(organization)s is overdue"),
        (_("%(amount)s of invoice %(number)s is still to be paid. It was due on %(day)s."), _IF_PAID),
        called=_REMINDED,
    ),
    "reminder_ahead": Wording(
        _("Reminder: invoice %(number)s from %(organization)s is due soon"),
        (_("%(amount)s of invoice %(number)s is to be paid by %(day)s."), _IF_PAID),
        called=_REMINDED,
    ),
}


def letter(
    kind: str,
    values: Mapping[str, str],
    *,
    facts: Sequence[tuple[str, str]] = (),
    button: Button | None = None,
    closing: Sequence[str] = (),
) -> Letter:
    """A letter of a kind of `mail_templates.KINDS`, in our words. `values` are what its placeholders say.

    Who gets it and for which customer is known, and added, when it is queued.
    """
    wording, known = STANDARD[kind], {"customer": "", "person": "", **values}
    subject, paragraphs = wording.said(known)
    return Letter(subject, paragraphs, facts, button, closing, template=kind, values=values)


def standard(kind: str) -> Text:
    """Our words for a kind of mail with its placeholders in them, in the language that is spoken now."""
    subject, paragraphs = STANDARD[kind].said({name: f"{{{name}}}" for name in KINDS[kind].placeholders})
    return Text(subject, "\n\n".join([greeting("{person}"), *paragraphs]))


def in_own_words(letter: Letter, organization: Organization | None, customer: Customer | None, person: str) -> Letter:
    """The letter as the organization wants it said, in the language that is spoken now."""
    text = mail_templates.own(organization.id, letter.template, current()) if organization and letter.template else None
    return told(letter, text, customer.display_name if customer else "", person) if text else letter


def told(letter: Letter, text: Text, customer: str, person: str) -> Letter:
    """The letter with this text instead of ours."""
    subject, paragraphs = text.filled({**letter.values, "customer": customer, "person": one_line(person)})
    return replace(letter, subject=subject, paragraphs=paragraphs, greets=False)
