"""What one staff member may see of one organization. Office views get at data only through this."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from counterfoil.books.customers.models import ContactPerson, Customer, CustomerQuerySet, Invitation
from counterfoil.books.ledger.models import CustomerBalance, MonthBalance, Posting
from counterfoil.books.organizations.models import (
    MailServer,
    NotificationPreference,
    NumberSeries,
    Organization,
    PortalName,
    StaffInvitation,
    StaffMember,
    TaxRate,
)
from counterfoil.books.payments.models import (
    AttemptQuerySet,
    Comparison,
    Difference,
    GatewayAccount,
    Payment,
    PaymentAttempt,
    Return,
    SavedMethod,
    SavedMethodQuerySet,
)
from counterfoil.books.sales import ages
from counterfoil.books.sales.models import DocumentLink, Invoice, InvoiceQuerySet, Item, Quote, QuoteQuerySet
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.addresses import address
from counterfoil.foundation.events import Event
from counterfoil.foundation.prepared import Prepared
from counterfoil.outbound.models import Mail, Notification

from .capabilities import role_may

SHOWN_AT_HOME = 5


class OfficeReach:
    """The office as one staff member has it. Everything here is already narrowed to their organization."""

    door = "office"

    def __init__(self, member: StaffMember, address: str, members: Sequence[StaffMember] = ()) -> None:
        """`members` is everything as which their user works, so that they can switch between organizations."""
        self.member, self.places = member, members
        self.organization: Organization = member.organization
        self.address = address

    def may(self, capability: str) -> bool:
        return role_may(self.member.role, capability)

    @cached_property
    def actor(self) -> Actor:
        return Actor(
            kind="staff",
            id=self.member.id,
            name=self.member.name,
            organization_id=self.organization.id,
            role=self.member.role,
            address=self.address,
        )

    @property
    def language(self) -> str:
        return self.member.language

    @cached_property
    def today(self) -> Any:
        """Today in the organization's time zone."""
        return clock.today(self.organization.time_zone)

    def url(self, name: str, *args: Any) -> str:
        """The address of an office page of this organization by its route's name."""
        return address(f"office:{name}", self.organization.id, *args)

    @property
    def customers(self) -> CustomerQuerySet:
        return Customer.objects.of(self.organization)

    @property
    def contacts(self) -> QuerySet[ContactPerson]:
        return ContactPerson.objects.filter(organization=self.organization)

    @property
    def invitations(self) -> QuerySet[Invitation]:
        return Invitation.objects.filter(contact__organization=self.organization)

    @property
    def quotes(self) -> QuoteQuerySet:
        return Quote.objects.filter(organization=self.organization)

    @property
    def invoices(self) -> InvoiceQuerySet:
        return Invoice.objects.filter(organization=self.organization).listed()

    def owed_by_currency(self) -> list[dict[str, Any]]:
        """What is unpaid by age, a row for each currency."""
        return ages.owed_by_currency(self.organization.id, self.today)

    def first_seen_but_unpaid(self) -> list[Invoice]:
        """The unpaid invoices that were opened, the first due first, with their customers: as many as home shows."""
        return _first_seen_but_unpaid(self.organization.id)

    def latest_payments(self) -> list[Payment]:
        """The newest with their customers: as many as home shows."""
        return _latest_payments(self.organization.id)

    @property
    def links(self) -> QuerySet[DocumentLink]:
        """What was mailed to open one document without signing in."""
        return DocumentLink.objects.filter(organization=self.organization)

    @property
    def items(self) -> QuerySet[Item]:
        return Item.objects.filter(organization=self.organization, retired_at__isnull=True)

    @property
    def payments(self) -> QuerySet[Payment]:
        return Payment.objects.filter(organization=self.organization)

    @property
    def returns(self) -> QuerySet[Return]:
        """Refunds and chargebacks."""
        return Return.objects.filter(organization=self.organization)

    @property
    def attempts(self) -> AttemptQuerySet:
        return PaymentAttempt.objects.filter(organization=self.organization)

    @property
    def failed_attempts(self) -> AttemptQuerySet:
        """Those that came to nothing, each with all that is told of it."""
        failed = self.attempts.filter(state=PaymentAttempt.State.FAILED)
        return failed.select_related("customer", "contact", "gateway").prefetch_related("shares__invoice")

    @property
    def comparisons(self) -> QuerySet[Comparison]:
        """The times that the books were compared with gateways."""
        return Comparison.objects.filter(organization=self.organization)

    @property
    def differences(self) -> QuerySet[Difference]:
        """Where a gateway says otherwise than the books, now or once."""
        return Difference.objects.filter(organization=self.organization)

    @property
    def saved_methods(self) -> SavedMethodQuerySet:
        """The cards and bank accounts that gateways keep for customers."""
        return SavedMethod.objects.filter(organization=self.organization).current()

    @property
    def gateways(self) -> QuerySet[GatewayAccount]:
        return GatewayAccount.objects.filter(organization=self.organization)

    @property
    def balances(self) -> QuerySet[CustomerBalance]:
        return CustomerBalance.objects.filter(organization=self.organization)

    @property
    def months(self) -> QuerySet[MonthBalance]:
        return MonthBalance.objects.filter(organization=self.organization)

    @property
    def postings(self) -> QuerySet[Posting]:
        return Posting.objects.filter(organization=self.organization)

    @property
    def staff(self) -> QuerySet[StaffMember]:
        return StaffMember.objects.filter(organization=self.organization, removed_at__isnull=True)

    @property
    def staff_invitations(self) -> QuerySet[StaffInvitation]:
        return StaffInvitation.objects.filter(member__organization=self.organization)

    @property
    def tax_rates(self) -> QuerySet[TaxRate]:
        return TaxRate.objects.filter(organization=self.organization, retired_at__isnull=True)

    @property
    def number_series(self) -> QuerySet[NumberSeries]:
        return NumberSeries.objects.filter(organization=self.organization)

    @property
    def portal_name(self) -> str:
        return PortalName.objects.values_list("name", flat=True).get(organization=self.organization, is_current=True)

    @property
    def mail_server(self) -> MailServer | None:
        return MailServer.objects.filter(organization=self.organization).first()

    @property
    def has_mail_server(self) -> bool:
        """Whether mail can go out, through the installation's server or the organization's own."""
        return bool(settings.ENVIRONMENT.mail_host) or self.mail_server is not None

    @property
    def mail_goes_out(self) -> bool:
        """Whether mail that is written now reaches somebody; in the demo it reaches the outbox page."""
        return settings.ENVIRONMENT.mode == "demo" or self.has_mail_server

    @property
    def notification_preferences(self) -> QuerySet[NotificationPreference]:
        return NotificationPreference.objects.filter(organization=self.organization)

    @property
    def events(self) -> QuerySet[Event]:
        return Event.objects.filter(organization_id=self.organization.id)

    @property
    def mails(self) -> QuerySet[Mail]:
        return Mail.objects.filter(organization=self.organization)

    @property
    def notifications(self) -> QuerySet[Notification]:
        return Notification.objects.filter(staff=self.member).select_related("event")


@Prepared
def _first_seen_but_unpaid(organization_id: int) -> InvoiceQuerySet:
    unpaid = Invoice.objects.filter(organization_id=organization_id).listed().unpaid()
    return unpaid.filter(viewed_at__isnull=False).select_related("customer").order_by("due_on", "id")[:SHOWN_AT_HOME]


@Prepared
def _latest_payments(organization_id: int) -> QuerySet[Payment]:
    payments = Payment.objects.filter(organization_id=organization_id).select_related("customer")
    return payments.order_by("-paid_on", "-id")[:SHOWN_AT_HOME]
