"""The routes of payments, below `/office/<organization>/payments/`."""

from django.urls import path

from . import failed, index, record, refund, show

urlpatterns = [
    path("", index.index, name="payments"),
    path("new/", record.new, name="payment_new"),
    path("failed/", failed.index, name="payments_failed"),
    path("<int:payment_id>/", show.show, name="payment"),
    path("<int:payment_id>/invoices/<int:invoice_id>/taking-off/", show.take_off, name="payment_take_off"),
    path("<int:payment_id>/refund/", refund.refund, name="payment_refund"),
    path("<int:payment_id>/returns/<int:return_id>/decision/", refund.decide, name="payment_return_decide"),
    path("<int:payment_id>/pdf/", show.pdf, name="payment_pdf"),
]
