"""The link by which whoever installed Counterfoil makes an organization and its owner."""

import sys

from django.conf import settings


def link(*, another: bool = False) -> str | None:
    """The address of the setup page; without `another` None once there is an organization. Django must be loaded."""
    from counterfoil.books.organizations import setting_up

    token = setting_up.token(another=another)
    return f"{settings.PUBLIC_URL}/setup/{token}/" if token else None


def announce() -> None:
    """Print the link for whoever started this, if there is nothing set up yet."""
    address = link()
    if address:
        print(f"\n  Nothing is set up here yet. Make the first organization at:\n\n  {address}\n", flush=True)
        sys.stdout.flush()


def announce_another() -> None:
    """Print a link for one more organization."""
    print(f"\n  Make another organization at:\n\n  {link(another=True)}\n", flush=True)


def before_serving() -> None:
    """Refuse what is unsafe in production, and say where to begin. Raises CannotRun."""
    from . import preparing, production

    preparing.load_django()
    preparing.must_be_migrated()
    production.refuse_unsafe(settings.ENVIRONMENT)
    announce()
