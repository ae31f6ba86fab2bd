"""What one person who looks at one customer of one organization may see. Portal views get at data only through this."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404

from counterfoil.books.conversations.models import Comment, CommentQuerySet
from counterfoil.books.conversations.reviews import MODULE as REVIEWS
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.files.models import StoredFile, StoredFileQuerySet
from counterfoil.books.ledger import statements
from counterfoil.books.ledger.models import CustomerBalance, MonthBalance
from counterfoil.books.organizations import locked_details
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.payments.models import (
    AttemptQuerySet,
    AttemptShare,
    GatewayAccount,
    Payable,
    Payment,
    PaymentAttempt,
    SavedMethod,
    SavedMethodQuerySet,
)
from counterfoil.books.payments.own_credit import MODULE as OWN_CREDITS
from counterfoil.books.payments.own_credit import Usable, usable
from counterfoil.books.payments.unused_credit import Used, used_for
from counterfoil.books.projects.models import Approval
from counterfoil.books.sales import ages
from counterfoil.books.sales.models import (
    CreditNote,
    CreditNoteQuerySet,
    Invoice,
    InvoiceQuerySet,
    Quote,
    QuoteQuerySet,
    RetainerInvoice,
    RetainerInvoiceQuerySet,
    SalesOrder,
    SalesOrderQuerySet,
)
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.addresses import address
from counterfoil.foundation.pages import SIZE
from counterfoil.foundation.periods import Period
from counterfoil.foundation.prepared import Prepared
from counterfoil.outbound.models import Batch, Notification

from . import reviews
from .capabilities import contact_may
from .portal_time import TimeOfPortal

# Each kind of document that a customer may see, and which of a reach's properties has them.
DOCUMENTS = {
    "quote": "quotes",
    "sales_order": "sales_orders",
    "invoice": "invoices",
    "retainer_invoice": "retainer_invoices",
    "credit_note": "credit_notes",
}
# The same with what is no document, but can be talked about.
TALKED_ABOUT = DOCUMENTS | {"project": "projects", "approval": "approvals"}


class PortalReach(TimeOfPortal):
    """The portal as one contact person has it. Everything here is already narrowed to their customer."""

    door = "portal"
    is_by_link = False  # whether nobody signed in, but a mailed link led here
    is_viewing = False  # whether one of the staff looks, as this person has it

    def __init__(self, contact: Any, portal_name: str, address: str, people: Sequence[Any]) -> None:
        self.contact: ContactPerson = contact
        self.customer: Customer = contact.customer
        self.organization: Organization = contact.organization
        self.portal_name = portal_name
        self.address = address
        self.unread: int = getattr(contact, "unread", None) or 0
        # Every customer, of any organization, that this person may switch to.
        self.places = [one for one in people if one.access == ContactPerson.Access.ENABLED and not one.retired_at]

    def may(self, capability: str) -> bool:
        return contact_may(capability)

    @cached_property
    def actor(self) -> Actor:
        return Actor(
            kind="contact",
            id=self.contact.id,
            name=self.contact.full_name,
            organization_id=self.organization.id,
            customer_id=self.customer.id,
            address=self.address,
        )

    @property
    def language(self) -> str:
        return self.contact.language

    @cached_property
    def today(self) -> Any:
        """Today in the organization's time zone."""
        return clock.today(self.organization.time_zone)

    def url(self, name: str, *args: Any) -> str:
        """The address of a portal page of this customer by its route's name."""
        return address(f"portal:{name}", self.portal_name, self.customer.id, *args)

    def attempt_url(self, attempt: PaymentAttempt) -> str:
        """Where an open payment of what is looked at stands, for who may look at that; else empty."""
        return self.url("attempt", attempt.id)

    @property
    def quotes(self) -> QuoteQuerySet:
        return Quote.objects.of(self.customer).visible_to_customer()

    @property
    def shows_sales_orders(self) -> bool:
        """Whether the organization shows them to its customers."""
        return is_on(self.organization, "sales_orders")

    @property
    def sales_orders(self) -> SalesOrderQuerySet:
        return SalesOrder.objects.of(self.customer).visible_to_customer()

    @property
    def invoices(self) -> InvoiceQuerySet:
        return Invoice.objects.of(self.customer).visible_to_customer()

    def document(self, plural: str, document_id: int) -> Any:
        """One of the "quotes", "invoices" and so on, with its `content`. Raises Http404."""
        found = _document(self.customer.id, document_id, MODELS[plural])
        if not found:
            raise Http404
        return found[0]

    @property
    def retainer_invoices(self) -> RetainerInvoiceQuerySet:
        return RetainerInvoice.objects.of(self.customer).visible_to_customer()

    @property
    def shows_files(self) -> bool:
        """Whether the portal has a page of what is shared with the customer."""
        return is_on(self.organization, "documents")

    @property
    def may_upload(self) -> bool:
        """Whether the organization takes files from its customers."""
        return is_on(self.organization, "uploads")

    @property
    def locked_details(self) -> frozenset[str]:
        """Which columns of their own details, and of the customer's, they can't change."""
        return locked_details.columns(self.organization)

    @property
    def files(self) -> StoredFileQuerySet:
        """Every file that may be fetched: of the account, of documents that are seen, of what is said about those."""
        mine = StoredFile.objects.filter(customer=self.customer).present().shown()
        seen = Q(id__in=self.account_files.values("id"))
        for kind, name in TALKED_ABOUT.items():
            seen |= Q(document_kind=kind, document_id__in=getattr(self, name).order_by().values("id"))
        return mine.filter(seen)

    @property
    def account_files(self) -> StoredFileQuerySet:
        """What is shared with the customer apart from any document, where the portal has a page of it."""
        files = StoredFile.objects.filter(customer=self.customer).present().shown().of_account()
        return files if self.shows_files else files.none()

    def files_on(self, document: Any) -> list[StoredFile]:
        """What belongs to a document that is seen, and to what is said about it, the first first."""
        return _files_on(self.customer.id, document.id, document.kind())

    @property
    def comments(self) -> CommentQuerySet:
        """What both sides read; what the office says to itself is not among it."""
        return Comment.objects.filter(customer=self.customer).visible_to_customer()

    def newest_comments(self, document: Any) -> list[Comment]:
        """The last of them on a document, the newest first: one more than a page takes."""
        return _newest_comments(self.customer.id, document.id, document.kind())

    @property
    def takes_reviews(self) -> bool:
        """Whether the organization asks its customers what they think, and shows them what others do."""
        return is_on(self.organization, REVIEWS)

    @property
    def credit_notes(self) -> CreditNoteQuerySet:
        return CreditNote.objects.of(self.customer).visible_to_customer()

    @property
    def payments(self) -> QuerySet[Payment]:
        return Payment.objects.filter(customer=self.customer)

    def payments_of(self, document: Payable) -> list[Used]:
        """What pays a document now, the latest first, each with how much of it; also what was paid ahead."""
        return used_for(self.customer.id, document)

    @property
    def uses_credits(self) -> bool:
        """Whether the organization lets its customers use their own credits while they pay."""
        return is_on(self.organization, OWN_CREDITS)

    def own_credits(self) -> list[Usable]:
        """What the customer may use of their own while paying, the oldest first."""
        return usable(self.customer.id) if self.uses_credits else []

    @property
    def attempts(self) -> AttemptQuerySet:
        return PaymentAttempt.objects.filter(customer=self.customer)

    def held_of(self, document: Payable) -> list[AttemptShare]:
        """How much of a document is being paid by attempts whose outcome isn't known yet, with these."""
        return _held_of(self.customer.id, document.id)

    @property
    def saved_methods(self) -> SavedMethodQuerySet:
        """The cards and bank accounts that are kept for this customer."""
        return SavedMethod.objects.filter(customer=self.customer).current()

    def saved(self) -> list[SavedMethod]:
        """The same, the newest first."""
        return _saved(self.customer.id)

    @property
    def gateways(self) -> QuerySet[GatewayAccount]:
        return GatewayAccount.objects.filter(organization=self.organization, is_enabled=True)

    @property
    def balance(self) -> CustomerBalance:
        """What the customer owes and has in credit; zeros before anything was posted."""
        return CustomerBalance.objects.filter(customer=self.customer).first() or self._nothing_yet

    @property
    def standing(self) -> CustomerBalance:
        """The same with what is being processed, the last payment, what waits and retainers, in one query.

        These are `held_minor` (of invoices), `last_…`, `waiting` and `offered_minor` (of quotes), `timesheets` that
        wait, and `asked` and `asked_minor`, what is to be paid of retainer invoices. Who has a document has a balance.
        """
        return next(iter(_standing(self.customer.id, self.today)), self._nothing_yet)

    @property
    def _nothing_yet(self) -> CustomerBalance:
        balance: Any = CustomerBalance(
            customer=self.customer, organization=self.organization, currency=self.customer.currency
        )
        for name in ("held_minor", "last_id", "waiting", "timesheets", "offered_minor", "asked", "asked_minor"):
            setattr(balance, name, None)
        return balance

    def owed(self) -> dict[str, Any]:
        """What is unpaid, as `ages.owing` counts it; all of it zero if nothing is."""
        return next(iter(ages.owing(self.customer.id, self.today)), ages.NOTHING)

    def months_since(self, first: date) -> list[tuple[date, str, int]]:
        """Month, account and sum in minor units, of the months from the first on."""
        return _months_since(self.customer.id, first)

    def statement(self, period: Period) -> statements.Statement:
        """The customer's account over a period."""
        return statements.of(self.customer, period, today=self.today)

    def contacts(self) -> list[ContactPerson]:
        """Everybody at the customer, the primary contact first."""
        return _contacts(self.customer.id)

    def contacts_and_reviews(self) -> tuple[list[ContactPerson], list[tuple[str, int | None, str]]]:
        """The same, and what the organization shows of what its customers think: name, stars, words; in one query."""
        if not self.takes_reviews:
            return self.contacts(), []
        people: list[Any] = _contacts_and_reviews(self.customer.id, self.organization.id)
        shown = people[0].reviews or [] if people else []
        return people, [(name, stars, text) for name, stars, text in shown]

    def held(self) -> dict[int, int]:
        """How much of which document is being paid by attempts whose outcome isn't known yet: id → minor units."""
        return dict(_held(self.customer.id))

    @property
    def batches(self) -> QuerySet[Batch]:
        """What this person has done to many documents at once."""
        return Batch.objects.filter(contact=self.contact).select_related("file").defer("file__content")

    @property
    def notifications(self) -> QuerySet[Notification]:
        return Notification.objects.filter(contact=self.contact).select_related("event")


MODELS: dict[str, Any] = {
    "quotes": Quote,
    "sales_orders": SalesOrder,
    "invoices": Invoice,
    "retainer_invoices": RetainerInvoice,
    "credit_notes": CreditNote,
}


@Prepared
def _document(customer_id: int, document_id: int, model: Any) -> QuerySet[Any]:
    return model.objects.filter(customer_id=customer_id, id=document_id).visible_to_customer().with_content()


@Prepared
def _newest_comments(customer_id: int, document_id: int, kind: str) -> CommentQuerySet:
    said = Comment.objects.filter(customer_id=customer_id, document_kind=kind, document_id=document_id)
    return said.visible_to_customer().order_by("-id")[: SIZE + 1]


@Prepared
def _files_on(customer_id: int, document_id: int, kind: str) -> StoredFileQuerySet:
    mine = StoredFile.objects.filter(customer_id=customer_id, document_kind=kind, document_id=document_id)
    return mine.present().shown().order_by("id")


@Prepared
def _held_of(customer_id: int, document_id: int) -> QuerySet[AttemptShare]:
    about = Q(invoice_id=document_id) | Q(retainer_id=document_id)
    shares = AttemptShare.objects.filter(about, attempt__customer_id=customer_id)
    return shares.filter(attempt__state__in=PaymentAttempt.OPEN).select_related("attempt").order_by("attempt_id")


@Prepared
def _held(customer_id: int) -> QuerySet[Any]:
    shares = AttemptShare.objects.filter(attempt__customer_id=customer_id, attempt__state__in=PaymentAttempt.OPEN)
    return shares.values_list(Coalesce("invoice_id", "retainer_id")).annotate(sum=Sum("minor"))


@Prepared
def _contacts(customer_id: int) -> QuerySet[ContactPerson]:
    return ContactPerson.objects.filter(customer_id=customer_id).current().order_by("-is_primary", "id")


@Prepared
def _contacts_and_reviews(customer_id: int, organization_id: int) -> QuerySet[ContactPerson]:
    people = ContactPerson.objects.filter(customer_id=customer_id).current().order_by("-is_primary", "id")
    return people.annotate(reviews=reviews.published(organization_id))


@Prepared
def _saved(customer_id: int) -> QuerySet[SavedMethod]:
    return SavedMethod.objects.filter(customer_id=customer_id).current().order_by("-id")


@Prepared
def _months_since(customer_id: int, first: date) -> QuerySet[Any]:
    rows = MonthBalance.objects.filter(customer_id=customer_id, month__gte=first)
    return rows.values_list("month", "account").annotate(sum=Sum("minor"))


@Prepared
def _standing(customer_id: int, today: date) -> QuerySet[CustomerBalance]:
    of_customer = {"customer_id": customer_id}
    open_ones = AttemptShare.objects.filter(
        attempt__customer_id=customer_id, attempt__state__in=PaymentAttempt.OPEN, invoice__isnull=False
    )
    last = Payment.objects.filter(**of_customer).order_by("-paid_on", "-id")
    quotes = Quote.objects.filter(**of_customer).awaiting(today).order_by().values("customer")
    timesheets = Approval.objects.filter(**of_customer).visible_to_customer().awaiting().order_by().values("customer")
    asked = RetainerInvoice.objects.filter(**of_customer).unpaid().order_by().values("customer")
    return CustomerBalance.objects.filter(**of_customer).annotate(
        held_minor=Subquery(open_ones.order_by().values("attempt__customer").annotate(sum=Sum("minor")).values("sum")),
        asked=Subquery(asked.annotate(count=Count("id")).values("count")),
        asked_minor=Subquery(asked.annotate(sum=Sum("unpaid_minor")).values("sum")),
        last_id=Subquery(last.values("id")[:1]),
        last_minor=Subquery(last.values("amount_minor")[:1]),
        last_on=Subquery(last.values("paid_on")[:1]),
        waiting=Subquery(quotes.annotate(count=Count("id")).values("count")),
        timesheets=Subquery(timesheets.annotate(count=Count("id")).values("count")),
        offered_minor=Subquery(quotes.annotate(sum=Sum("total_minor")).values("sum")),
    )


def among(people: Sequence[Any], portal_name: str, customer_id: int) -> Any | None:
    """As whom their user may look at that customer in that portal, or may no longer."""
    here = [one for one in people if one.customer_id == customer_id and one.current_portal_name == portal_name]
    return max(here, key=lambda one: (one.access == ContactPerson.Access.ENABLED, one.id), default=None)
