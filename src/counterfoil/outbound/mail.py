"""Mails: one row for each recipient of each event, sent by whichever worker claims it, and marked after.

A crash between the server's yes and our mark sends a mail again, with the same Message-ID. Nothing is lost.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import formataddr
from typing import Any, NoReturn

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from counterfoil.books.accounts import sign_in_links
from counterfoil.books.accounts.models import User
from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.ids import new_id
from counterfoil.foundation.languages import known, speaking

from . import enclosures, letters, links, servers, wordings
from .containment import Contained
from .models import Mail
from .servers import NotNow, Postman, Rejected
from .stationery import Letter, one_line, typeset

LEASE = timedelta(minutes=5)  # longer than handing one mail over can take
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=2)
WITHOUT_SERVER = timedelta(minutes=2)
GIVE_UP_WITHOUT_SERVER_AFTER = timedelta(days=14)
NO_SERVER = gettext_noop("No mail server is set up.")
OF_SAMPLE = gettext_noop("This is sample data: no mail goes out.")
# Who asked for it has long asked again.
GIVE_UP_SOONER = {"password_reset": timedelta(hours=3), "sign_in_link": sign_in_links.LIFETIME}


class NeverDirect(BaseEmailBackend):
    """Django's own way of sending: never used here, since a mail that has no row could be lost or sent twice."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> NoReturn:  # noqa: ARG002 (Django's signature)
        raise RuntimeError("Mail is queued with counterfoil.outbound.mail.queue and sent by the worker.")


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail, in which language, and where their portal is if they may enter it."""

    email: str
    name: str
    language: str
    portal: str = ""


def queue(
    letter: Letter,
    *,
    template: str,
    to: Recipient,
    event: Event | None,
    organization: Organization | None,
    customer: Customer | None = None,
    reply_to: str = "",
) -> Mail | None:
    """Write down a mail to be sent; None if this event's mail to this recipient is there already.

    The letter is written in the recipient's language by the caller (`speaking`); what the organization says otherwise
    in its own words is put in here. What sample data would send is there to be read, and is never due.
    """
    if event is not None and Mail.objects.filter(event=event, template=template, recipient=to.email).exists():
        return None
    mail_id = new_id()
    if letter.button:
        address = letter.button.address.replace(links.OPENER, links.mask(mail_id))
        letter = replace(letter, button=replace(letter.button, address=address))
    letter = replace(letter, unsubscribing=letter.unsubscribing.replace(links.OPENER, links.mask(mail_id)))
    with speaking(to.language):
        letter = wordings.in_own_words(letter, organization, customer, to.name or to.email)
        text, html = typeset(letter, to=to.name, organization=organization, portal=to.portal)
    now, is_sample = clock.now(), organization is not None and organization.is_sample
    mail = Mail(
        id=mail_id,
        event=event,
        organization=organization,
        customer=customer,
        template=template,
        recipient=to.email,
        recipient_name=one_line(to.name),
        reply_to=reply_to,
        language=known(to.language),
        message_id=f"<{mail_id}.{secrets.token_hex(8)}@{settings.ENVIRONMENT.host}>",
        subject=one_line(letter.subject, most=300),
        text=text,
        html=html,
        state=Mail.State.FAILED if is_sample else Mail.State.WAITING,
        failure=OF_SAMPLE if is_sample else "",
        made_at=now,
        due_at=now,
    )
    _keep(mail)
    return mail


@transaction.atomic
def _keep(mail: Mail) -> None:
    """With whoever has the customer's mails now: it may be merged into another one while this is written."""
    if mail.customer_id:
        mail.customer_id = customers.lock_survivor(mail.customer_id).id
    Mail.objects.bulk_create([mail], ignore_conflicts=True)


def queue_password_reset(user: User, organization: Organization | None, door_url: str, language: str) -> None:
    """Write down the mail with the link to choose a new password; the link itself is made when it is sent.

    `door_url` is the address of the door that it was asked for at, such as PUBLIC_URL/portal/lindqvist-zhou/. Raises
    ValueError for one that is not ours: a link in a mail never follows what a request calls its host.
    """
    _queue_for_account("password_reset", letters.password_reset, user, organization, door_url, language)


def queue_sign_in_link(user: User, organization: Organization | None, door_url: str, language: str) -> None:
    """Write down the mail with the link that signs in, which was made before. Otherwise as `queue_password_reset`."""
    _queue_for_account("sign_in_link", letters.sign_in_link, user, organization, door_url, language)


def queue_sign_in_changed(
    user: User, change: str, address: str, organization: Organization | None, door_url: str, language: str
) -> None:
    """Write down the mail that says what was changed (of `letters.CHANGES`) and from which network address.

    It goes to the account's address, whoever did it. Otherwise as `queue_password_reset`.
    """
    place = _sending(user, organization)
    zone, style = (place.time_zone, place.date_format) if place else ("UTC", "medium")

    def write(door: str) -> Letter:
        return letters.sign_in_changed(change, address=address, time_zone=zone, style=style, door_url=door)

    _queue_for_account("sign_in_changed", write, user, place, door_url, language)


def _queue_for_account(
    template: str,
    write: Callable[[str], Letter],
    user: User,
    organization: Organization | None,
    door_url: str,
    language: str,
) -> None:
    if not door_url.startswith(f"{settings.PUBLIC_URL}/") or not door_url.endswith("/"):
        raise ValueError(f"{door_url} is not an address of a door of ours.")
    with speaking(language):
        letter = write(door_url)
    to = Recipient(user.email, user.name, language)
    queue(letter, template=template, to=to, event=None, organization=_sending(user, organization))


def _sending(user: User, organization: Organization | None) -> Organization | None:
    """Whose mail server carries what is about somebody's account: where they asked for it, or else where they work.

    Sample data sends nothing, and an account is real wherever its person is.
    """
    if organization is not None and not organization.is_sample:
        return organization
    places = StaffMember.objects.filter(user=user, removed_at__isnull=True, organization__sample_of__isnull=True)
    member = places.select_related("organization").first()
    return member.organization if member else None


def send_due(limit: int = 100) -> int:
    """Send mails that are due, one after the other; returns how many were tried."""
    tried = 0
    with Postman() as postman:
        while tried < limit and (mail := claim()):
            tried += 1
            with Contained("mail=%s", mail.id) as attempt:
                _send(mail, postman)
            if attempt.failure:
                _try_again(mail, f"{type(attempt.failure).__name__}: {attempt.failure}")
    return tried


def claim() -> Mail | None:
    """Take the mail that has been due longest, leased: a worker that dies gives it back by dying."""
    if not Mail.objects.filter(state=Mail.State.WAITING, due_at__lte=clock.now()).exists():
        return None
    with transaction.atomic():
        due = Mail.objects.filter(state=Mail.State.WAITING, due_at__lte=clock.now()).order_by("due_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        mail = due.select_related("event", "organization").first()
        if mail is not None:
            _waiting(mail).update(due_at=clock.now() + LEASE, attempts=F("attempts") + 1)
            mail.attempts += 1
        return mail


def hurry(organization_id: int) -> None:
    """Try what waits now: the mail server was set up or mended."""
    Mail.objects.filter(organization_id=organization_id, state=Mail.State.WAITING).update(due_at=clock.now())


def _send(mail: Mail, postman: Postman) -> None:
    try:
        if settings.ENVIRONMENT.mode != "demo":  # in the demo the outbox page is where mails go
            server = servers.server_for(mail.organization)
            if server is None:
                return _wait_for_server(mail)
            postman.hand_over(server, message(mail, sender=server.sender))
    except (links.Withdrawn, Rejected, ValueError) as refusal:  # ValueError: an address that no server can be told
        return _mark(mail, state=Mail.State.FAILED, failure=str(refusal)[:300])
    except NotNow as trouble:
        return _try_again(mail, str(trouble))
    return _mark(mail, state=Mail.State.SENT, sent_at=clock.now(), failure="")


def message(mail: Mail, *, sender: str) -> EmailMessage:
    """The mail as it goes over the wire, with its links real. Raises links.Withdrawn."""
    organization = mail.organization
    name = one_line(organization.mail_name or organization.name) if organization else "Counterfoil"
    answers = mail.reply_to or ((organization.reply_to or organization.email) if organization else "")
    wired = EmailMultiAlternatives(
        subject=mail.subject,
        body=links.reveal(mail, mail.text),
        from_email=formataddr((name, sender)),
        to=[formataddr((mail.recipient_name, mail.recipient))],
        reply_to=[answers] if answers else None,
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"} | links.one_click(mail),
    )
    wired.attach_alternative(links.reveal(mail, mail.html), "text/html")
    for enclosure in enclosures.of(mail):
        wired.attach(enclosure.name, enclosure.content, enclosure.mime)
    return wired


def _wait_for_server(mail: Mail) -> None:
    if clock.now() - mail.made_at > GIVE_UP_SOONER.get(mail.template, GIVE_UP_WITHOUT_SERVER_AFTER):
        return _mark(mail, state=Mail.State.FAILED, failure=NO_SERVER)
    return _mark(mail, failure=NO_SERVER, due_at=clock.now() + WITHOUT_SERVER)


def _try_again(mail: Mail, why: str) -> None:
    """Later, and later still each time, until there is no point any more."""
    if clock.now() - mail.made_at > GIVE_UP_SOONER.get(mail.template, GIVE_UP_AFTER):
        return _mark(mail, state=Mail.State.FAILED, failure=why[:300])
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 10), LONGEST_PAUSE)
    return _mark(mail, failure=why[:300], due_at=clock.now() + pause)


def _mark(mail: Mail, **changes: Any) -> None:
    _waiting(mail).update(**changes)


def _waiting(mail: Mail) -> Any:
    return Mail.objects.filter(id=mail.id, state=Mail.State.WAITING)
