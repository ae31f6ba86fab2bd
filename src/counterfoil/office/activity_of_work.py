"""What happened to projects, time and timesheets, in words: rows of `activity` and of the audit trail.

By the event's name: its icon, its sentence, and its mood.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, tuple[str, Any, str]] = {
    "project.created": ("project", _("%(who)s added the project %(name)s for %(customer)s."), ""),
    "project.edited": ("edit", _("%(who)s changed the project %(name)s of %(customer)s."), ""),
    "project.activated": ("project", _("%(who)s made the project %(name)s of %(customer)s active again."), ""),
    "project.deactivated": ("project", _("%(who)s made the project %(name)s of %(customer)s inactive."), ""),
    "project.billed": ("invoice", _("%(who)s made an invoice of the project %(name)s of %(customer)s."), ""),
    "approval.created": ("clock", _("%(who)s wrote a draft timesheet for %(customer)s with %(hours)s hours."), ""),
    "approval.edited": ("edit", _("%(who)s changed a timesheet for %(customer)s to %(hours)s hours."), ""),
    "approval.sent": ("send", _("%(who)s asked %(customer)s to approve %(number)s with %(hours)s hours."), ""),
    "approval.recalled": ("history", _("%(who)s took %(number)s back from %(customer)s."), ""),
    "approval.deleted": ("trash", _("%(who)s deleted a draft timesheet for %(customer)s."), ""),
    "approval.first_viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s for the first time."), ""),
    "approval.viewed": ("eye", _("%(who)s of %(customer)s opened %(number)s."), ""),
    "approval.approved": (
        "check-circle",
        _("%(who)s of %(customer)s approved %(number)s with %(hours)s hours."),
        "good",
    ),
    "approval.rejected": ("ban", _("%(who)s of %(customer)s rejected %(number)s with %(hours)s hours."), "bad"),
}

# What no timeline tells of.
OF_TIME: dict[str, tuple[str, Any, str]] = {
    "task.added": ("plus", _("%(who)s added the task %(name)s to the project %(project)s."), ""),
    "task.edited": ("edit", _("%(who)s changed the task %(name)s of the project %(project)s."), ""),
    "task.retired": ("stop", _("%(who)s retired the task %(name)s of the project %(project)s."), ""),
    "time.logged": ("clock", _("%(who)s logged %(hours)s hours of %(member)s on %(day)s: %(project)s, %(task)s."), ""),
    "time.edited": ("edit", _("%(who)s changed time of %(member)s on %(day)s: %(project)s, %(task)s."), ""),
    "time.deleted": (
        "trash",
        _("%(who)s deleted %(hours)s hours of %(member)s on %(day)s: %(project)s, %(task)s."),
        "",
    ),
    "timer.started": ("clock", _("%(who)s started a timer: %(project)s, %(task)s."), ""),
    "timer.discarded": ("trash", _("%(who)s discarded a timer: %(project)s, %(task)s."), ""),
}
