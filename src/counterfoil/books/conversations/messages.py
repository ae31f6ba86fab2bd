"""A customer's people write to the business: a mail to its address, of which a copy is kept."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sharing.taking_part import must_take_part
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .comments import key_of, sound, tidied
from .models import Message

LONGEST_SUBJECT = 200
MOST, WITHIN = 10, timedelta(hours=1)  # of one customer's people together


@transaction.atomic
def send(customer: Customer, *, subject: str, text: str, by: Actor, making_key: str = "") -> Message:
    """Write to the business's registered address. The same form sent again writes once.

    Raises Refused: NOT_YOURS, NO_ADDRESS, SUBJECT_MISSING, SUBJECT_TOO_LONG, NOTHING_SAID, COMMENT_TOO_LONG,
    TOO_MANY_MESSAGES.
    """
    customer = customers.lock(customer.id)
    if by.kind != "contact":
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    must_take_part(by, customer, is_visible=True)
    if not Organization.objects.only("email").get(id=customer.organization_id).email:
        raise Refused("NO_ADDRESS", _("There is no address to write to."))
    subject, text = _one_line(subject), sound(text)
    key = key_of(making_key, customer, by, f"{subject}\0{text}")
    if key and (made := Message.objects.filter(customer=customer, making_key=key).first()):
        return made
    _must_not_be_too_many(customer)
    message = Message.objects.create(
        organization_id=customer.organization_id,
        customer=customer,
        contact_id=by.id or 0,
        subject=subject,
        text=text,
        making_key=key,
        made_at=clock.now(),
    )
    told: dict[str, Any] = {"message_id": str(message.id), "subject": subject}
    record("message.sent", customer, by=by, audience="both", **told)
    return message


def _one_line(subject: str) -> str:
    subject = " ".join(tidied(subject).split())
    if not subject:
        raise Refused("SUBJECT_MISSING", _("Write a subject."), field="subject")
    if len(subject) > LONGEST_SUBJECT:
        raise Refused("SUBJECT_TOO_LONG", _("A subject has at most 200 characters."), field="subject")
    return subject


def _must_not_be_too_many(customer: Customer) -> None:
    lately = Message.objects.filter(customer=customer, made_at__gt=clock.now() - WITHIN)
    if lately.count() >= MOST:
        raise Refused("TOO_MANY_MESSAGES", _("You have written a lot just now. Please wait an hour."))
