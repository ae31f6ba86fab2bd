"""Addresses in mails. They start with the configured address, never with what a request said.

The part of an address that opens something is not stored: the mail's row has a mask in its place, and what the mask
stands for is derived again whenever the mail is sent.
"""

from collections.abc import Callable

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.utils.translation import gettext_noop

from counterfoil.books.accounts import invitations, sign_in_links
from counterfoil.books.accounts.models import User
from counterfoil.books.customers import mail_choices
from counterfoil.books.customers.models import ContactPerson, Invitation
from counterfoil.books.organizations.models import PortalName, StaffInvitation
from counterfoil.books.payments import offering
from counterfoil.books.sales import document_links
from counterfoil.books.sales.models import DocumentLink, Invoice, RetainerInvoice, SalesDocument
from counterfoil.foundation import tokens

from .models import Mail

OPENER = "{opener}"  # in a letter's address: here comes what opens it


class Withdrawn(Exception):
    """What the mail was to open is no longer open. The message is one of ours, in English, translated when shown."""


def portal(organization_id: int, path: str) -> str:
    """An address in an organization's portal, below its present name."""
    name = PortalName.objects.values_list("name", flat=True).get(organization_id=organization_id, is_current=True)
    return f"{settings.PUBLIC_URL}/portal/{name}/{path}"


def own_portal(contact: ContactPerson, path: str = "") -> str:
    """An address in the portal of their customer, for those who may enter it; empty for others."""
    if contact.access != ContactPerson.Access.ENABLED:
        return ""
    return portal(contact.organization_id, f"{contact.customer_id}/{path}")


def payment(document: SalesDocument) -> str:
    """Where a document is paid online; empty where it can't be."""
    if not isinstance(document, Invoice | RetainerInvoice) or not offering.is_paid_online(document):
        return ""
    folder = "invoices" if isinstance(document, Invoice) else "invoices/retainers"
    return portal(document.organization_id, f"{document.customer_id}/{folder}/{document.id}/pay/")


def document(organization_id: int) -> str:
    """What opens one document for whom it is mailed to, without signing in."""
    return portal(organization_id, f"link/{OPENER}/")


def unsubscribing(contact: ContactPerson, template: str) -> str:
    """Where somebody says, from the mail itself, that they do without mails of this kind."""
    return portal(contact.organization_id, f"mails/{contact.id}/{template}/{OPENER}/")


def one_click(mail: Mail) -> dict[str, str]:
    """The headers (RFC 8058) by which a mail program offers the same; none for a mail that always comes."""
    contact = _doing_without(mail)
    if contact is None:
        return {}
    address = unsubscribing(contact, mail.template).replace(OPENER, mail_choices.token_of(contact, mail.template))
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def office(organization_id: int, path: str) -> str:
    """An address in an organization's office."""
    return f"{settings.PUBLIC_URL}/office/{organization_id}/{path}"


def staff_invitation() -> str:
    """Where an invitation to the office is accepted."""
    return f"{settings.PUBLIC_URL}/office/invitation/{OPENER}/"


def mask(mail_id: int) -> str:
    """What stands in the stored text instead of the secret. Nobody can write it beforehand into a name or a note."""
    return f"hidden-{mail_id}"


def reveal(mail: Mail, text: str) -> str:
    """The text with the real link, as only its recipient may read it. Raises Withdrawn."""
    hidden = mask(mail.id)
    return text.replace(hidden, _SECRETS[mail.template](mail)) if hidden in text else text


def _invitation(mail: Mail) -> str:
    return _token("invitation", Invitation.objects.get(id=_invitation_id(mail)))


def _staff_invitation(mail: Mail) -> str:
    return _token("staff-invitation", StaffInvitation.objects.get(id=_invitation_id(mail)))


def _invitation_id(mail: Mail) -> int:
    return int(mail.event.data["invitation_id"]) if mail.event else 0


def _token(purpose: str, invitation: Invitation | StaffInvitation) -> str:
    if invitations.standing(invitation) != invitations.Standing.OPEN:
        raise Withdrawn(gettext_noop("The invitation was accepted, withdrawn or too old before the mail went out."))
    return tokens.derive(purpose, invitation.nonce)


def _password_reset(mail: Mail) -> str:
    user = User.objects.filter(email__iexact=mail.recipient, is_active=True).first()
    if user is None:
        raise Withdrawn(gettext_noop("The account was gone before the mail went out."))
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def _sign_in_link(mail: Mail) -> str:
    link = sign_in_links.made_for(mail.recipient, before=mail.made_at)
    if link is None:
        raise Withdrawn(gettext_noop("The link to sign in was used or too old before the mail went out."))
    return sign_in_links.token_of(link)


def _document(mail: Mail) -> str:
    """What opens the document for who gets this mail. A bill for what is void by now is not sent."""
    link = DocumentLink.objects.filter(sending_id=mail.event_id or 0, email=mail.recipient).first()
    document = document_links.document_of(link) if link else None
    if link is None or document is None:
        raise Withdrawn(gettext_noop("The link to the document was withdrawn or too old before the mail went out."))
    if isinstance(document, Invoice | RetainerInvoice) and document.state != "issued":
        raise Withdrawn(gettext_noop("The invoice was made void before the mail went out."))
    return document_links.token_of(link)


def _doing_without(mail: Mail) -> ContactPerson | None:
    """Who gets a mail that they may do without, as long as they are there under that address."""
    if mail_choices.kind_of(mail.template) is None:
        return None
    people = ContactPerson.objects.current().filter(customer_id=mail.customer_id or 0, email=mail.recipient)
    return people.first()


def _mail_choice(mail: Mail) -> str:
    contact = _doing_without(mail)
    return mail_choices.token_of(contact, mail.template) if contact else "gone"


_SECRETS: dict[str, Callable[[Mail], str]] = {
    "portal_invitation": _invitation,
    "staff_invitation": _staff_invitation,
    "password_reset": _password_reset,
    "sign_in_link": _sign_in_link,
    "invoice": _document,
    "retainer_invoice": _document,
    "reminder": _document,
    "forwarded": _document,
    **{kind.key: _mail_choice for kind in mail_choices.OPTIONAL},
}
