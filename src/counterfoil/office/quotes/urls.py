"""The routes of quotes, below `/office/<organization>/quotes/`."""

from django.urls import path

from counterfoil.office.documents.routes import routes

from .kind import QUOTES
from .show import show
from .signed import signed

urlpatterns = [
    *routes(QUOTES, show),
    path("<int:quote_id>/revisions/<int:number>/signed/", signed, name="quote_signed"),
]
