"""The routes of credit notes, below `/office/<organization>/credit-notes/`."""

from django.urls import path

from counterfoil.office.documents.routes import routes

from .kind import CREDIT_NOTES
from .refund import refund
from .show import show, take_off

NOTE = "<int:credit_note_id>/"

urlpatterns = [
    *routes(CREDIT_NOTES, show),
    path(f"{NOTE}invoices/<int:invoice_id>/taking-off/", take_off, name="credit_note_take_off"),
    path(f"{NOTE}refund/", refund, name="credit_note_refund"),
]
