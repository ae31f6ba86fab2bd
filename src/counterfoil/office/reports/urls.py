"""The routes of reports, below `/office/<organization>/reports/`."""

from django.urls import path

from . import figures, gateways, time, views

urlpatterns = [
    path("", views.index, name="reports"),
    path("receivables-by-age/", views.ages, name="report_ages"),
    path("receivables-by-age/invoices/", figures.invoices, name="report_ages_invoices"),
    path("tax-by-rate/", views.taxes, name="report_taxes"),
    path("payments-received/", views.payments, name="report_payments"),
    path("payments-received/payments/", figures.payments, name="report_payments_listed"),
    path("gateways/", gateways.show, name="report_gateways"),
    path("gateways/<int:difference_id>/settling/", gateways.settle, name="report_gateways_settle"),
    path("time-by-project/", time.show, name="report_time"),
    path("invoices-by-customer/", views.invoices, name="report_invoices"),
]
