"""No template can walk from a row to another customer's rows."""

from django.apps import apps
from django.db.models import PROTECT, ForeignKey
from django.db.models.fields import AutoFieldMixin

TENANTS = {"customers.Customer", "organizations.Organization"}


def foreign_keys():
    for model in apps.get_models():
        if model.__module__.startswith("counterfoil."):
            for field in model._meta.get_fields():
                if isinstance(field, ForeignKey):
                    yield model, field


def test_nothing_leads_back_from_a_customer_or_an_organization():
    leading_back = [
        f"{model._meta.label}.{field.name}"
        for model, field in foreign_keys()
        if field.related_model._meta.label in TENANTS and not field.remote_field.hidden
    ]
    assert not leading_back, f'These need related_name="+": {leading_back}'


def test_no_row_goes_because_another_one_went():
    cascading = [
        f"{model._meta.label}.{field.name}"
        for model, field in foreign_keys()
        if field.remote_field.on_delete is not PROTECT and not is_part_of(model, field.related_model)
    ]
    assert not cascading, f"These are not on_delete=PROTECT: {cascading}"


def is_part_of(part, whole):
    """The lines of an invoice, the components of a tax: they belong to it and go with it."""
    return part._meta.app_label == whole._meta.app_label and whole._meta.label not in TENANTS


def test_no_key_gives_a_count_away():
    counting = [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("counterfoil.") and isinstance(model._meta.pk, AutoFieldMixin)
    ]
    assert not counting
