"""The requests that views of each door are handed, for the type checker and the reader."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from counterfoil.books.accounts.models import User

from .office import OfficeReach
from .portal import PortalReach


class PortalRequest(HttpRequest):
    """A request of a contact person who has access to the customer in the address."""

    user: User
    reach: PortalReach
    htmx: HtmxDetails
    under_way_url: str  # while a gateway is spoken to: the page that knows how it stands


class OfficeRequest(HttpRequest):
    """A request of a staff member of the organization in the address."""

    user: User
    reach: OfficeReach
    htmx: HtmxDetails
    under_way_url: str
