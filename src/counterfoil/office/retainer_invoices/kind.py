"""What the office's pages of retainer invoices have of their own."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales import retainer_invoices
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.foundation.formats import relative_due
from counterfoil.foundation.pages import Sort
from counterfoil.office.documents.acts import chosen_people
from counterfoil.office.documents.kinds import Act, Kind, Words, file_columns
from counterfoil.office.words import day, written
from counterfoil.paper.documents import standing_of_retainer
from counterfoil.reach.office import OfficeReach

from .forms import RetainerForm, RetainerLineForm


def _row(reach: OfficeReach, retainer: Any) -> dict[str, Any]:
    is_draft = retainer.state == "draft"
    is_late = retainer.status(reach.today) == "overdue"
    return {
        "due_on": day(reach, retainer.due) if retainer.due else "",
        "how_late": relative_due(retainer.due_on, reach.today) if is_late else "",
        "balance": written(reach, retainer.total_minor if is_draft else retainer.unpaid_minor, retainer.currency),
        "held": written(reach, retainer.balance_minor, retainer.currency),
        "is_draft": is_draft,
    }


BUTTONS = {
    "send": Act(
        "sending", retainer_invoices.send, _("The retainer invoice is on its way."), reads=chosen_people, is_mail=True
    ),
    "mark_as_sent": Act("issue", retainer_invoices.mark_as_sent, _("The retainer invoice is issued.")),
    "void": Act("void", retainer_invoices.void, _("The retainer invoice is void.")),
    "delete": Act("deletion", retainer_invoices.delete, _("The draft was deleted."), goes=True),
}
RETAINER_INVOICES = Kind(
    name="retainer_invoice",
    plural="retainer_invoices",
    icon="coins",
    words=Words(
        many=_("Retainer invoices"),
        new=_("New retainer invoice"),
        titled=_("Retainer invoice %(number)s"),
        nothing_fits=_("No retainer invoice fits"),
        nothing_fits_text=_("Try another number, or look at all retainer invoices."),
        none_yet=_("No retainer invoices yet"),
        none_yet_text=_("Ask a customer to pay ahead; what is held of it for their invoices appears here."),
        saved=_("The draft is saved."),
        whole=_("For the whole retainer invoice"),
        as_it_is_now=_("See the retainer invoice as it is now"),
        editing_sent=_("A retainer invoice that was issued isn't edited. Make it void and write another."),
    ),
    form=RetainerForm,
    line_form=RetainerLineForm,
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "due": Sort("due_on", date.fromisoformat),
            "amount": Sort("total_minor"),
            "balance": Sort("unpaid_minor"),
            "held": Sort("balance_minor"),
        },
        filters=(
            ALL,
            Filter("draft", _("Draft"), lambda rows, _today: rows.filter(state="draft")),
            Filter("unpaid", _("Unpaid"), lambda rows, _today: rows.unpaid()),
            Filter("overdue", _("Overdue"), lambda rows, today: rows.overdue(today)),
            Filter("paid", _("Paid"), lambda rows, _today: rows.paid()),
            Filter("available", _("Available"), lambda rows, _today: rows.available()),
            Filter("drawn", _("Drawn"), lambda rows, _today: rows.drawn()),
            Filter("void", _("Void"), lambda rows, _today: rows.filter(state="void")),
        ),
        columns=(
            *file_columns(columns.WHEN_DUE),
            columns.money(_("To pay"), "unpaid_minor"),
            columns.money(_("Held"), "balance_minor"),
        ),
    ),
    make=retainer_invoices.create,
    change=retainer_invoices.edit,
    paper=standing_of_retainer,
    row=_row,
    buttons=BUTTONS,
    begins=lambda _reach, _customer: {"due_on": None},
    is_revised=False,
    list_template="office/retainer_invoices/index.html",
)
