"""What the office knows of customers and their people, as a part of what one staff member may see."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from counterfoil.books.customers.models import ContactPerson, Customer, CustomerQuerySet
from counterfoil.books.customers.versions import EDITED
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import Payment, SavedMethod
from counterfoil.books.sales.models import CreditNote, Invoice, RetainerInvoice
from counterfoil.foundation.events import Event

from . import office_questions


class CustomersOfOffice:
    """Everything here is already narrowed to the organization."""

    organization: Organization
    today: Any

    @property
    def customers(self) -> CustomerQuerySet:
        return Customer.objects.of(self.organization)

    @property
    def customers_with_past(self) -> CustomerQuerySet:
        """The same with whether others were merged into each: `has_merged`."""
        return self.customers.annotate(has_merged=Exists(Customer.objects.filter(merged_into=OuterRef("id"))))

    def with_merged(self, ids: Sequence[int]) -> list[int]:
        """These customers, and those that were merged into them: whose history they have."""
        merged = Customer.objects.filter(organization=self.organization, merged_into__in=ids)
        return [*ids, *merged.values_list("id", flat=True)] if ids else []

    def names_of_customers(self, ids: Collection[int]) -> dict[int, str]:
        """By id, also of those that were merged into others, as history knows them."""
        named = Customer.objects.filter(organization=self.organization, id__in=ids)
        return dict(named.values_list("id", "display_name")) if ids else {}

    def customer_with_reviews(self, customer_id: int) -> Customer:
        """The same one with the newest of what they think of the organization: `reviews.read` gives them.

        Raises Http404.
        """
        found = office_questions.customer_with_reviews(self.organization.id, customer_id)
        if not found:
            raise Http404
        return found[0]

    def people_of(self, customer: Customer) -> list[ContactPerson]:
        """The contact persons, the primary one first, each with `invitation_id` and `invited_at` while that waits."""
        return office_questions.people_of(self.organization.id, customer.id)

    def newest_transactions(self, customer: Customer, few: int) -> list[Any]:
        """The newest few invoices, payments, credit notes and retainer invoices of a customer, in one order."""
        days = {Invoice: "dated", Payment: "paid_on", CreditNote: "dated", RetainerInvoice: "dated"}
        found = [
            (getattr(one, day), one.pk, one)
            for model, day in days.items()
            for one in office_questions.newest_transactions(self.organization.id, customer.id, model, day, str(few))
        ]
        return [one for _day, _id, one in sorted(found, key=lambda entry: entry[:2], reverse=True)[:few]]

    @property
    def customers_with_balances(self) -> CustomerQuerySet:
        """The same with what each owes and has in credit: `receivable_minor` and `credit_minor`."""
        balance = CustomerBalance.objects.filter(customer_id=OuterRef("id"))
        return self.customers.annotate(
            receivable_minor=Coalesce(Subquery(balance.values("receivable_minor")), Value(0)),
            credit_minor=Coalesce(Subquery(balance.values("credit_minor")), Value(0)),
        )

    @property
    def contacts(self) -> QuerySet[ContactPerson]:
        return ContactPerson.objects.filter(organization=self.organization)

    def latest_events_of(self, customer: Any, names: tuple[str, ...]) -> list[Event]:
        """The newest of these names about a customer (of `customers_with_past`), and who was merged into it."""
        ask = office_questions.latest_events_of_merged if customer.has_merged else office_questions.latest_events_of
        return ask(self.organization.id, customer.id, names)

    def changes_of(self, customer: Customer) -> QuerySet[Event]:
        """Each change of a customer's details, of their contact persons', and of whom was merged into them."""
        about = {"organization_id": self.organization.id, "customer_id__in": self.with_merged([customer.id])}
        return Event.objects.filter(**about, name__in=EDITED, for_office=True)

    def balance_of(self, customer: Customer) -> Any:
        """What a customer owes now, with how many invoices are `late`, and the opening balance's amount and day.

        None before anything was posted.
        """
        return next(iter(office_questions.balance_of(self.organization.id, customer.id, self.today)), None)

    def saved_by(self, customer: Customer) -> list[SavedMethod]:
        """The cards and bank accounts that are kept for a customer."""
        return office_questions.saved_by(self.organization.id, customer.id)

    @property
    def balances(self) -> QuerySet[CustomerBalance]:
        return CustomerBalance.objects.filter(organization=self.organization)
