"""Whoever has an account is told by mail when something is changed about how they sign in, by whomever."""

from django.http import HttpRequest

from counterfoil.books.accounts.models import User
from counterfoil.foundation.languages import current
from counterfoil.outbound.mail import queue_sign_in_changed
from counterfoil.reach.addresses import network_address

from .look import asked_at


def tell(request: HttpRequest, user: User, change: str) -> None:
    """Mail to the account's own address what was changed; `change` is one of `outbound.letters.CHANGES`."""
    organization, door_url = asked_at(request, user)
    queue_sign_in_changed(user, change, network_address(request), organization, door_url, current())
