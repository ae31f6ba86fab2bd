"""Every column that names a customer or a contact person, and what becomes of its rows when two customers are merged.

A test compares these tables with the models: whoever adds such a column says here how it is treated. Columns go by
`app.Model.field`, so that those of packages above the books have their row too.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet


class How(StrEnum):
    """What becomes of the rows."""

    MOVES = "moves"  # it is the survivor's, and otherwise as it was
    ADDED = "added"  # to what the survivor has: `ledger.handing_over`
    PEOPLE = "people"  # contact persons, of whom both may have the same: `people`
    NAMED = "named"  # ids within a value, which are put right one by one
    DROPPED = "dropped"  # made from the customer, and of no use without it
    STAYS = "stays"  # it tells what was then


CUSTOMER: dict[str, How] = {
    "conversations.Comment.customer": How.MOVES,
    "conversations.Message.customer": How.MOVES,
    "conversations.Review.customer": How.MOVES,
    "customers.ContactPerson.customer": How.PEOPLE,
    "customers.Customer.merged_into": How.MOVES,  # who was merged into one that is merged
    "customers.CustomerWord.customer": How.DROPPED,
    "files.StoredFile.customer": How.MOVES,
    "foundation.Event.customer_id": How.STAYS,  # the log is never written again; readers ask `survivor_id`
    "ledger.Allocation.customer": How.ADDED,
    "ledger.CustomerBalance.customer": How.ADDED,
    "ledger.Leg.customer": How.ADDED,
    "ledger.MonthBalance.customer": How.ADDED,
    "ledger.Posting.customer": How.ADDED,
    "organizations.ExternalId.row_id": How.NAMED,  # of kind "customer": what it is called where it came from
    "outbound.Mail.customer": How.MOVES,
    "payments.Payment.customer": How.MOVES,
    "payments.PaymentAttempt.customer": How.MOVES,
    "payments.Return.customer": How.MOVES,
    "payments.SavedMethod.customer": How.MOVES,  # the gateway knows it by its token, and no customer of ours
    "projects.Approval.customer": How.MOVES,
    "projects.Project.customer": How.MOVES,
    "projects.TimeEntry.customer": How.MOVES,
    "sales.CreditNote.customer": How.MOVES,
    "sales.CreditNoteRefund.customer": How.MOVES,
    "sales.DocumentLink.customer": How.MOVES,
    "sales.Invoice.customer": How.MOVES,
    "sales.Quote.customer": How.MOVES,
    "sales.RecurringInvoice.customer": How.MOVES,
    "sales.RetainerInvoice.customer": How.MOVES,
    "sales.SalesOrder.customer": How.MOVES,
}

# Of a person whom both have. Of everybody else nothing changes but the customer.
PERSON: dict[str, How] = {
    "conversations.Comment.contact": How.MOVES,
    "conversations.Message.contact": How.MOVES,
    "conversations.Review.contact": How.MOVES,
    "customers.ContactPerson.same_as": How.MOVES,
    "customers.Invitation.contact": How.PEOPLE,
    "files.StoredFile.contact": How.MOVES,
    "outbound.Batch.contact": How.MOVES,
    "outbound.Notification.contact": How.PEOPLE,
    "payments.PaymentAttempt.contact": How.MOVES,
    "projects.Approval.viewed_by": How.MOVES,
    "sales.CreditNote.viewed_by": How.MOVES,
    "sales.DocumentLink.contact": How.PEOPLE,
    "sales.Invoice.viewed_by": How.MOVES,
    "sales.Quote.viewed_by": How.MOVES,
    "sales.RecurringInvoice.contact_ids": How.NAMED,
    "sales.RetainerInvoice.viewed_by": How.MOVES,
    "sales.SalesOrder.viewed_by": How.MOVES,
}


def moving(table: dict[str, How]) -> Iterator[tuple[QuerySet[Any], str]]:
    """The rows of each table of which only one column changes, and that column."""
    for column, how in table.items():
        if how is How.MOVES:
            label, _dot, field = column.rpartition(".")
            yield rows(label), field


def rows(label: str) -> QuerySet[Any]:
    """Every row of a model, also of one whose own manager lets nobody write again."""
    model: type[Model] = apps.get_model(label)
    return QuerySet(model)
