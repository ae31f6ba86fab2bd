"""Who came by a mailed link: what they may see, and how their browser is known after they opened it.

The browser's session keeps the links' ids, not their secrets. Whether a link still opens anything is asked anew at
every request.
"""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest

from counterfoil.books.conversations.models import Comment, CommentQuerySet
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.files.models import StoredFile, StoredFileQuerySet
from counterfoil.books.ledger.models import Allocation, CustomerBalance
from counterfoil.books.ledger.statements import Statement
from counterfoil.books.organizations.models import PortalName
from counterfoil.books.payments.models import (
    AttemptQuerySet,
    AttemptShare,
    Payable,
    Payment,
    PaymentAttempt,
    SavedMethod,
    SavedMethodQuerySet,
)
from counterfoil.books.payments.unused_credit import Used
from counterfoil.books.sales import ages, document_links
from counterfoil.books.sales.models import (
    CreditNoteQuerySet,
    DocumentLink,
    InvoiceQuerySet,
    QuoteQuerySet,
    RetainerInvoiceQuerySet,
    SalesOrderQuerySet,
)
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.languages import known
from counterfoil.foundation.periods import Period
from counterfoil.outbound.models import Batch, Notification

from .addresses import network_address
from .capabilities import link_may
from .languages import COOKIE
from .portal import PortalReach

OPENED = "opened_links"
MOST = 20  # of which one browser is remembered
LASTS = timedelta(hours=12)  # the mail opens it again


class LinkReach(PortalReach):
    """One document of one customer, for whoever has the link to it: to read and to pay, with nothing beside it."""

    is_by_link = True

    def __init__(self, link: DocumentLink, portal_name: str, address: str, language: str) -> None:
        super().__init__(link.contact, portal_name, address, ())
        self.link = link
        self._language = language

    @cached_property
    def is_open(self) -> bool:
        """Whether the link opens anything at this moment."""
        return document_links.document_of(self.link) is not None

    def covers(self, asked: dict[str, Any]) -> bool:
        """Whether everything that an address names is what this link is for."""
        mine: dict[str, QuerySet[Any]] = {
            "invoice_id": self.invoices,
            "quote_id": self.quotes,
            "retainer_invoice_id": self.retainer_invoices,
            "sales_order_id": self.sales_orders,
            "payment_id": self.payments,
            "attempt_id": self.attempts,
            "file_id": self.files,
        }
        return bool(asked) and all(name in mine and mine[name].filter(id=id).exists() for name, id in asked.items())

    def may(self, capability: str) -> bool:
        return link_may(capability)

    @cached_property
    def actor(self) -> Actor:
        return document_links.bearer(self.link, address=self.address)

    @property
    def language(self) -> str:
        return self._language

    def attempt_url(self, attempt: PaymentAttempt) -> str:
        return super().attempt_url(attempt) if attempt.actor.get("link_id") == self.link.id else ""

    @property
    def quotes(self) -> QuoteQuerySet:
        return super().quotes.filter(id=self.link.document_id)

    @property
    def credit_notes(self) -> CreditNoteQuerySet:
        return super().credit_notes.none()

    @property
    def sales_orders(self) -> SalesOrderQuerySet:
        return super().sales_orders.filter(id=self.link.document_id)

    @property
    def invoices(self) -> InvoiceQuerySet:
        return super().invoices.filter(id=self.link.document_id)

    @property
    def retainer_invoices(self) -> RetainerInvoiceQuerySet:
        return super().retainer_invoices.filter(id=self.link.document_id)

    def document(self, plural: str, document_id: int) -> Any:
        if document_id != self.link.document_id:
            raise Http404
        return super().document(plural, document_id)

    def opened(self) -> Any:
        """What the link opens. Raises Http404 where that is nothing any more."""
        document = document_links.document_of(self.link)
        if document is None:
            raise Http404
        return document

    def held_of(self, document: Payable) -> list[AttemptShare]:
        return super().held_of(document) if document.id == self.link.document_id else []

    @property
    def attempts(self) -> AttemptQuerySet:
        return super().attempts.begun_by(self.link)

    @property
    def payments(self) -> QuerySet[Payment]:
        """Those made by this link, as long as they pay nothing else: a receipt names all that it was used for."""
        uses = Allocation.objects.filter(source_kind="payment", source_id=OuterRef("id"))
        mine = super().payments.filter(id__in=self.attempts.filter(payment__isnull=False).values("payment_id"))
        return mine.filter(~Exists(uses.exclude(target_id=self.link.document_id)))

    def payments_of(self, document: Payable) -> list[Used]:
        mine = set(self.payments.values_list("id", flat=True))
        return [payment for payment in super().payments_of(document) if payment.id in mine]

    @property
    def uses_credits(self) -> bool:
        return False

    @property
    def files(self) -> StoredFileQuerySet:
        """What the one document shows; not what is said about it."""
        return super().files.filter(comment_id__isnull=True)

    @property
    def account_files(self) -> StoredFileQuerySet:
        return super().account_files.none()

    def files_on(self, document: Any) -> list[StoredFile]:
        return [file for file in super().files_on(document) if file.comment_id is None and self._is_mine(document)]

    def _is_mine(self, document: Any) -> bool:
        return bool(document.id == self.link.document_id)

    @property
    def comments(self) -> CommentQuerySet:
        return super().comments.none()

    @property
    def takes_reviews(self) -> bool:
        return False

    def newest_comments(self, _document: Any) -> list[Comment]:
        return []

    @property
    def saved_methods(self) -> SavedMethodQuerySet:
        return super().saved_methods.none()

    def saved(self) -> list[SavedMethod]:
        return []

    @property
    def balance(self) -> CustomerBalance:
        return self._nothing_yet

    @property
    def standing(self) -> CustomerBalance:
        return self._nothing_yet

    def owed(self) -> dict[str, Any]:
        return ages.NOTHING

    def months_since(self, _first: date) -> list[tuple[date, str, int]]:
        return []

    def statement(self, _period: Period) -> Statement:
        raise Http404

    def contacts(self) -> list[ContactPerson]:
        return []

    def contacts_and_reviews(self) -> tuple[list[ContactPerson], list[tuple[str, int | None, str]]]:
        return [], []

    def held(self) -> dict[int, int]:
        return {}

    @property
    def batches(self) -> QuerySet[Batch]:
        return super().batches.none()

    @property
    def notifications(self) -> QuerySet[Notification]:
        return super().notifications.none()


def remember(request: HttpRequest, link: DocumentLink) -> None:
    """Let this browser look at what the link opens for a while, in a session that nobody knew before."""
    request.session.cycle_key()
    until = int((clock.now() + LASTS).timestamp())
    others = [one for one in request.session.get(OPENED, ()) if one[0] != link.id]
    request.session[OPENED] = [[link.id, until], *others][:MOST]


def opened_by(request: HttpRequest, portal_name: str, customer_id: int, asked: dict[str, Any]) -> LinkReach | None:
    """By which link this browser may come to what an address names, or could before the link was closed."""
    now = clock.now().timestamp()
    ids = [id for id, until in request.session.get(OPENED, ()) if now < until]
    if not ids:
        return None
    here = PortalName.objects.filter(name=portal_name, is_current=True).values("organization_id")
    links = DocumentLink.objects.filter(id__in=ids, customer_id=customer_id, organization__in=here)
    links = links.select_related("contact__customer", "contact__organization").defer("contact__organization__logo")
    reaches = [reach_of(request, link, portal_name) for link in links.order_by("-id")]
    found = [reach for reach in reaches if reach.covers(asked)]
    return next((reach for reach in found if reach.is_open), found[0] if found else None)


def reach_of(request: HttpRequest, link: DocumentLink, portal_name: str) -> LinkReach:
    """What this browser may see by a link, in the language that was chosen in it or else its recipient's."""
    language = known(request.COOKIES.get(COOKIE) or link.contact.language)
    return LinkReach(link, portal_name, network_address(request), language)
