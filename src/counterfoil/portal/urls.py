"""The portal's routes. Each page family's views are in the module of its name."""

from django.urls import path

from . import bell, home, invoices

app_name = "portal"

CUSTOMER = "<slug:portal_name>/<int:customer_id>/"

urlpatterns = [
    path(CUSTOMER, home.show, name="home"),
    path(f"{CUSTOMER}bell/", bell.index, name="bell"),
    path(f"{CUSTOMER}bell/read/", bell.read, name="bell_read"),
    path(f"{CUSTOMER}bell/<int:notification_id>/", bell.show, name="bell_line"),
    path(f"{CUSTOMER}details/", home.details, name="details"),
    path(f"{CUSTOMER}invoices/", invoices.index, name="invoices"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/", invoices.show, name="invoice"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/pdf/", invoices.pdf, name="invoice_pdf"),
]
