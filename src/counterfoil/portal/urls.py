"""The portal's routes. Each page family's views are in the module of its name."""

from django.urls import path

from . import home, invoices

app_name = "portal"

CUSTOMER = "<slug:portal_name>/<int:customer_id>/"

urlpatterns = [
    path(CUSTOMER, home.show, name="home"),
    path(f"{CUSTOMER}details/", home.details, name="details"),
    path(f"{CUSTOMER}invoices/", invoices.index, name="invoices"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/", invoices.show, name="invoice"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/pdf/", invoices.pdf, name="invoice_pdf"),
]
