"""What is written into a sales order, which is what every document has, and how much of it is invoiced."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.sales.sales_orders import SalesOrderContent
from counterfoil.design.forms import NumberField
from counterfoil.office.documents.forms import DocumentForm
from counterfoil.office.making import MadeOnce


class SalesOrderForm(DocumentForm):
    """Everything about a sales order but its lines."""

    content_type = SalesOrderContent

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].label = gettext_lazy("Order date")


class InvoicingForm(MadeOnce):
    """`quantity-<source_line_id>`: how much of each line is to be invoiced now."""

    def __init__(self, *args: Any, lines: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line_id, name in lines.items():
            label = _("To invoice of %(name)s") % {"name": name}
            self.fields[f"quantity-{line_id}"] = NumberField(places=6, label=label, required=False)

    def quantities(self) -> dict[int, Decimal]:
        """What was typed; nothing means none."""
        return {line_id: self.cleaned_data[f"quantity-{line_id}"] or Decimal(0) for line_id in self.lines}
