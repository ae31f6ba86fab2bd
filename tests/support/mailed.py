"""An invoice that was mailed with a link, and browsers of people who have it."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from .books import draft_invoice, staff_of
from .cast import Cast, visitor


@dataclass(frozen=True)
class Mailed:
    """The invoice and the link that was mailed to one person."""

    invoice: Any
    link: Any

    @property
    def address(self) -> str:
        """Where the mail leads."""
        from counterfoil.books.sales import document_links

        return f"/portal/{self._portal}/link/{document_links.token_of(self.link)}/"

    def at(self, rest: str = "") -> str:
        """The invoice's page, or what is below it."""
        return f"/portal/{self._portal}/{self.invoice.customer_id}/invoices/{self.invoice.id}/{rest}"

    @property
    def _portal(self) -> str:
        from counterfoil.books.organizations.models import PortalName

        return PortalName.objects.get(organization_id=self.link.organization_id, is_current=True).name

    def opened(self, client: Client | None = None) -> Client:
        """A browser in which the button was pressed."""
        client = client or visitor()
        answer = client.post(self.address, {"open": "yes"})
        assert (answer.status_code, answer.headers["Location"]) == (303, self.at())
        return client


def mail(cast: Cast, contact: Any = None, **content: Any) -> Mailed:
    """Write an invoice and mail it to somebody (ana), as the office and the worker do."""
    contact = contact or cast.ana
    return mail_again(draft_invoice(cast, contact.customer, **content), contact, cast)


def mail_again(invoice: Any, contact: Any, cast: Cast) -> Mailed:
    """Mail an invoice that is there, with a new link."""
    from counterfoil.books.sales import invoices
    from counterfoil.books.sales.models import DocumentLink
    from counterfoil.outbound import spreading

    by = staff_of(cast, invoice.customer)
    invoice = invoices.send(invoice, to=[contact.id], by=by, revision=invoice.revision)
    while spreading.spread_due():
        pass
    return Mailed(invoice, DocumentLink.objects.filter(contact=contact, document_id=invoice.id).latest("id"))
