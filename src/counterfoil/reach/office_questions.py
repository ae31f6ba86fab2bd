"""What the office's pages ask all the time, prepared: each is narrowed to one organization, which comes first."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from counterfoil.books.conversations.models import Comment, CommentQuerySet
from counterfoil.books.customers.models import ContactPerson, Customer, Invitation
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations.models import MailServer, Organization, StaffMember, TaxRate
from counterfoil.books.payments.models import GatewayAccount, Payment, PaymentAttempt, Return, SavedMethod
from counterfoil.books.projects.models import Approval
from counterfoil.books.sales.models import Invoice, InvoiceQuerySet, Quote
from counterfoil.foundation.events import Event
from counterfoil.foundation.pages import SIZE
from counterfoil.foundation.prepared import Prepared

from . import reviews

SHOWN_AT_HOME, EVENTS_SHOWN, EVENTS_OF_ONE, FAILED_OF_ONE = 5, 8, 20, 5
FAILED_FOR = timedelta(days=7)


class Waiting(NamedTuple):
    """How many payments failed in the last seven days, chargebacks and refunds are to be decided on, accepted quotes
    are not invoiced, invoices are drafts, and quotes and timesheets wait for their customer.
    """

    failed: int
    to_decide: int
    accepted: int
    drafts: int
    undecided: int
    timesheets: int


@Prepared
def document(organization_id: int, document_id: int, model: Any) -> QuerySet[Any]:
    """One of a type, with its content, its customer and who opened it first."""
    rows = model.objects.filter(organization_id=organization_id, id=document_id).listed()
    return rows.with_content().for_office().select_related("customer", "viewed_by")


@Prepared
def customer_with_reviews(organization_id: int, customer_id: int) -> QuerySet[Customer]:
    """The customer with whether others were merged into them, and the newest of what they think of us."""
    found = Customer.objects.filter(organization_id=organization_id, id=customer_id).present()
    merged = Customer.objects.filter(merged_into=OuterRef("id"))
    return found.annotate(has_merged=Exists(merged), newest_reviews=reviews.newest_of_customer())


@Prepared
def people_of(organization_id: int, customer_id: int) -> QuerySet[ContactPerson]:
    """The contact persons, the primary one first, each with the invitation that waits for them."""
    waiting = Invitation.objects.filter(contact_id=OuterRef("id"), used_at__isnull=True, voided_at__isnull=True)
    last = waiting.order_by("-id")
    people = ContactPerson.objects.filter(organization_id=organization_id, customer_id=customer_id)
    return (
        people.filter(retired_at__isnull=True)
        .annotate(invitation_id=last.values("id")[:1], invited_at=last.values("made_at")[:1])
        .order_by("-is_primary", "id")
    )


@Prepared
def newest_transactions(organization_id: int, customer_id: int, model: Any, day: str, few: str) -> QuerySet[Any]:
    """Those of one type, by the day that counts; `few` is how many, spelled out."""
    rows = model.objects.filter(organization_id=organization_id, customer_id=customer_id)
    shown = rows.listed() if hasattr(rows, "listed") else rows
    return shown.order_by(f"-{day}", "-id")[: int(few)]


@Prepared
def events_about(organization_id: int, document_id: int, kind: str, names: tuple[str, ...]) -> QuerySet[Event]:
    events = Event.objects.filter(organization_id=organization_id, subject_kind=kind, subject_id=document_id)
    return events.filter(name__in=names).order_by("-id")[:EVENTS_OF_ONE]


@Prepared
def recipients(organization_id: int, customer_id: int) -> QuerySet[ContactPerson]:
    people = ContactPerson.objects.filter(organization_id=organization_id, customer_id=customer_id)
    return people.filter(retired_at__isnull=True).exclude(email="").order_by("-is_primary", "id")


@Prepared
def colleagues(organization_id: int, member_id: int) -> QuerySet[StaffMember]:
    staff = StaffMember.objects.told_of_business().filter(organization_id=organization_id)
    return staff.exclude(id=member_id).order_by("name", "id")


@Prepared
def newest_comments(organization_id: int, document_id: int, kind: str) -> CommentQuerySet:
    said = Comment.objects.filter(organization_id=organization_id, document_kind=kind, document_id=document_id)
    return said.order_by("-id")[: SIZE + 1]


@Prepared
def failed_of(organization_id: int, document_id: int) -> QuerySet[Any]:
    about = Q(shares__invoice=document_id) | Q(shares__retainer=document_id)
    failed = PaymentAttempt.objects.filter(organization_id=organization_id, state=PaymentAttempt.State.FAILED)
    return failed.filter(about).order_by("-id").values_list("id", flat=True)[:FAILED_OF_ONE]


@Prepared
def an_issued(organization_id: int) -> QuerySet[Any]:
    invoices = Invoice.objects.filter(organization_id=organization_id).listed()
    # In the order of the list, whose index it is found by.
    return invoices.exclude(state=Invoice.State.DRAFT).order_by("-dated", "-id").values_list("id")[:1]


@Prepared
def latest_events(organization_id: int, names: tuple[str, ...]) -> QuerySet[Event]:
    named = Customer.objects.filter(id=OuterRef("customer_id")).values("display_name")
    events = Event.objects.filter(organization_id=organization_id, for_office=True, name__in=names)
    return events.annotate(customer=Coalesce(Subquery(named), Value(""))).order_by("-id")[:EVENTS_SHOWN]


@Prepared
def latest_events_of(organization_id: int, customer_id: int, names: tuple[str, ...]) -> QuerySet[Event]:
    events = Event.objects.filter(organization_id=organization_id, customer_id=customer_id, for_office=True)
    return events.filter(name__in=names).order_by("-id")[:EVENTS_SHOWN]


@Prepared
def latest_events_of_merged(organization_id: int, customer_id: int, names: tuple[str, ...]) -> QuerySet[Event]:
    """The same with what happened to those that were merged into the customer, which takes longer."""
    merged = Customer.objects.filter(merged_into_id=customer_id).values("id")
    theirs = Q(customer_id=customer_id) | Q(customer_id__in=merged)
    events = Event.objects.filter(theirs, organization_id=organization_id, for_office=True)
    return events.filter(name__in=names).order_by("-id")[:EVENTS_SHOWN]


@Prepared
def balance_of(organization_id: int, customer_id: int, on: date) -> QuerySet[CustomerBalance]:
    invoices = Invoice.objects.filter(customer_id=customer_id).listed()
    opening, late = invoices.filter(is_opening=True), invoices.overdue(on).order_by()
    return CustomerBalance.objects.filter(organization_id=organization_id, customer_id=customer_id).annotate(
        late=Subquery(late.values("customer").annotate(n=Count("id")).values("n")),
        opening_minor=Subquery(opening.values("total_minor")[:1]),
        opened_on=Subquery(opening.values("dated")[:1]),
    )


@Prepared
def saved_by(organization_id: int, customer_id: int) -> QuerySet[SavedMethod]:
    methods = SavedMethod.objects.filter(organization_id=organization_id, customer_id=customer_id)
    return methods.current().order_by("-id")


class Begun(NamedTuple):
    """Whether there are tax rates, a mail server, a gateway that is on, a customer, and an invitation of one."""

    has_taxes: bool
    has_mail_server: bool
    has_gateway: bool
    has_customer: bool
    has_invited: bool


@Prepared
def begun(organization_id: int) -> QuerySet[Any]:
    """In the order of `Begun`."""
    own = {"organization": OuterRef("id")}
    return Organization.objects.filter(id=organization_id).values_list(
        Exists(TaxRate.objects.filter(**own, retired_at__isnull=True)),
        Exists(MailServer.objects.filter(**own)),
        Exists(GatewayAccount.objects.filter(**own, is_enabled=True)),
        Exists(Customer.objects.filter(**own)),
        Exists(Invitation.objects.filter(contact__organization=OuterRef("id"))),
    )


@Prepared
def waiting(organization_id: int, today: date) -> QuerySet[Any]:
    """How much waits for somebody, in the order of `Waiting`; none of a kind is None."""
    quotes, invoices = Quote.objects.order_by(), Invoice.objects.listed().order_by()
    since = datetime.combine(today - FAILED_FOR, time(), UTC)
    failed = PaymentAttempt.objects.filter(state=PaymentAttempt.State.FAILED, made_at__gte=since).order_by()
    counted = (
        failed,
        Return.objects.filter(must_decide=True).order_by(),
        quotes.filter(state=Quote.State.ACCEPTED),
        invoices.filter(state=Invoice.State.DRAFT),
        quotes.awaiting(today),
        Approval.objects.awaiting().order_by(),
    )
    return Organization.objects.filter(id=organization_id).values_list(
        *(
            Subquery(
                rows.filter(organization=OuterRef("id")).values("organization").annotate(n=Count("id")).values("n")
            )
            for rows in counted
        )
    )


@Prepared
def first_seen_but_unpaid(organization_id: int) -> InvoiceQuerySet:
    unpaid = Invoice.objects.filter(organization_id=organization_id).listed().unpaid()
    return unpaid.filter(viewed_at__isnull=False).select_related("customer").order_by("due_on", "id")[:SHOWN_AT_HOME]


@Prepared
def latest_payments(organization_id: int) -> QuerySet[Payment]:
    payments = Payment.objects.filter(organization_id=organization_id).select_related("customer")
    return payments.order_by("-paid_on", "-id")[:SHOWN_AT_HOME]
