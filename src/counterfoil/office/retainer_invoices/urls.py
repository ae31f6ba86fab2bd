"""The routes of retainer invoices, below `/office/<organization>/retainer-invoices/`."""

from django.urls import path

from counterfoil.office.documents.routes import routes

from .drawing import draw
from .kind import RETAINER_INVOICES
from .show import show, take_off

RETAINER = "<int:retainer_invoice_id>/"

urlpatterns = [
    *routes(RETAINER_INVOICES, show),
    path(f"{RETAINER}invoices/", draw, name="retainer_invoice_draw"),
    path(f"{RETAINER}invoices/<int:invoice_id>/taking-off/", take_off, name="retainer_invoice_take_off"),
]
