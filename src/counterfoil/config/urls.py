"""Every address, by door. The account pages are reached only below a portal's or the office's address."""

from django.urls import include, path

from counterfoil.reach import logos

urlpatterns = [
    path("account/", include("counterfoil.reach.account.urls")),
    path("portal/", include("counterfoil.portal.urls")),
    path("office/", include("counterfoil.office.urls")),
    path("logo/<int:organization>/<slug:digest>/", logos.show, name="logo"),
    path("", include("counterfoil.design.urls")),
]

handler500 = "counterfoil.reach.errors.server_error"
