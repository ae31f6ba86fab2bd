"""The office's routes. Each page family's views are in the module of its name."""

from django.urls import include, path

from counterfoil.reach import entrance
from counterfoil.reach.account import staff_invitation

from . import bell, home, invoices, items, own, payments

app_name = "office"
urlpatterns = [
    path("", entrance.office, name="entrance"),
    path("invitation/<str:token>/", staff_invitation.open_invitation, name="staff_invitation"),
    path("<int:organization_id>/language/", own.language, name="language"),
    path("<int:organization_id>/", home.show, name="home"),
    path("<int:organization_id>/customers/", include("counterfoil.office.customers.urls")),
    path("<int:organization_id>/items/", items.index, name="items"),
    path("<int:organization_id>/items/new/", items.new, name="item_new"),
    path("<int:organization_id>/items/<int:item_id>/", items.edit, name="item"),
    path("<int:organization_id>/items/<int:item_id>/retire/", items.retire, name="item_retire"),
    path("<int:organization_id>/invoices/", invoices.index, name="invoices"),
    path("<int:organization_id>/invoices/<int:invoice_id>/", invoices.show, name="invoice"),
    path("<int:organization_id>/invoices/<int:invoice_id>/pdf/", invoices.pdf, name="invoice_pdf"),
    path("<int:organization_id>/invoices/<int:invoice_id>/sending/", invoices.send, name="invoice_send"),
    path("<int:organization_id>/invoices/<int:invoice_id>/issue/", invoices.mark_as_sent, name="invoice_mark_as_sent"),
    path("<int:organization_id>/invoices/<int:invoice_id>/void/", invoices.void, name="invoice_void"),
    path(
        "<int:organization_id>/invoices/<int:invoice_id>/reinstatement/", invoices.reinstate, name="invoice_reinstate"
    ),
    path("<int:organization_id>/invoices/<int:invoice_id>/deletion/", invoices.delete, name="invoice_delete"),
    path("<int:organization_id>/payments/", payments.index, name="payments"),
    path("<int:organization_id>/payments/<int:payment_id>/", payments.show, name="payment"),
    path("<int:organization_id>/payments/<int:payment_id>/pdf/", payments.pdf, name="payment_pdf"),
    path("<int:organization_id>/settings/", include("counterfoil.office.settings.urls")),
    path("<int:organization_id>/bell/", bell.index, name="bell"),
    path("<int:organization_id>/bell/read/", bell.read, name="bell_read"),
    path("<int:organization_id>/bell/<int:notification_id>/", bell.show, name="bell_line"),
]
