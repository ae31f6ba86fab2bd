"""What the office's pages of sales orders have of their own."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales import sales_orders
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.foundation.pages import Sort
from counterfoil.office.documents.acts import chosen_people
from counterfoil.office.documents.forms import OrderLineForm
from counterfoil.office.documents.kinds import Act, Kind, Words, file_columns
from counterfoil.paper.documents import standing_of_sales_order

from .forms import SalesOrderForm

BUTTONS = {
    "send": Act("sending", sales_orders.send, _("The sales order is on its way."), reads=chosen_people, is_mail=True),
    "mark_as_open": Act("opening", sales_orders.mark_as_open, _("The sales order is open.")),
    "close": Act("closing", sales_orders.close, _("The sales order is closed.")),
    "reopen": Act("reopening", sales_orders.reopen, _("The sales order is open again.")),
    "void": Act("void", sales_orders.void, _("The sales order is void.")),
    "delete": Act("deletion", sales_orders.delete, _("The draft was deleted."), goes=True),
}
SALES_ORDERS = Kind(
    name="sales_order",
    plural="sales_orders",
    icon="order",
    words=Words(
        many=_("Sales orders"),
        new=_("New sales order"),
        titled=_("Sales order %(number)s"),
        nothing_fits=_("No sales order fits"),
        nothing_fits_text=_("Try another number, or look at all sales orders."),
        none_yet=_("No sales orders yet"),
        none_yet_text=_(
            "Write down what a customer ordered, or make it of an accepted quote. "
            "Then invoice it, in parts if you like."
        ),
        saved=_("The sales order is saved."),
        whole=_("For the whole sales order"),
        as_it_is_now=_("See the sales order as it is now"),
        editing_sent=_(
            "This sales order is open. What you save is its revision %(revision)d; what was open before is kept. "
            "A line can't be less than what is invoiced of it."
        ),
    ),
    form=SalesOrderForm,
    line_form=OrderLineForm,
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "amount": Sort("total_minor"),
        },
        filters=(
            ALL,
            Filter("draft", _("Draft"), lambda rows, _today: rows.standing("draft")),
            Filter("open", _("Open"), lambda rows, _today: rows.standing("open")),
            Filter(
                "partially-invoiced", _("Partially invoiced"), lambda rows, _today: rows.standing("partially_invoiced")
            ),
            Filter("closed", _("Closed"), lambda rows, _today: rows.standing("closed")),
            Filter("void", _("Void"), lambda rows, _today: rows.standing("void")),
        ),
        columns=file_columns(),
    ),
    make=sales_orders.create,
    change=sales_orders.edit,
    paper=standing_of_sales_order,
    row=lambda _reach, _order: {},
    buttons=BUTTONS,
    begins=lambda _reach, _customer: {},
)
