"""Which tables have rows of an organization, and by which columns a row leads to it.

A test compares this with the models: whoever adds a model that leads to no organization says so there.
"""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db.models import ForeignKey, Model, QuerySet

from counterfoil.books.organizations.models import Organization

COLUMN = "organization_id"  # a foreign key's, or that of the log, which has none


def owned() -> Iterator[tuple[type[Model], str]]:
    """Every model with the path to its organization's id; as a rule those that name others before those others."""
    for model in reversed(apps.get_models()):
        if path := _path(model):
            yield model, path


def of(organizations: QuerySet[Organization]) -> Iterator[QuerySet[Model]]:
    """The rows of these organizations, one table after the other; also of models that let nobody delete."""
    for model, path in owned():
        yield QuerySet(model).filter(**{f"{path}__in": organizations.values("id")})


@cache
def _path(model: type[Model]) -> str:
    """Empty where no column that is always filled leads there."""
    fields = model._meta.concrete_fields
    if any(field.attname == COLUMN for field in fields):
        return COLUMN
    for field in fields:
        if isinstance(field, ForeignKey) and not field.null and (path := _path(field.related_model)):
            return f"{field.name}__{path}"
    return ""
