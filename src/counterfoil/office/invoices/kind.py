"""What the office's pages of invoices have of their own."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.payments import reminders
from counterfoil.books.sales import conversions, invoices, reopening, write_offs
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.foundation.formats import relative_due
from counterfoil.foundation.pages import Sort
from counterfoil.office.documents.acts import chosen_people
from counterfoil.office.documents.forms import OrderLineForm
from counterfoil.office.documents.kinds import Act, Kind, Words, file_columns
from counterfoil.office.words import day, written
from counterfoil.paper.documents import standing_of
from counterfoil.reach.office import OfficeReach

from .forms import InvoiceForm


def _row(reach: OfficeReach, invoice: Any) -> dict[str, Any]:
    is_draft = invoice.state == "draft"
    # Nothing is owed by a draft yet; what is of interest is what it will be.
    owed = invoice.total_minor if is_draft else invoice.balance_minor
    return {
        "due_on": day(reach, invoice.due_on),
        "how_late": relative_due(invoice.due_on, reach.today) if invoice.status(reach.today) == "overdue" else "",
        "balance": written(reach, owed, invoice.currency),
        "is_draft": is_draft,
    }


def _begins(_reach: OfficeReach, customer: Any) -> dict[str, Any]:
    return {"payment_days": customer.payment_days, "due_on": None}


def _offers(reach: OfficeReach, shown: Any) -> dict[str, Any]:
    """The gateways that are switched on, and those that the invoice names though they are off at the moment."""
    named = (shown.gateway_ids or []) if shown else []
    offered = reach.gateways.filter(Q(is_enabled=True) | Q(id__in=named)).order_by("id")
    return {"gateways": [(str(account.id), account.get_kind_display()) for account in offered]}


BUTTONS = {
    "send": Act("sending", invoices.send, _("The invoice is on its way."), reads=chosen_people, is_mail=True),
    "remind": Act("reminder", reminders.send, _("The reminder is on its way."), reads=chosen_people, is_mail=True),
    "stop_reminders": Act("reminders/stop", reminders.stop, _("No automatic reminders of this invoice are sent.")),
    "resume_reminders": Act("reminders/resume", reminders.resume, _("Reminders of this invoice are sent again.")),
    "mark_as_sent": Act("issue", invoices.mark_as_sent, _("The invoice is issued.")),
    "void": Act("void", invoices.void, _("The invoice is void. What was paid of it is now credit.")),
    "reinstate": Act("reinstatement", invoices.reinstate, _("The invoice is valid again.")),
    "write_off": Act("write-off", write_offs.write_off, _("What was left is written off.")),
    "undo_write_off": Act("write-off/undoing", write_offs.undo, _("The invoice is owed again.")),
    "collect_again": Act("collecting", reopening.collect_again, _("The invoice is reminded of and charged again.")),
    "to_credit_note": Act(
        "credit-note", conversions.invoice_to_credit_note, _("Here is the draft credit note."), made="credit_note"
    ),
    "delete": Act("deletion", invoices.delete, _("The draft was deleted."), goes=True),
}
INVOICES = Kind(
    name="invoice",
    plural="invoices",
    icon="invoice",
    words=Words(
        many=_("Invoices"),
        new=_("New invoice"),
        titled=_("Invoice %(number)s"),
        nothing_fits=_("No invoice fits"),
        nothing_fits_text=_("Try another number, or look at all invoices."),
        none_yet=_("No invoices yet"),
        none_yet_text=_("Write an invoice and send it; its status and what is paid of it appear here."),
        saved=_("The invoice is saved."),
        whole=_("For the whole invoice"),
        as_it_is_now=_("See the invoice as it is now"),
        editing_sent=_(
            "This invoice was issued. What you save is its revision %(revision)d, and the customer sees that one; "
            "what was issued before is kept."
        ),
    ),
    form=InvoiceForm,
    line_form=OrderLineForm,
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "due": Sort("due_on", date.fromisoformat),
            "amount": Sort("total_minor"),
            "balance": Sort("balance_minor"),
        },
        filters=(
            ALL,
            Filter("draft", _("Draft"), lambda rows, _today: rows.filter(state="draft")),
            Filter("unpaid", _("Unpaid"), lambda rows, _today: rows.unpaid()),
            Filter("overdue", _("Overdue"), lambda rows, today: rows.overdue(today)),
            Filter("partially-paid", _("Partially paid"), lambda rows, _today: rows.partially_paid()),
            Filter("paid", _("Paid"), lambda rows, _today: rows.paid()),
            Filter("void", _("Void"), lambda rows, _today: rows.filter(state="void")),
            Filter("written-off", _("Written off"), lambda rows, _today: rows.filter(state="written_off")),
        ),
        columns=(*file_columns(columns.DUE_DATE), columns.BALANCE),
    ),
    make=invoices.create,
    change=invoices.edit,
    paper=standing_of,
    row=_row,
    buttons=BUTTONS,
    begins=_begins,
    offers=_offers,
    list_template="office/invoices/index.html",
    edit_template="office/invoices/edit.html",
)
