"""The routes as the demo has them."""

from django.urls import include, path

from counterfoil.config.urls import handler500
from counterfoil.config.urls import urlpatterns as ours

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [*ours, path("", include("counterfoil.demo.urls"))]
