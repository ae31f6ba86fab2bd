"""The routes of quotes, below `/office/<organization>/quotes/`."""

from counterfoil.office.documents.routes import routes

from .kind import QUOTES
from .show import show

urlpatterns = routes(QUOTES, show)
