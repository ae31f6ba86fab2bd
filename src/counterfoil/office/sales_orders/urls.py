"""The routes of sales orders, below `/office/<organization>/sales-orders/`."""

from django.urls import path

from counterfoil.office.documents.routes import routes

from . import invoicing
from .kind import SALES_ORDERS
from .show import show

urlpatterns = [
    *routes(SALES_ORDERS, show),
    path("<int:sales_order_id>/invoice/", invoicing.invoice, name="sales_order_invoice"),
]
