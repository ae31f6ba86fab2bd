"""What an organization says in its mails in its own words: for each kind of mail and language a subject and a text.

Placeholders stand in curly brackets and are replaced once, as text: nothing else that is typed means anything.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from counterfoil.foundation import languages
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import MailTemplate, Organization

LONGEST_SUBJECT, LONGEST_BODY = 200, 5_000

# What each placeholder says. Every kind of mail has the first three.
PLACEHOLDERS: dict[str, Any] = {
    "organization": _("The name of your organization"),
    "customer": _("The customer's name"),
    "person": _("The name of whoever gets the mail"),
    "number": _("The number"),
    "order_number": _("The order number, or – where there is none"),
    "date": _("The date of the document"),
    "amount": _("The total amount"),
    "balance": _("What is still to be paid"),
    "due_date": _("The due date, or – where there is none"),
    "expiry_date": _("Until when the quote is valid, or – where it has no end"),
    "answer": _("How to accept or decline: in the portal, or by answering the mail"),
    "credit": _("What is left as credit"),
    "method": _("How it was paid"),
    "period": _("The period, from its first day to its last"),
    "project": _("The project's name"),
    "hours": _("The total hours"),
}
_ALWAYS = ("organization", "customer", "person")


@dataclass(frozen=True)
class Kind:
    """A kind of mail whose text an organization can write itself."""

    key: str
    label: Any
    explanation: Any
    own_placeholders: tuple[str, ...] = ()

    @property
    def placeholders(self) -> dict[str, Any]:
        """Those that this mail knows: what each says, by name."""
        return {name: PLACEHOLDERS[name] for name in (*_ALWAYS, *self.own_placeholders)}


KINDS = {
    kind.key: kind
    for kind in (
        Kind("portal_invitation", _("Portal invitation"), _("When a contact person is invited to the portal.")),
        Kind(
            "quote",
            _("Quote"),
            _("When a quote is sent."),
            ("number", "order_number", "date", "amount", "expiry_date", "answer"),
        ),
        Kind(
            "sales_order",
            _("Sales order"),
            _("When a sales order is sent."),
            ("number", "order_number", "date", "amount"),
        ),
        Kind(
            "invoice",
            _("Invoice"),
            _("When an invoice is sent."),
            ("number", "order_number", "date", "amount", "balance", "due_date"),
        ),
        Kind(
            "retainer_invoice",
            _("Retainer invoice"),
            _("When a retainer invoice is sent."),
            ("number", "order_number", "date", "amount", "due_date"),
        ),
        Kind(
            "credit_note",
            _("Credit note"),
            _("When a credit note is sent."),
            ("number", "order_number", "date", "amount", "credit"),
        ),
        Kind(
            "receipt",
            _("Payment receipt"),
            _("When a payment arrived or was recorded."),
            ("number", "date", "amount", "method"),
        ),
        Kind(
            "approval_request",
            _("Approval request"),
            _("When a customer is asked to approve a timesheet."),
            ("number", "project", "period", "hours"),
        ),
        Kind("statement", _("Statement"), _("When a statement is mailed."), ("period",)),
        Kind(
            "reminder",
            _("Overdue reminder"),
            _("When a customer is reminded of an overdue invoice."),
            ("number", "order_number", "date", "amount", "balance", "due_date"),
        ),
        Kind(
            "reminder_ahead",
            _("Reminder ahead of time"),
            _("When a customer is reminded of an invoice before its due date."),
            ("number", "order_number", "date", "amount", "balance", "due_date"),
        ),
    )
}
_IN_BRACKETS = re.compile(r"\{+[^{}\n]*\}+")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Text:
    """What a mail says: its subject, and paragraphs with an empty line between them. Both may have placeholders."""

    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, list[str]]:
        """The subject and the paragraphs with values in their places. What a value says is never read again."""
        subject, body = (
            _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text) for text in (self.subject, self.body)
        )
        return subject, [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]


def own(organization_id: int, kind: str, language: str) -> Text | None:
    """The organization's own text of a kind of mail in a language; None where it says what we say."""
    rows = MailTemplate.objects.filter(organization_id=organization_id, kind=kind, language=language, is_used=True)
    row = rows.first()
    return Text(row.subject, row.body) if row else None


@transaction.atomic
def change(organization: Organization, text: Text, *, kind: str, language: str, revision: int, by: Actor) -> None:
    """Say it so from now on. `revision` is that of the text which was seen, 0 where there was none of its own.

    Raises Refused: NOT_ALLOWED, TEMPLATE_CHANGED, and what `sound` raises.
    """
    row = _lock(organization, kind, language, by)
    text = sound(text, kind)
    if row.revision != revision:
        raise Refused(
            "TEMPLATE_CHANGED",
            _("Somebody changed this text after you opened it. Copy what you wrote, and open the page again."),
        )
    _write(row, {**asdict(text), "is_used": True}, by)


@transaction.atomic
def use_standard(organization: Organization, *, kind: str, language: str, by: Actor) -> None:
    """Say what we say again; their own text is put aside. Raises Refused: NOT_ALLOWED."""
    row = _lock(organization, kind, language, by)
    if row.revision:
        _write(row, {"is_used": False}, by)


@transaction.atomic
def use_own(organization: Organization, *, kind: str, language: str, by: Actor) -> None:
    """Say it in their own words again, as they were put aside. Raises Refused: NOT_ALLOWED."""
    row = _lock(organization, kind, language, by)
    if row.revision:
        _write(row, {"is_used": True}, by)


def sound(text: Text, kind: str) -> Text:
    """The text as it is kept.

    Raises Refused: SUBJECT_MISSING, SUBJECT_ONE_LINE, SUBJECT_TOO_LONG, BODY_MISSING, BODY_TOO_LONG,
    UNKNOWN_PLACEHOLDER, STRAY_BRACKET.
    """
    subject, body = text.subject.strip(), _tidied(text.body)
    if not subject:
        raise Refused("SUBJECT_MISSING", _("Write a subject."), field="subject")
    if any(unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cs") for one in subject):
        raise Refused("SUBJECT_ONE_LINE", _("A subject is one line."), field="subject")
    if len(subject) > LONGEST_SUBJECT:
        raise Refused("SUBJECT_TOO_LONG", _("A subject has at most 200 characters."), field="subject")
    if not body:
        raise Refused("BODY_MISSING", _("Write what the mail says."), field="body")
    if len(body) > LONGEST_BODY:
        raise Refused("BODY_TOO_LONG", _("Please say it in at most 5,000 characters."), field="body")
    for name, typed in (("subject", subject), ("body", body)):
        _must_know_its_placeholders(typed, kind, field=name)
    return Text(subject, body)


def _must_know_its_placeholders(typed: str, kind: str, *, field: str) -> None:
    known = {f"{{{name}}}" for name in KINDS[kind].placeholders}
    found = dict.fromkeys(_IN_BRACKETS.findall(typed))
    if unknown := [one for one in found if one not in known]:
        raise Refused(
            "UNKNOWN_PLACEHOLDER",
            ngettext_lazy(
                "This mail has no placeholder %(names)s. Take one from the list.",
                "This mail has no placeholders %(names)s. Take them from the list.",
                len(unknown),
            )
            % {"names": ", ".join(unknown)},
            field=field,
        )
    if any(bracket in _IN_BRACKETS.sub("", typed) for bracket in "{}"):
        raise Refused(
            "STRAY_BRACKET",
            _("A curly bracket stands alone. A placeholder has one before it and one after it: {customer}."),
            field=field,
        )


def _tidied(text: str) -> str:
    """With line breaks of one kind, and without characters that are not seen but do something."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs")).strip()


def _lock(organization: Organization, kind: str, language: str, by: Actor) -> MailTemplate:
    """Their text, locked with the organization; a fresh row, of revision 0, where they have none."""
    Organization.objects.select_for_update().only("id").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    which = {"organization": organization, "kind": KINDS[kind].key, "language": languages.known(language)}
    return MailTemplate.objects.filter(**which).first() or MailTemplate(**which)


def _write(row: MailTemplate, values: Mapping[str, Any], by: Actor) -> None:
    """Store what is different and record it. The same again is no change."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed and row.revision:
        return
    told = {name: {"was": getattr(row, name), "now": value} for name, value in changed.items()}
    for name, value in changed.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    record(
        "organization.mail_template_changed",
        row.organization,
        by=by,
        audience="office",
        template=row.kind,
        language=row.language,
        changed=told,
    )
