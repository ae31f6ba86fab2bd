"""What the office's pages of credit notes have of their own."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counterfoil.books.sales import credit_notes
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.foundation.pages import Sort
from counterfoil.office.documents.acts import chosen_people
from counterfoil.office.documents.kinds import Act, Kind, Words, file_columns
from counterfoil.office.words import written
from counterfoil.paper.documents import standing_of_credit_note
from counterfoil.reach.office import OfficeReach

from .forms import CreditNoteForm


def _row(reach: OfficeReach, note: Any) -> dict[str, Any]:
    is_draft = note.state == "draft"
    return {"left": "" if is_draft else written(reach, note.balance_minor, note.currency)}


BUTTONS = {
    "send": Act("sending", credit_notes.send, _("The credit note is on its way."), reads=chosen_people, is_mail=True),
    "mark_as_sent": Act("issue", credit_notes.mark_as_sent, _("The credit note is issued.")),
    "void": Act("void", credit_notes.void, _("The credit note is void.")),
    "delete": Act("deletion", credit_notes.delete, _("The draft was deleted."), goes=True),
}
CREDIT_NOTES = Kind(
    name="credit_note",
    plural="credit_notes",
    icon="credit",
    words=Words(
        many=_("Credit notes"),
        new=_("New credit note"),
        titled=_("Credit note %(number)s"),
        nothing_fits=_("No credit note fits"),
        nothing_fits_text=_("Try another number, or look at all credit notes."),
        none_yet=_("No credit notes yet"),
        none_yet_text=_("What you credit customers appears here, and what is left of it for their invoices."),
        saved=_("The draft is saved."),
        whole=_("For the whole credit note"),
        as_it_is_now=_("See the credit note as it is now"),
        editing_sent=_("A credit note that was issued isn't edited. Make it void and write another."),
    ),
    form=CreditNoteForm,
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "amount": Sort("total_minor"),
            "left": Sort("balance_minor"),
        },
        filters=(
            ALL,
            Filter("draft", _("Draft"), lambda rows, _today: rows.filter(state="draft")),
            Filter("open", pgettext_lazy("of a credit note", "Open"), lambda rows, _today: rows.open()),
            Filter("closed", pgettext_lazy("of a credit note", "Closed"), lambda rows, _today: rows.closed()),
            Filter("void", _("Void"), lambda rows, _today: rows.filter(state="void")),
        ),
        columns=(*file_columns(), columns.money(_("Left"), "balance_minor")),
    ),
    make=credit_notes.create,
    change=credit_notes.edit,
    paper=standing_of_credit_note,
    row=_row,
    buttons=BUTTONS,
    begins=lambda _reach, _customer: {},
    is_revised=False,
    list_template="office/credit_notes/index.html",
)
