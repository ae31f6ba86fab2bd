"""What one staff member may see of one organization. Office views get at data only through this."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Value
from django.http import Http404

from counterfoil.books.conversations.models import Comment, CommentQuerySet, Review
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.files.models import StoredFile, StoredFileQuerySet
from counterfoil.books.ledger.models import MonthBalance, Posting
from counterfoil.books.organizations.models import (
    MailServer,
    MailTemplate,
    NotificationPreference,
    NumberSeries,
    Organization,
    PortalName,
    StaffInvitation,
    StaffMember,
    StaffQuerySet,
    TaxRate,
)
from counterfoil.books.payments.models import (
    AttemptQuerySet,
    Comparison,
    Difference,
    GatewayAccount,
    Payable,
    Payment,
    PaymentAttempt,
    Return,
    SavedMethod,
    SavedMethodQuerySet,
)
from counterfoil.books.payments.unused_credit import Used, used_for
from counterfoil.books.sales import ages
from counterfoil.books.sales.models import (
    CreditNote,
    CreditNoteQuerySet,
    DocumentLink,
    Invoice,
    InvoiceQuerySet,
    Item,
    Quote,
    QuoteQuerySet,
    RecurringInvoice,
    RecurringInvoiceQuerySet,
    RetainerInvoice,
    RetainerInvoiceQuerySet,
    SalesOrder,
    SalesOrderQuerySet,
)
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.addresses import address
from counterfoil.foundation.events import Event
from counterfoil.imports.models import Import
from counterfoil.outbound.models import Batch, Mail, Notification

from . import office_questions, sample_data, samples
from .capabilities import role_may
from .office_customers import CustomersOfOffice
from .office_time import TimeOfOffice
from .sample_data import SampleData


class OfficeReach(CustomersOfOffice, TimeOfOffice):
    """The office as one staff member has it. Everything here is already narrowed to their organization."""

    door = "office"

    def __init__(self, member: StaffMember, address: str, members: Sequence[StaffMember] = ()) -> None:
        """`members` is everything as which their user works, so that they can switch between organizations."""
        self.member, self.places = member, members
        self.organization: Organization = member.organization
        self.unread: int = 0 if self.logs_only else getattr(member, "unread", None) or 0
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
    def quotes(self) -> QuoteQuerySet:
        return Quote.objects.filter(organization=self.organization)

    @property
    def sales_orders(self) -> SalesOrderQuerySet:
        return SalesOrder.objects.filter(organization=self.organization)

    @property
    def invoices(self) -> InvoiceQuerySet:
        return Invoice.objects.filter(organization=self.organization).listed()

    @property
    def recurring_invoices(self) -> RecurringInvoiceQuerySet:
        """Those that were not deleted."""
        return RecurringInvoice.objects.filter(organization=self.organization).present()

    @property
    def retainer_invoices(self) -> RetainerInvoiceQuerySet:
        return RetainerInvoice.objects.filter(organization=self.organization)

    @property
    def comments(self) -> CommentQuerySet:
        """On documents and on customers, internal ones too."""
        return Comment.objects.filter(organization=self.organization)

    @property
    def reviews(self) -> QuerySet[Review]:
        """What customers think of the organization, published or not."""
        return Review.objects.filter(organization=self.organization)

    @property
    def files(self) -> StoredFileQuerySet:
        """What is shared with customers and what the office keeps for itself, on accounts, documents and comments."""
        return StoredFile.objects.filter(organization=self.organization).present()

    @property
    def credit_notes(self) -> CreditNoteQuerySet:
        return CreditNote.objects.filter(organization=self.organization)

    def has_issued(self) -> bool:
        """Whether there is anything but drafts."""
        return bool(office_questions.an_issued(self.organization.id))

    def owed_by_currency(self) -> dict[str, tuple[int, ...]]:
        """What is unpaid by age, for each currency."""
        return ages.owed_by_currency(self.organization.id, self.today)

    def begun(self) -> office_questions.Begun:
        """What a new organization has set up so far."""
        return office_questions.Begun(*office_questions.begun(self.organization.id)[0])

    def waiting(self) -> office_questions.Waiting:
        """How much waits for somebody here or at a customer."""
        (counts,) = office_questions.waiting(self.organization.id, self.today)
        return office_questions.Waiting(*(count or 0 for count in counts))

    def first_seen_but_unpaid(self) -> list[Invoice]:
        """The unpaid invoices that were opened, the first due first, with their customers: as many as home shows."""
        return office_questions.first_seen_but_unpaid(self.organization.id)

    def latest_payments(self) -> list[Payment]:
        """The newest with their customers: as many as home shows."""
        return office_questions.latest_payments(self.organization.id)

    def latest_events(self, names: tuple[str, ...]) -> list[Any]:
        """The newest of these names that the office is told of, each with its `customer`'s name."""
        return office_questions.latest_events(self.organization.id, names)

    def document(self, model: Any, document_id: int) -> Any:
        """One of this type, with its content, its customer and who opened it first. Raises Http404."""
        found = office_questions.document(self.organization.id, document_id, model)
        if not found:
            raise Http404
        return found[0]

    def events_about(self, document: Any, names: tuple[str, ...]) -> list[Event]:
        """The newest of these names about one document."""
        return office_questions.events_about(self.organization.id, document.id, document.kind(), names)

    def recipients_of(self, document: Any) -> list[ContactPerson]:
        """To whom it can be sent, the primary contact person first."""
        return office_questions.recipients(self.organization.id, document.customer_id)

    def newest_comments(self, document: Any) -> list[Comment]:
        """The last of them on a document, the newest first: one more than a page takes."""
        return office_questions.newest_comments(self.organization.id, document.id, document.kind())

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

    def payments_of(self, document: Payable) -> list[Used]:
        """What pays a document now, the latest first, each with how much of it; also what was paid ahead."""
        return used_for(document.customer_id, document)

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
        return failed.select_related("customer", "contact", "gateway").prefetch_related(
            "shares__invoice", "shares__retainer"
        )

    def failed_of(self, document: Any) -> list[PaymentAttempt]:
        """The latest of them that were meant for an invoice or a retainer invoice."""
        ids = office_questions.failed_of(self.organization.id, document.id)
        return list(self.failed_attempts.filter(id__in=ids).order_by("-id")) if ids else []

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
    def months(self) -> QuerySet[MonthBalance]:
        return MonthBalance.objects.filter(organization=self.organization)

    @property
    def postings(self) -> QuerySet[Posting]:
        return Posting.objects.filter(organization=self.organization)

    @property
    def staff(self) -> StaffQuerySet:
        return StaffMember.objects.filter(organization=self.organization, removed_at__isnull=True)

    @property
    def all_staff(self) -> QuerySet[StaffMember]:
        """Those who have left too: their name stays on what they did."""
        return StaffMember.objects.filter(organization=self.organization)

    def numbered(self, text: str) -> dict[str, list[int]]:
        """The ids of the documents and payments that have exactly this number, by what events call them."""
        key, found = text.casefold(), dict[str, list[int]]()
        documents: tuple[Any, ...] = (
            self.invoices,
            self.quotes,
            self.sales_orders,
            self.retainer_invoices,
            self.credit_notes,
            self.approvals,
        )
        first, *others = (
            rows.filter(number_key=key).order_by().values_list(Value(rows.model.told_as()), "id")
            for rows in (*documents, self.payments)
        )
        for kind, row_id in first.union(*others, all=True):
            found.setdefault(kind, []).append(row_id)
        return found

    def colleagues(self) -> list[StaffMember]:
        """Everybody else who works here now, by name."""
        return office_questions.colleagues(self.organization.id, self.member.id)

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
    def is_mailed_by_all(self) -> bool:
        """Whether mail goes out through a server of the whole installation."""
        return bool(settings.ENVIRONMENT.mail_host)

    @property
    def has_mail_server(self) -> bool:
        """Whether mail can go out, through that or the organization's own."""
        return self.is_mailed_by_all or self.mail_server is not None

    @property
    def mail_goes_out(self) -> bool:
        """Whether mail that is written now reaches somebody; in the demo it reaches the outbox page."""
        return settings.ENVIRONMENT.mode == "demo" or self.has_mail_server

    @property
    def notification_preferences(self) -> QuerySet[NotificationPreference]:
        return NotificationPreference.objects.filter(organization=self.organization)

    @property
    def mail_templates(self) -> QuerySet[MailTemplate]:
        """The texts of mails that the organization wrote itself, those that were put aside too."""
        return MailTemplate.objects.filter(organization=self.organization)

    def sample_for(self, kind: str) -> tuple[Any, ContactPerson] | None:
        """The newest that a kind of mail could be about, and who would get it; None where there is nothing yet."""
        return samples.newest(self.organization, kind, self.today)

    @property
    def sample_data(self) -> SampleData | None:
        """What there is to try things out, and what is in it; None where none was added."""
        return sample_data.of(self.organization, self.places)

    @property
    def events(self) -> QuerySet[Event]:
        return Event.objects.filter(organization_id=self.organization.id)

    @property
    def mails(self) -> QuerySet[Mail]:
        return Mail.objects.filter(organization=self.organization)

    @property
    def batches(self) -> QuerySet[Batch]:
        """What this person has done to many documents at once, unless they only log time by now."""
        done = Batch.objects.none() if self.logs_only else Batch.objects.filter(organization=self.organization)
        return (
            done.filter(staff=self.member).exclude(act=Batch.Act.IMPORT).select_related("file").defer("file__content")
        )

    @property
    def imports(self) -> QuerySet[Import]:
        return Import.objects.filter(organization=self.organization)

    @property
    def notifications(self) -> QuerySet[Notification]:
        """What this person was told of; nothing of what they were told before, if they only log time by now."""
        told = Notification.objects.filter(staff=self.member).select_related("event")
        return told.none() if self.logs_only else told
