"""A form changes what its fields are for and nothing else, whatever is sent with it."""

import re
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

from tests.routes import catalogue
from tests.routes.catalogue import ROWS, Row
from tests.support.attacks import crawl, forms_on, undone
from tests.support.refusals import APPS, everything
from tests.support.world import World

CHANGED_BY_SENDING = [row for row in ROWS if row.form is not None and not row.needs_empty and row.door != "api"]
# Not columns, but what such things are called elsewhere.
OTHER_NAMES = ("status", "total", "balance", "amount", "paid", "is_paid", "is_admin", "is_staff", "revision_number")


def planted(world: World) -> dict[str, Any]:
    """A value for every column of every table, as somebody would send it who guesses that it is written as it comes."""
    columns: dict[str, Any] = dict.fromkeys(OTHER_NAMES, "1")
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                columns[field.name] = columns[field.attname] = _value(field, world)
    return columns | {"state": "paid", "access": "enabled", "role": "owner", "kind": "sandbox"}


def _value(field: Any, world: World) -> str:
    if field.is_relation or field.primary_key:
        names = dict(_ids(world))
        related = field.related_model if field.is_relation else field.model
        return str(names.get(related, world.quay.key("invoice")))
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2001-02-03T04:05:06Z"
    if isinstance(field, models.DateField):
        return "2001-02-03"
    return "7" if isinstance(field, models.IntegerField | models.DecimalField) else "planted"


def _ids(world: World) -> list[tuple[Any, int]]:
    return [(type(row), row.pk) for row in world.quay.rows.values() if isinstance(row, models.Model)]


def test_nothing_but_its_own_fields_is_taken_from_a_form(world: World) -> None:
    """Sent with a value for every column there is, each form does exactly what it does without them."""
    owned = fields_of_forms(world)
    extras = planted(world)
    assert len(extras) > 200
    for row in CHANGED_BY_SENDING:
        address, body = row.address(world.harbour), row.body(world.harbour)
        taken = owned.get(address, set()) | set(body)
        planted_here = {name: value for name, value in extras.items() if name not in taken}
        plain, stuffed = outcome(world, row, body), outcome(world, row, planted_here | body)
        assert stuffed == plain, f"{row} took more than its fields: {difference(plain, stuffed)}"


def fields_of_forms(world: World) -> dict[str, set[str]]:
    """The fields that each form really has, by where it goes."""
    fields: dict[str, set[str]] = {}
    for door, who in (("portal", "contact"), ("office", "owner"), ("portal", "anybody"), ("office", "anybody")):
        pages = [row for row in catalogue.of(door) if row.kind == "page" and row.is_public == (who == "anybody")]
        starts = [row.address(world.harbour) for row in pages]
        with undone():
            found = crawl(world.harbour.browser(who), starts, within=f"/{door}/")
        for action, form in forms_on(found).items():
            fields[action] = set(form.values) | set(form.texts) | form.choices
    return fields


def outcome(world: World, row: Row, body: dict[str, Any]) -> tuple[int, list[Any]]:
    """The answer's status and all that is in the tables after it, without what is different each time."""
    client = world.harbour.browser("anybody" if row.is_public else row.who)
    with undone():
        status = client.post(row.address(world.harbour), body).status_code
        rows = everything()
        known = {row.pk for side in (world.harbour, *world.others) for row in side.rows.values() if hasattr(row, "pk")}
        return status, [(table, sorted(repr(_steady(one, known)) for one in found)) for table, found in rows.items()]


def _steady(value: Any, known: set[int]) -> Any:
    """Moments, fresh ids and secrets differ from one time to the next; everything else must not."""
    if isinstance(value, dict):
        return {name: _steady(one, known) for name, one in sorted(value.items()) if not name.endswith("password")}
    if isinstance(value, list):
        return [_steady(one, known) for one in value]
    if isinstance(value, datetime) and value.year > 2020:
        return "a moment"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and value > 2**40:
        return value if value in known else "an id"
    if isinstance(value, str) and re.fullmatch(r"(pi_|attempt-)\w+", value):
        return "a key"
    if isinstance(value, str) and (len(value) > 30 or (value.isdigit() and len(value) > 15)):
        return "planted" if "planted" in value else value if value.isdigit() and int(value) in known else "a long text"
    return value


def difference(plain: tuple[int, list[Any]], stuffed: tuple[int, list[Any]]) -> str:
    if plain[0] != stuffed[0]:
        return f"{plain[0]} became {stuffed[0]}"
    return "; ".join(
        f"{table}: {sorted(set(after) - set(before))}"
        for (table, before), (_table, after) in zip(plain[1], stuffed[1], strict=True)
        if before != after
    )


def test_the_forms_that_are_compared_do_change_something(world: World) -> None:
    """Otherwise the test above would be content with forms that are refused."""
    for row in CHANGED_BY_SENDING:
        if row.name.startswith("account_") or row.name in UNMOVED:
            continue
        before = everything()
        client = world.harbour.browser("anybody" if row.is_public else row.who)
        with undone():
            client.post(row.address(world.harbour), row.body(world.harbour))
            assert everything() != before, f"{row} changed nothing"


# Already as asked, or the whole effect is elsewhere.
UNMOVED = {
    "office:portal_access",
    "office:settings_gateway_on",
    "office:settings_gateway_trial",
    "office:settings_mail_remove",
    "office:settings_mail_trial",
    "office:settings_sandbox",
}
