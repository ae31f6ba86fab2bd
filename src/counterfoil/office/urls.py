"""The office's routes. Each page family's views are in the module of its name."""

from django.urls import include, path

from counterfoil.reach import entrance
from counterfoil.reach.account import staff_invitation

from . import batches, bell, files, home, items, own, search
from .customers import viewing

app_name = "office"
urlpatterns = [
    path("", entrance.office, name="entrance"),
    path("invitation/<str:token>/", staff_invitation.open_invitation, name="staff_invitation"),
    path("<int:organization_id>/language/", own.language, name="language"),
    path("<int:organization_id>/", home.show, name="home"),
    path("<int:organization_id>/search/", search.show, name="search"),
    path("<int:organization_id>/customers/", include("counterfoil.office.customers.urls")),
    path("<int:organization_id>/viewing/end/", viewing.stop, name="viewing_stop"),
    path("<int:organization_id>/items/", items.index, name="items"),
    path("<int:organization_id>/items/new/", items.new, name="item_new"),
    path("<int:organization_id>/items/<int:item_id>/", items.edit, name="item"),
    path("<int:organization_id>/items/<int:item_id>/retire/", items.retire, name="item_retire"),
    path("<int:organization_id>/quotes/", include("counterfoil.office.quotes.urls")),
    path("<int:organization_id>/retainer-invoices/", include("counterfoil.office.retainer_invoices.urls")),
    path("<int:organization_id>/sales-orders/", include("counterfoil.office.sales_orders.urls")),
    path("<int:organization_id>/invoices/", include("counterfoil.office.invoices.urls")),
    path("<int:organization_id>/recurring-invoices/", include("counterfoil.office.recurring_invoices.urls")),
    path("<int:organization_id>/payments/", include("counterfoil.office.payments.urls")),
    path("<int:organization_id>/credit-notes/", include("counterfoil.office.credit_notes.urls")),
    path("<int:organization_id>/projects/", include("counterfoil.office.projects.urls")),
    path("<int:organization_id>/timesheets/", include("counterfoil.office.time.urls")),
    path("<int:organization_id>/approvals/", include("counterfoil.office.approvals.urls")),
    path("<int:organization_id>/documents/", files.index, name="files"),
    path("<int:organization_id>/documents/new/", files.new, name="files_new"),
    path("<int:organization_id>/reports/", include("counterfoil.office.reports.urls")),
    path("<int:organization_id>/settings/", include("counterfoil.office.settings.urls")),
    path("<int:organization_id>/batches/<int:batch_id>/", batches.show, name="batch"),
    path("<int:organization_id>/batches/<int:batch_id>/file/", batches.file, name="batch_file"),
    path("<int:organization_id>/bell/", bell.index, name="bell"),
    path("<int:organization_id>/bell/read/", bell.read, name="bell_read"),
    path("<int:organization_id>/bell/<int:notification_id>/", bell.show, name="bell_line"),
]
