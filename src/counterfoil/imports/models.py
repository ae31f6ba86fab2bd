"""Files that are imported, from when they are uploaded until what is in them is here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.foundation.ids import Row


class Import(Row):
    """One file, how it is read, and what came of it. What it has and what is wrong with it is in `found`."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Waiting for you")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Not imported")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    making_key = models.CharField(max_length=64)  # of the form that it was uploaded with, so that twice is once
    header = models.JSONField(default=list)  # the names of its columns
    columns = models.JSONField(default=dict)  # a field's name → the place of its column
    options = models.JSONField(default=dict)  # what the person chose about it, by name
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    checks = models.PositiveIntegerField(default=0)  # how often it was asked to be checked
    rows_done = models.PositiveIntegerField(default=0)  # of those that are read now
    rows_total = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.JSONField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "making_key"], name="import_made_once"),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="import_newest")]


class ImportFile(Row):
    """Its content, compressed, until it is imported or thrown away."""

    import_of = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()
