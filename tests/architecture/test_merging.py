"""Whoever adds a column that names a customer or a contact person says how merging two customers treats it."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey

from counterfoil.books.merging import tables

CUSTOMER, PERSON = "customers.Customer", "customers.ContactPerson"
# A row of any kind is named by its id and its kind.
BY_KIND = {"organizations.ExternalId.row_id"}


def columns(of: str, *ids: str) -> Iterator[str]:
    """Each that is a foreign key to a model, or has a name as such a one has without being one."""
    for model in apps.get_models():
        if not model.__module__.startswith("counterfoil."):
            continue
        for field in model._meta.concrete_fields:
            is_key = isinstance(field, ForeignKey) and field.related_model._meta.label == of
            if is_key or (not field.is_relation and field.name in ids):
                yield f"{model._meta.label}.{field.name}"


def test_every_column_with_a_customer_is_in_the_table() -> None:
    found = set(columns(CUSTOMER, "customer_id", "customer_ids"))
    assert found | BY_KIND == set(tables.CUSTOMER), "Say in books/merging/tables.py what becomes of it."


def test_every_column_with_a_contact_person_is_in_the_table() -> None:
    found = set(columns(PERSON, "contact_id", "contact_ids"))
    assert found == set(tables.PERSON), "Say in books/merging/tables.py what becomes of it."


def test_what_is_said_to_move_are_foreign_keys() -> None:
    for table in (tables.CUSTOMER, tables.PERSON):
        for rows, field in tables.moving(table):
            assert isinstance(rows.model._meta.get_field(field), ForeignKey), (rows.model, field)
