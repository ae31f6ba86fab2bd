"""What an installation for real must not have. The environment refuses a missing secret already."""

from typing import Any

from .environment import Environment
from .failures import CannotRun

DEMO_MARK = "counterfoil-demo"  # the file that marks a folder of demo data
DEMO_PASSWORD = "counterfoil-demo"  # noqa: S105 (known to everybody, which is why it is looked for)
RESERVED = ".test"  # no real address ends so (RFC 2606); those of the demo do
MOST_ASKED = 50


def refuse_unsafe(environment: Environment) -> None:
    """Raise CannotRun if this is production and somebody could sign in as everybody can in the demo.

    Reads the database, so Django must be loaded and the migrations done.
    """
    if environment.mode != "production":
        return
    from counterfoil.books.accounts.models import User

    if (environment.data / DEMO_MARK).exists():
        raise CannotRun(f"{environment.data} is a folder of demo data. Choose another with COUNTERFOIL_DATA.")
    demo = User.objects.filter(email__iendswith=RESERVED).order_by("email").first()
    if demo is not None:
        raise CannotRun(
            f"The account {demo.email} is one of the demo, whose password everybody knows. "
            "Production starts only with a database of its own."
        )
    for user in _who_runs_it():
        if user.check_password(DEMO_PASSWORD):
            raise CannotRun(
                f"The account {user.email} has the demo's password, which everybody knows. Change it there first."
            )


def _who_runs_it() -> list[Any]:
    """Owners and staff; checking a password is slow on purpose, so not each customer's contact person."""
    from counterfoil.books.organizations.models import StaffMember

    members = StaffMember.objects.filter(user__isnull=False, removed_at__isnull=True).select_related("user")
    return [member.user for member in members.order_by("id")[:MOST_ASKED]]
