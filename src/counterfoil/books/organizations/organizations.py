"""What can be done with an organization: found it, and change what it is called, looks like and says of itself."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.accounts.models import User
from counterfoil.foundation import clock, formats, languages, money
from counterfoil.foundation.actors import SYSTEM, Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import ibans, locked_details, modules, numbering, portal_names, signing_keys
from .models import NumberSeries, Organization, Role, StaffMember, WhatAQuoteBecomes
from .tax_numbers import tax_number


@dataclass(frozen=True, kw_only=True)
class Details:
    """What an organization says of itself.

    `country` has two letters, `currency` three; `fiscal_year_start` is a month from 1 to 12.
    """

    name: str
    email: str
    currency: str
    street: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    website: str = ""
    tax_id: str = ""
    time_zone: str = "UTC"
    language: str = "en"
    date_format: str = "medium"
    fiscal_year_start: int = 1


@dataclass(frozen=True, kw_only=True)
class Founder:
    """Who owns a new organization. The password's hash (`passwords.encoded`) is used if there is no account yet.

    `account_id` names the account that this person has shown to be theirs, by its password.
    """

    name: str
    email: str
    password_hash: str = ""
    language: str = "en"
    account_id: int | None = None


@dataclass(frozen=True)
class Logo:
    """A picture that was made harmless; no data takes the logo away."""

    data: bytes = b""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class BankDetails:
    """Where customers send money by bank transfer. `account` may be an IBAN, `code` a BIC or sort code."""

    holder: str = ""
    bank: str = ""
    account: str = ""
    code: str = ""


MOST_REMINDERS, FURTHEST_REMINDER = 10, 365  # of one invoice, and in days from its due date
ACCEPTED_QUOTE_BECOMES = WhatAQuoteBecomes.choices
DETAIL_FIELDS = tuple(field.name for field in fields(Details))
BANK_FIELDS = {"holder": "bank_holder", "bank": "bank_name", "account": "bank_account", "code": "bank_code"}


@transaction.atomic
def found(
    details: Details,
    founder: Founder,
    *,
    portal_name: str = "",
    sample_of: Organization | None = None,
    by: Actor = SYSTEM,
) -> Organization:
    """Make an organization with its owner, portal name and number series. Only the installation itself may.

    With `sample_of` it is that one's sample data, from its first moment on. Raises Refused: NOT_ALLOWED, ACCOUNT_EXISTS
    (and is not shown to be the founder's), and as `change_details` and `portal_names.give_first`.
    """
    if by.kind != "system":
        raise Refused("NOT_ALLOWED", _("Your role doesn't allow this. Ask an owner."))
    _must_make_sense(details)
    organization = Organization.objects.create(
        **asdict(details), sample_of=sample_of, modules=modules.switched({}), made_at=clock.now()
    )
    portal_names.give_first(organization, wished=portal_name)
    numbering.open_series(organization)
    owner = _make_owner(organization, founder)
    record("organization.founded", organization, by=by, audience="office", name=details.name, owner_id=str(owner.id))
    return organization


@transaction.atomic
def change_details(organization: Organization, details: Details, *, revision: int, by: Actor) -> Organization:
    """Change what the organization says of itself.

    Raises Refused: ORGANIZATION_CHANGED, NAME_MISSING, TIME_ZONE, CURRENCY_FIXED (a document has a number already).
    """
    organization = lock(organization, revision, by)
    _must_make_sense(details)
    if details.currency != organization.currency and _has_numbered(organization):
        raise Refused(
            "CURRENCY_FIXED",
            _("The base currency can't change any more: documents were already issued in it."),
            field="currency",
        )
    return _write(organization, asdict(details), by=by, part="details")


@transaction.atomic
def change_look(
    organization: Organization, *, brand_colour: str, logo: Logo | None = None, revision: int, by: Actor
) -> Organization:
    """Change the colour (six hexadecimal digits) and, where one is given, the logo, which `safe_logo` has made.

    Raises Refused: ORGANIZATION_CHANGED, COLOUR.
    """
    organization = lock(organization, revision, by)
    colour = brand_colour.strip().removeprefix("#").lower()
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise Refused(
            "COLOUR", _("Write the colour as six digits from 0 to 9 and A to F, such as 17616F."), field="brand_colour"
        )
    values: dict[str, Any] = {"brand_colour": colour}
    if logo is not None:
        digest = sha256(logo.data).hexdigest()[:32] if logo.data else ""
        values |= {"logo": logo.data, "logo_kind": logo.kind, "logo_digest": digest}
    return _write(organization, values, by=by, part="look")


@transaction.atomic
def change_portal(
    organization: Organization,
    *,
    portal_name: str,
    banner: str,
    switches: Mapping[str, bool],
    revision: int,
    by: Actor,
) -> Organization:
    """Change where the portal is, what it says at its top, and which modules customers see (key → on).

    Raises Refused: ORGANIZATION_CHANGED, and as `portal_names.change`.
    """
    organization = lock(organization, revision, by)
    if portal_names.change(organization, portal_name):
        record("organization.portal_renamed", organization, by=by, audience="office", portal_name=portal_name)
    return _write(organization, {"banner": banner.strip(), "modules": modules.switched(switches)}, by=by, part="portal")


@transaction.atomic
def ask_for_two_steps(
    organization: Organization, *, customers: bool, staff: bool, revision: int, by: Actor
) -> Organization:
    """Say whether customers, and whether staff, have to sign in in two steps.

    Raises Refused: ORGANIZATION_CHANGED.
    """
    organization = lock(organization, revision, by)
    values = {"two_step_for_customers": customers, "two_step_for_staff": staff}
    return _write(organization, values, by=by, part="two_step")


@transaction.atomic
def change_time(organization: Organization, *, bills_approved_only: bool, revision: int, by: Actor) -> Organization:
    """Say whether only time that its customer approved becomes an invoice. Raises Refused: ORGANIZATION_CHANGED."""
    organization = lock(organization, revision, by)
    return _write(organization, {"bills_approved_only": bills_approved_only}, by=by, part="time")


@transaction.atomic
def lock_details(organization: Organization, keys: Collection[str], *, revision: int, by: Actor) -> Organization:
    """Say which of their details (keys of `locked_details.DETAILS`) customers can't change.

    Raises Refused: ORGANIZATION_CHANGED, DETAIL.
    """
    organization = lock(organization, revision, by)
    if not locked_details.KEYS.issuperset(keys):
        raise Refused("DETAIL", _("Choose from the list."), field="locked")
    return _write(organization, {"locked_details": locked_details.ordered(keys)}, by=by, part="locked_details")


@transaction.atomic
def change_quotes(
    organization: Organization, *, asks_for_signature: bool, accepted_becomes: str, revision: int, by: Actor
) -> Organization:
    """Say whether customers sign what they accept, and what an accepted quote becomes by itself.

    Raises Refused: ORGANIZATION_CHANGED, BECOMES.
    """
    organization = lock(organization, revision, by)
    if accepted_becomes not in WhatAQuoteBecomes.values:
        raise Refused("BECOMES", _("Choose what an accepted quote becomes."), field="accepted_becomes")
    if asks_for_signature:
        signing_keys.ready(organization.id)
    values = {"asks_for_signature": asks_for_signature, "accepted_quote_becomes": accepted_becomes}
    return _write(organization, values, by=by, part="quotes")


@transaction.atomic
def change_reminders(
    organization: Organization, *, is_on: bool, days: Collection[int], hour: int, revision: int, by: Actor
) -> Organization:
    """Say whether customers are reminded by itself, how many days after the due date (below zero: before it), and from
    which hour of the day.

    Only days that come from now on count: nobody is reminded of what was overdue long before. Raises Refused:
    ORGANIZATION_CHANGED, NO_DAYS, DAYS, HOUR.
    """
    organization = lock(organization, revision, by)
    if is_on and not days:
        raise Refused("NO_DAYS", _("Say when customers are reminded, or switch reminders off."), field="is_on")
    if len(days) > MOST_REMINDERS or any(abs(one) > FURTHEST_REMINDER for one in days):
        raise Refused("DAYS", _("Write a number of days from 1 to 365."), field="is_on")
    if not 0 <= hour <= 23:
        raise Refused("HOUR", _("Choose an hour of the day."), field="hour")
    values: dict[str, Any] = {"reminds": is_on, "reminder_days": sorted(set(days)), "reminder_hour": hour}
    if is_on and (not organization.reminds or organization.reminder_days != values["reminder_days"]):
        organization.reminded_since = clock.today(organization.time_zone)
        organization.save(update_fields=["reminded_since"])
    return _write(organization, values, by=by, part="reminders")


@transaction.atomic
def change_electronic(organization: Organization, *, is_on: bool, revision: int, by: Actor) -> Organization:
    """Say whether the PDFs of invoices carry them for machines too.

    Raises Refused: ORGANIZATION_CHANGED, COUNTRY_MISSING, TAX_NUMBER_MISSING.
    """
    organization = lock(organization, revision, by)
    if is_on and not organization.country:
        raise Refused(
            "COUNTRY_MISSING",
            _("An electronic invoice names your country. Choose it in your profile first."),
            field="is_on",
        )
    if is_on and not tax_number(organization.tax_id):
        raise Refused(
            "TAX_NUMBER_MISSING",
            _("An electronic invoice names your tax number. Write it into your profile first."),
            field="is_on",
        )
    return _write(organization, {"issues_electronic": is_on}, by=by, part="electronic")


@transaction.atomic
def change_sender(
    organization: Organization, *, mail_name: str, reply_to: str, revision: int, by: Actor
) -> Organization:
    """Say whom mails are from and where answers go; left empty, that is the organization by name and address.

    Raises Refused: ORGANIZATION_CHANGED, MAIL_NAME (more than one line).
    """
    organization = lock(organization, revision, by)
    if any(unicodedata.category(one) == "Cc" for one in mail_name.strip()):
        raise Refused("MAIL_NAME", _("Write the name in one line of plain letters."), field="mail_name")
    return _write(organization, {"mail_name": mail_name.strip(), "reply_to": reply_to.strip()}, by=by, part="sender")


@transaction.atomic
def change_bank_details(organization: Organization, bank: BankDetails, *, revision: int, by: Actor) -> Organization:
    """Change where bank transfers go.

    Raises Refused: ORGANIZATION_CHANGED, HOLDER_MISSING, ACCOUNT_MISSING, IBAN_WRONG.
    """
    organization = lock(organization, revision, by)
    if any(asdict(bank).values()):
        if not bank.holder:
            raise Refused("HOLDER_MISSING", _("Say whose account it is."), field="holder")
        if not bank.account:
            raise Refused("ACCOUNT_MISSING", _("Write the account number or IBAN."), field="account")
    bank = replace(bank, account=_account(bank.account))
    values = {BANK_FIELDS[name]: value for name, value in asdict(bank).items()}
    return _write(organization, values, by=by, part="bank")


def _account(text: str) -> str:
    """An IBAN in groups of four, any other account number as it was written. Raises Refused: IBAN_WRONG."""
    if not ibans.is_meant(text):
        return text
    if (iban := ibans.in_fours(text)) is None:
        raise Refused(
            "IBAN_WRONG",
            _("This IBAN has a mistake: a letter or digit is wrong, missing or too many. Copy it from your bank."),
            field="account",
        )
    return iban


def today(organization_id: int) -> date:
    """The day that it is where the organization is."""
    return clock.today(Organization.objects.only("time_zone").get(id=organization_id).time_zone)


def day_of(organization_id: int, moment: datetime) -> date:
    """The day that a moment falls on where the organization is."""
    return moment.astimezone(ZoneInfo(Organization.objects.only("time_zone").get(id=organization_id).time_zone)).date()


def exists() -> bool:
    """Whether this installation was set up."""
    return Organization.objects.exists()


def lock(organization: Organization, revision: int, by: Actor) -> Organization:
    """The organization as it is now, locked, for an owner who saw this revision of it.

    Raises Refused: NOT_ALLOWED, ORGANIZATION_CHANGED.
    """
    organization = Organization.objects.select_for_update().get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    if organization.revision != revision:
        raise Refused(
            "ORGANIZATION_CHANGED",
            _("Somebody changed these settings after you opened them. Please look at them again first."),
        )
    return organization


def _must_make_sense(details: Details) -> None:
    if not details.name.strip():
        raise Refused("NAME_MISSING", _("Write the organization's name."), field="name")
    if details.time_zone not in available_timezones():
        raise Refused("TIME_ZONE", _("Choose a time zone from the list."), field="time_zone")
    if details.language not in languages.LANGUAGES:
        raise Refused("LANGUAGE", _("Choose a language from the list."), field="language")
    if details.currency not in money.currencies():
        raise Refused("CURRENCY", _("Choose a currency from the list."), field="currency")
    if details.date_format not in formats.DATE_FORMATS:
        raise Refused("DATE_FORMAT", _("Choose a date format from the list."), field="date_format")
    if not 1 <= details.fiscal_year_start <= 12:
        raise Refused("FISCAL_YEAR", _("Choose the month in which the fiscal year starts."), field="fiscal_year_start")


def _has_numbered(organization: Organization) -> bool:
    """Whether a document was ever given a number."""
    return NumberSeries.objects.filter(organization=organization, given__gt=0).exists()


def _write(organization: Organization, values: Mapping[str, Any], *, by: Actor, part: str) -> Organization:
    """Store what is different and record which fields those were. The same again is no change."""
    changed = {name: value for name, value in values.items() if getattr(organization, name) != value}
    if not changed:
        return organization
    told = {
        name: {"was": getattr(organization, name), "now": value} for name, value in changed.items() if name != "logo"
    }
    for name, value in changed.items():
        setattr(organization, name, value)
    organization.revision += 1
    organization.save(update_fields=[*changed, "revision"])
    record("organization.details_changed", organization, by=by, audience="office", part=part, changed=told)
    return organization


def _make_owner(organization: Organization, founder: Founder) -> StaffMember:
    email = founder.email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and user.id != founder.account_id:
        raise Refused(
            "ACCOUNT_EXISTS", _("There is already an account with this address. Write its password."), field="password"
        )
    if user is None:
        user = User(email=email, name=founder.name, language=founder.language, password=founder.password_hash)
        user.save()
    return StaffMember.objects.create(
        organization=organization,
        user=user,
        name=founder.name,
        email=email,
        role=Role.OWNER,
        language=founder.language,
        invited_at=clock.now(),
        joined_at=clock.now(),
    )
