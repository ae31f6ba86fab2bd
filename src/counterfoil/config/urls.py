"""Every address, by door. The account pages are reached only below a portal's or the office's address."""

from django.conf import settings
from django.urls import include, path

from counterfoil.office import first_run
from counterfoil.reach import front, health, logos

urlpatterns = [
    path("", front.show, name="front"),
    path("healthz", health.show, name="health"),
    path("setup/<str:token>/", first_run.show, name="setup"),
    path("account/", include("counterfoil.reach.account.urls")),
    path("portal/", include("counterfoil.portal.urls")),
    path("office/", include("counterfoil.office.urls")),
    path("", include("counterfoil.api.urls")),
    path("logo/<int:organization>/<slug:digest>/", logos.show, name="logo"),
    path("", include("counterfoil.design.urls")),
]

if settings.ENVIRONMENT.mode == "demo":
    urlpatterns.append(path("", include("counterfoil.demo.urls")))

handler500 = "counterfoil.reach.errors.server_error"
