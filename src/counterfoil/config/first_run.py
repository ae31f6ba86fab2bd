"""The link by which whoever installed Counterfoil makes the first owner and organization."""

import sys

from django.conf import settings


def link() -> str | None:
    """The address of the setup page; None once there is an organization. Django must be loaded."""
    from counterfoil.books.organizations import setting_up

    token = setting_up.token()
    return f"{settings.PUBLIC_URL}/setup/{token}/" if token else None


def announce() -> None:
    """Print the link for whoever started this, if there is nothing set up yet."""
    address = link()
    if address:
        print(f"\n  Nothing is set up here yet. Make the first organization at:\n\n  {address}\n", flush=True)
        sys.stdout.flush()


def before_serving() -> None:
    """Refuse what is unsafe in production, and say where to begin. Raises CannotRun."""
    from . import preparing, production

    preparing.load_django()
    preparing.must_be_migrated()
    production.refuse_unsafe(settings.ENVIRONMENT)
    announce()
