"""What the office's pages of quotes have of their own."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales import conversions, quotes
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.pages import Sort
from counterfoil.office.documents.acts import chosen_people
from counterfoil.office.documents.kinds import Act, Kind, Words, file_columns
from counterfoil.office.words import day
from counterfoil.paper.documents import standing_of_quote
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .forms import QuoteForm, QuoteLineForm


def _row(reach: OfficeReach, quote: Any) -> dict[str, Any]:
    return {"expires_on": day(reach, quote.expires) if quote.expires else ""}


def _chosen(request: OfficeRequest) -> dict[str, Any]:
    """The optional lines that were ticked, by position."""
    ticked = (whole_number(one) for one in request.POST.getlist("with"))
    return {"chosen": {one for one in ticked if one is not None}}


def _reason(request: OfficeRequest) -> dict[str, Any]:
    return {"reason": request.POST.get("reason", "")}


BUTTONS = {
    "send": Act("sending", quotes.send, _("The quote is on its way."), reads=chosen_people, is_mail=True),
    "mark_as_sent": Act("issue", quotes.mark_as_sent, _("The quote counts as sent.")),
    "accept": Act("acceptance", quotes.accept, _("The quote is marked as accepted."), reads=_chosen),
    "decline": Act("refusal", quotes.decline, _("The quote is marked as declined."), reads=_reason),
    "to_invoice": Act("invoice", conversions.quote_to_invoice, _("Here is the draft invoice."), made="invoice"),
    "to_sales_order": Act(
        "sales-order", conversions.quote_to_sales_order, _("Here is the draft sales order."), made="sales_order"
    ),
    "to_retainer_invoice": Act(
        "retainer-invoice",
        conversions.quote_to_retainer_invoice,
        _("Here is the draft retainer invoice."),
        made="retainer_invoice",
    ),
    "delete": Act("deletion", quotes.delete, _("The draft was deleted."), goes=True),
}
QUOTES = Kind(
    name="quote",
    plural="quotes",
    icon="quote",
    words=Words(
        many=_("Quotes"),
        new=_("New quote"),
        titled=_("Quote %(number)s"),
        nothing_fits=_("No quote fits"),
        nothing_fits_text=_("Try another number, or look at all quotes."),
        none_yet=_("No quotes yet"),
        none_yet_text=_("Write a quote and send it; whether it was seen, accepted or declined appears here."),
        saved=_("The quote is saved."),
        whole=_("For the whole quote"),
        as_it_is_now=_("See the quote as it is now"),
        editing_sent=_(
            "This quote was sent. What you save is its revision %(revision)d, which the customer sees at once and "
            "decides anew; what was sent and decided before is kept."
        ),
    ),
    form=QuoteForm,
    line_form=QuoteLineForm,
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "expires": Sort("expires_on", date.fromisoformat),
            "amount": Sort("total_minor"),
        },
        filters=(
            ALL,
            Filter("draft", _("Draft"), lambda rows, _today: rows.filter(state="draft")),
            Filter("awaiting", _("Awaiting approval"), lambda rows, today: rows.awaiting(today)),
            Filter("accepted", _("Accepted"), lambda rows, _today: rows.filter(state="accepted")),
            Filter("declined", _("Declined"), lambda rows, _today: rows.filter(state="declined")),
            Filter("expired", _("Expired"), lambda rows, today: rows.expired(today)),
            Filter("invoiced", _("Invoiced"), lambda rows, _today: rows.filter(state="invoiced")),
        ),
        columns=file_columns(columns.EXPIRY_DATE),
    ),
    make=quotes.create,
    change=quotes.edit,
    paper=standing_of_quote,
    row=_row,
    buttons=BUTTONS,
    begins=lambda _reach, _customer: {"expires_on": None},
    list_template="office/quotes/index.html",
    edit_template="office/quotes/edit.html",
)
