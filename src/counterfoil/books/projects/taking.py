"""How a verb takes a project in hand, and who may do what with it.

Whatever changes a project, its time or its approvals locks the customer's balance row first, as invoices do that bill
the time: so all that happens to one customer's time happens one after the other.
"""

from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.organizations.models import Role
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from .models import Approval, Project, ProjectMember

R = TypeVar("R", Project, Approval)
LOGGING = (Role.OWNER, Role.STAFF, Role.TIMESHEET)  # who logs time; the last their own alone


def take(row: R, *, staff: Actor, revision: int | None = None) -> R:
    """A project or an approval as it is now, for staff who saw this revision of it.

    Raises Refused: NOT_ALLOWED, PROJECT_CHANGED or APPROVAL_CHANGED.
    """
    row = again(row)
    staff.must_be_staff_of(row.organization_id)
    if revision is not None:
        must_be_as_seen(row, revision)
    return row


def again(row: R) -> R:
    """As it is now, its customer locked."""
    ledger.lock_of(row)
    found: Any = type(row)._default_manager.select_for_update().get(id=row.id)
    return found


def must_be_as_seen(row: Any, revision: int) -> None:
    """Refuse what was decided on another revision than the present one."""
    if row.revision != revision:
        raise Refused(
            f"{row.told_as().upper()}_CHANGED",
            _("Somebody changed this after you opened it. Please look at it again first."),
        )


def must_be_active(project: Project) -> None:
    """Refuse (PROJECT_INACTIVE) to go on with what is finished."""
    if not project.is_active:
        raise Refused("PROJECT_INACTIVE", _("This project is inactive. Make it active again first."))


def must_log_for(actor: Actor, project: Project, member_id: int) -> None:
    """Refuse (NOT_ALLOWED, NOT_ON_PROJECT) to log time of somebody else, or of who isn't on the project's staff."""
    actor.must_be_staff_of(project.organization_id, *LOGGING)
    if actor.role == Role.TIMESHEET and actor.id != member_id:
        raise Refused("NOT_ALLOWED", _("You log your own time only."))
    if not ProjectMember.objects.filter(project=project, member_id=member_id).exists():
        raise Refused(
            "NOT_ON_PROJECT", _("This person isn't on the project. Add them to its staff first."), field="member"
        )
