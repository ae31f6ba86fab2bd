"""A verb that refuses changes nothing, not even the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps

APPS = ("accounts", "organizations", "customers", "ledger", "sales", "payments", "outbound", "foundation")


@contextmanager
def refused(code: str, *, field: str | None = None) -> Iterator[Any]:
    """Inside, a verb refuses with this code, beside this field, and every row of the books is as it was.

    Gives what pytest knows of the refusal, once it was raised.
    """
    from counterfoil.foundation.refusal import Refused

    before = everything()
    with pytest.raises(Refused) as refusal:
        yield refusal
    assert refusal.value.code == code
    assert str(refusal.value.sentence)
    if field is not None:
        assert refusal.value.field == field
    assert everything() == before


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the books, by table. When somebody last signed in is not of the books."""
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name != "last_login"}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }
