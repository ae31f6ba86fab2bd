"""What the office's pages of recurring invoices have of their own. They are written in the editor of every document."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales import recurring_invoices
from counterfoil.books.sales.search import comes_to
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Column, Filter, Listed
from counterfoil.foundation.pages import Sort, starts_with
from counterfoil.office.documents.kinds import Act, Kind, Words
from counterfoil.office.invoices.kind import offered_gateways
from counterfoil.office.words import day
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .forms import NEVER, RecurringForm
from .words import frequency


def _making_key(request: OfficeRequest) -> dict[str, Any]:
    return {"making_key": request.POST.get("making_key", "")[:43]}


def _begins(reach: OfficeReach, customer: Any) -> dict[str, Any]:
    primary = reach.contacts.filter(customer=customer, is_primary=True, retired_at__isnull=True)
    return {
        "payment_days": customer.payment_days,
        "every": 1,
        "unit": "month",
        "ends": NEVER,
        "sends": "draft",
        "people": list(primary.values_list("id", flat=True)),
    }


def _offers(reach: OfficeReach, shown: Any, customer: Any) -> dict[str, Any]:
    """The gateways as an invoice's, and everybody at the customer who can be written to."""
    people = reach.contacts.filter(customer=customer, retired_at__isnull=True).exclude(email="")
    named = [
        (str(person.id), f"{person.full_name} ({person.email})") for person in people.order_by("-is_primary", "id")
    ]
    return {**offered_gateways(reach, shown, customer), "people": named}


def _search(rows: Any, text: str, of: Sequence[int]) -> Any:
    """By the beginning of the name or order number, by the amount, or of these customers."""
    found = starts_with("name_key", text.casefold()) | starts_with("order_key", text.casefold()) | comes_to(text)
    return rows.filter(found | Q(customer_id__in=of) if of else found)


def _row(reach: OfficeReach, profile: Any) -> dict[str, Any]:
    return {
        "frequency": frequency(profile),
        "next_on": day(reach, profile.next_on) if profile.next_on and profile.state == "active" else "",
        "is_held": bool(profile.obstacle),
    }


BUTTONS = {
    "make": Act(
        "making",
        recurring_invoices.make_now,
        _("Here is the invoice."),
        reads=_making_key,
        made="invoice",
    ),
    "stop": Act("stop", recurring_invoices.stop, _("No more invoices are made until you resume.")),
    "resume": Act("resumption", recurring_invoices.resume, _("Invoices are made again, from today on.")),
    "delete": Act("deletion", recurring_invoices.delete, _("The recurring invoice was deleted."), goes=True),
}
RECURRING = Kind(
    name="recurring_invoice",
    plural="recurring_invoices",
    icon="recurring",
    words=Words(
        many=_("Recurring invoices"),
        new=_("New recurring invoice"),
        titled=_("Recurring invoice %(number)s"),
        nothing_fits=_("No recurring invoice fits"),
        nothing_fits_text=_("Try another name, or look at all recurring invoices."),
        none_yet=_("No recurring invoices yet"),
        none_yet_text=_("What you bill again and again is written once; its invoices are made on their dates."),
        saved=_("The recurring invoice is saved."),
        whole=_("For each whole invoice"),
        as_it_is_now=_("See the recurring invoice as it is now"),
        editing_sent=_("What you save holds for the invoices that come. Those that were made stay as they are."),
    ),
    form=RecurringForm,
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "name": Sort("name_key"),
            "amount": Sort("total_minor"),
        },
        filters=(
            ALL,
            Filter("active", _("Active"), lambda rows, _today: rows.active()),
            Filter("stopped", _("Stopped"), lambda rows, _today: rows.stopped()),
            Filter("expired", _("Expired"), lambda rows, _today: rows.expired()),
        ),
        columns=(
            Column(_("Name"), lambda row, _today: row.name),
            columns.CUSTOMER,
            Column(_("Frequency"), lambda row, _today: frequency(row)),
            Column(_("Next invoice"), lambda row, _today: row.next_on if row.next_on and row.state == "active" else ""),
            columns.STATUS,
            columns.CURRENCY,
            columns.AMOUNT,
        ),
    ),
    make=recurring_invoices.create,
    change=recurring_invoices.edit,
    search=_search,
    row=_row,
    buttons=BUTTONS,
    begins=_begins,
    offers=_offers,
    list_template="office/recurring_invoices/index.html",
    edit_template="office/recurring_invoices/edit.html",
)
