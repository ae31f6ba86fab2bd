"""The routes of invoices, below `/office/<organization>/invoices/`."""

from django.urls import path

from counterfoil.office.documents.routes import routes

from . import credit, links
from .kind import INVOICES
from .show import show

INVOICE = "<int:invoice_id>/"

urlpatterns = [
    *routes(INVOICES, show),
    path(f"{INVOICE}credits/", credit.apply, name="invoice_credits"),
    path(f"{INVOICE}links/<int:link_id>/revocation/", links.revoke, name="invoice_link_revoke"),
]
