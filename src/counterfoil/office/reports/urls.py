"""The routes of reports, below `/office/<organization>/reports/`."""

from django.urls import path

from . import gateways, views

urlpatterns = [
    path("", views.index, name="reports"),
    path("receivables-by-age/", views.ages, name="report_ages"),
    path("tax-by-rate/", views.taxes, name="report_taxes"),
    path("payments-received/", views.payments, name="report_payments"),
    path("gateways/", gateways.show, name="report_gateways"),
    path("gateways/<int:difference_id>/settling/", gateways.settle, name="report_gateways_settle"),
    path("invoices-by-customer/", views.invoices, name="report_invoices"),
]
