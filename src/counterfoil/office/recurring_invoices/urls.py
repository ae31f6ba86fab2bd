"""The routes of recurring invoices, below `/office/<organization>/recurring-invoices/`."""

from django.urls import path
from django.views.decorators.http import require_POST

from counterfoil.office.documents import acts, editor
from counterfoil.office.documents.routes import BOTH, at

from .index import index
from .kind import RECURRING
from .show import show

ONE = "<int:recurring_invoice_id>/"

urlpatterns = [
    path("", index, name="recurring_invoices"),
    path("new/", at(RECURRING, editor.new, RECURRING.edits, BOTH), name="recurring_invoice_new"),
    path(ONE, show, name="recurring_invoice"),
    path(f"{ONE}edit/", at(RECURRING, editor.edit, RECURRING.edits, BOTH), name="recurring_invoice_edit"),
    *(
        path(
            f"{ONE}{act.at}/",
            at(RECURRING, acts.button(act), RECURRING.edits, require_POST),
            name=f"recurring_invoice_{key}",
        )
        for key, act in RECURRING.buttons.items()
    ),
]
