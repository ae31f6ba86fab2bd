"""The routes of invoices, below `/office/<organization>/invoices/`."""

from django.urls import path

from counterfoil.office.documents.routes import routes

from . import credit
from .kind import INVOICES
from .show import show

INVOICE = "<int:invoice_id>/"

urlpatterns = [
    *routes(INVOICES, show),
    path(f"{INVOICE}credits/", credit.apply, name="invoice_credits"),
]
