"""A form changes what its fields are for and nothing else, whatever is sent with it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from tests.routes import catalogue
from tests.routes.catalogue import ROWS, VISITS, Row
from tests.support.attacks import forms_on, undone
from tests.support.refusals import APPS, everything, raw
from tests.support.world import World

pytestmark = pytest.mark.every_route

CHANGED_BY_SENDING = [row for row in ROWS if row.form is not None and not row.needs_empty and row.door != "api"]
ASKED = ("q", "status", "sort", "page", "ask", "retire", "attempt", "customer", "invoice", "copy", "next", "brand")
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


def test_nothing_but_its_own_fields_is_taken_from_a_form(world: World, thorough: bool) -> None:
    """Sent with a value for every column there is, each form does exactly what it does without them.

    Without --long, one in four is tried.
    """
    owned = fields_of_forms(world)
    extras = planted(world)
    assert len(extras) > 200
    for row in CHANGED_BY_SENDING[:: 1 if thorough else 4]:
        address, body = row.address(world.harbour), row.body(world.harbour)
        taken = owned.get(address, set()) | owned.get(address.partition("?")[0], set()) | set(body)
        planted_here = {name: value for name, value in extras.items() if name not in taken}
        plain, stuffed = outcome(world, row, body), outcome(world, row, planted_here | body)
        assert stuffed == plain, f"{row} took more than its fields: {difference(plain, stuffed)}"


def fields_of_forms(world: World) -> dict[str, set[str]]:
    """The fields that each form really has, by where it goes."""
    fields: dict[str, set[str]] = {}
    for door, who in VISITS:
        with undone():
            pages = catalogue.addresses_of_pages(world.harbour, door, who)
            for action, form in forms_on(world.harbour.browser(who), pages).items():
                fields[action] = set(form.values) | set(form.texts) | form.choices
    return fields


def outcome(world: World, row: Row, body: dict[str, Any]) -> tuple[int, dict[str, list[str]]]:
    """The answer's status and the rows that came, went or are another now, without what is different each time."""
    client = world.harbour.browser("anybody" if row.is_public else row.who)
    before = raw()
    with undone():
        status = client.post(row.address(world.harbour), body).status_code
        after = raw()
        changed = [table for table in after if after[table] != before[table]]
        known = {row.pk for side in (world.harbour, *world.others) for row in side.rows.values() if hasattr(row, "pk")}
        found = {}
        for table, rows in everything(changed).items():
            there, now = set(before[table]), set(after[table])
            come = [_steady(one, known) for one, row in zip(rows, after[table], strict=True) if row not in there]
            found[table] = sorted(map(repr, [*come, *(there - now)]))
        return status, found


def _steady(value: Any, known: set[int]) -> Any:
    """Moments, fresh ids and secrets differ from one time to the next; everything else must not."""
    if isinstance(value, dict):
        kept = [(name, one) for name, one in sorted(value.items()) if not name.endswith(("password", "token"))]
        return {_steady(name, known) if name.isdigit() else name: _steady(one, known) for name, one in kept}
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
    if isinstance(value, str) and (of := re.fullmatch(r"([a-z]+[:-])(\d{16,})", value)):  # "staff:" and their id
        return value if int(of[2]) in known else f"{of[1]} an id"
    if isinstance(value, str) and (len(value) > 30 or (value.isdigit() and len(value) > 15)):
        return "planted" if "planted" in value else value if value.isdigit() and int(value) in known else "a long text"
    return value


def difference(plain: tuple[int, dict[str, list[str]]], stuffed: tuple[int, dict[str, list[str]]]) -> str:
    if plain[0] != stuffed[0]:
        return f"{plain[0]} became {stuffed[0]}"
    return "; ".join(
        f"{table}: {sorted(set(stuffed[1].get(table, [])) ^ set(plain[1].get(table, [])))}"
        for table in sorted(plain[1].keys() | stuffed[1].keys())
        if stuffed[1].get(table) != plain[1].get(table)
    )


DIGITS_THAT_ARE_NONE = ["¹", "9" * 5_000]
ODD = ["\x00", "9" * 19, *DIGITS_THAT_ARE_NONE]


Sending = Callable[[str], Any]


def test_nothing_that_is_sent_makes_a_route_fail(world: World, thorough: bool) -> None:
    """Refused or taken, but never an answer of 500: in every field of every form, and in every word of an address.

    Without --long, each place takes one of what is odd, and of the fields of a form one in six is tried by itself.
    """
    owned = fields_of_forms(world)
    failed = []
    for row in ROWS:
        if row.needs_empty or row.door == "demo":
            continue
        client = world.harbour.browser(row.shown_to or row.who)
        client.raise_request_exception = False
        names = owned.get(row.address(world.harbour), set()) | set(row.body(world.harbour))
        fields = sorted(names | {"revision", "do"})
        places = [
            *((what, ODD, send) for what, send in asked_oddly(client, row, world)),
            *((what, DIGITS_THAT_ARE_NONE, send) for what, send in sent_oddly(client, row, world, fields)),
        ]
        for place, (what, odds, send) in enumerate(places):
            if not thorough and what in fields and fields.index(what) % 6:
                continue
            for odd in odds if thorough else [odds[place % len(odds)]]:
                with undone():
                    status = send(odd).status_code
                if status == 500:
                    failed.append(f"{row} with {what} {odd[:9]!r}")
    assert not failed, "\n".join(failed)


def asked_oddly(client: Client, row: Row, world: World) -> Iterator[tuple[str, Sending]]:
    """What can be odd in an address: each of its words, and what is asked after it."""
    if "GET" not in row.methods:
        return
    side = world.harbour
    address = row.address(side)
    for name in row.parameters:
        yield f"the word {name}", lambda odd, name=name: client.get(row.address(side, **{name: quote(odd, safe="")}))
    yield "a query", lambda odd: client.get(address.partition("?")[0], dict.fromkeys(ASKED, odd))
    asked = {"customer": side.key("customer")}
    for name in ("page", "sort"):
        yield f"the query's {name}", lambda odd, name=name: client.get(address, {name: odd} | asked)


def sent_oddly(client: Client, row: Row, world: World, fields: list[str]) -> Iterator[tuple[str, Sending]]:
    """What can be odd in a form: each of its fields, all of them at once, and its button."""
    if "POST" not in row.methods:
        return
    address, body = row.address(world.harbour), row.body(world.harbour)
    for name in fields:
        yield name, lambda odd, name=name: client.post(address, body | {name: odd})
    yield "every field", lambda odd: client.post(address, body | dict.fromkeys(fields, odd))
    yield "a button", lambda odd: client.post(address, body | {"do": f"up-{odd}"})


def test_the_forms_that_are_compared_do_change_something(world: World) -> None:
    """Otherwise the test above would be content with forms that are refused."""
    for row in CHANGED_BY_SENDING:
        if row.name.startswith("account_") or row.name in UNMOVED:
            continue
        before = raw()
        client = world.harbour.browser("anybody" if row.is_public else row.who)
        with undone():
            client.post(row.address(world.harbour), row.body(world.harbour))
            assert raw() != before, f"{row} changed nothing"


# Already as asked, or the whole effect is elsewhere.
UNMOVED = {
    "office:settings_electronic",
    "portal:invoices_pay",
    "office:portal_access",
    "office:settings_gateway_on",
    "office:settings_gateway_trial",
    "office:settings_mail_remove",
    "office:settings_mail_template_preview",
    "office:settings_mail_trial",
    "office:settings_sample_data_remove",
    "office:settings_sandbox",
    "office:viewing_stop",
}

# From which state a button leads where, and a document that is in that state; the type's other states and every other
# button change nothing.
MOVES = {
    ("draft", "office:invoice_mark_as_sent"): ("issued", "draft"),
    ("draft", "office:invoice_send"): ("issued", "draft"),
    ("draft", "office:invoice_delete"): ("gone", "draft"),
    ("issued", "office:invoice_send"): ("issued", "invoice"),
    ("issued", "office:invoice_void"): ("void", "part_paid"),
    ("void", "office:invoice_reinstate"): ("issued", "void"),
    ("issued", "office:invoice_write_off"): ("written_off", "invoice"),
    ("written_off", "office:invoice_undo_write_off"): ("issued", "written_off"),
    ("issued", "office:invoice_remind"): ("issued", "opening"),
    ("issued", "office:invoice_stop_reminders"): ("issued", "invoice"),
    ("issued", "office:invoice_resume_reminders"): ("issued", "edited"),
    ("active", "office:project_deactivate"): ("inactive", "quiet_project"),
    ("inactive", "office:project_activate"): ("active", "idle_project"),
    ("active", "office:recurring_invoice_stop"): ("stopped", "recurring_invoice"),
    ("stopped", "office:recurring_invoice_resume"): ("active", "stopped_profile"),
    ("active", "office:recurring_invoice_make"): ("active", "recurring_invoice"),
    ("stopped", "office:recurring_invoice_make"): ("stopped", "stopped_profile"),
    ("active", "office:recurring_invoice_delete"): ("active", "recurring_invoice"),
    ("stopped", "office:recurring_invoice_delete"): ("stopped", "stopped_profile"),
    ("draft", "office:quote_mark_as_sent"): ("sent", "draft_quote"),
    ("draft", "office:quote_send"): ("sent", "draft_quote"),
    ("draft", "office:quote_delete"): ("gone", "draft_quote"),
    ("sent", "office:quote_send"): ("sent", "quote"),
    ("sent", "office:quote_accept"): ("accepted", "quote"),
    ("sent", "office:quote_decline"): ("declined", "quote"),
    ("accepted", "office:quote_to_invoice"): ("invoiced", "accepted_quote"),
    ("issued", "office:invoice_to_credit_note"): ("issued", "credited"),
    ("draft", "office:credit_note_mark_as_sent"): ("issued", "draft_credit_note"),
    ("draft", "office:credit_note_send"): ("issued", "draft_credit_note"),
    ("draft", "office:credit_note_delete"): ("gone", "draft_credit_note"),
    ("issued", "office:credit_note_send"): ("issued", "credit_note"),
    ("issued", "office:credit_note_void"): ("void", "credit_note"),
    ("draft", "office:retainer_invoice_mark_as_sent"): ("issued", "draft_retainer"),
    ("draft", "office:retainer_invoice_send"): ("issued", "draft_retainer"),
    ("draft", "office:retainer_invoice_delete"): ("gone", "draft_retainer"),
    ("issued", "office:retainer_invoice_send"): ("issued", "retainer_invoice"),
    ("issued", "office:retainer_invoice_void"): ("void", "retainer_invoice"),
    ("accepted", "office:quote_to_retainer_invoice"): ("accepted", "accepted_quote"),
    ("accepted", "office:quote_to_sales_order"): ("accepted", "accepted_quote"),
    ("draft", "office:sales_order_mark_as_open"): ("open", "draft_order"),
    ("draft", "office:sales_order_send"): ("open", "draft_order"),
    ("draft", "office:sales_order_delete"): ("gone", "draft_order"),
    ("open", "office:sales_order_send"): ("open", "sales_order"),
    ("open", "office:sales_order_close"): ("closed", "sales_order"),
    ("open", "office:sales_order_void"): ("void", "sales_order"),
    ("closed", "office:sales_order_send"): ("closed", "closed_order"),
    ("closed", "office:sales_order_reopen"): ("open", "closed_order"),
    ("closed", "office:sales_order_void"): ("void", "closed_order"),
}
# There is nothing left to write off, and what is used, paid or invoiced is not made void. A timer runs on the project.
STAYS = {
    ("project", "office:project_deactivate"),
    ("expired_profile", "office:recurring_invoice_stop"),
    ("paid", "office:invoice_write_off"),
    ("used_credit_note", "office:credit_note_void"),
    ("edited_order", "office:sales_order_void"),
    ("paid_retainer", "office:retainer_invoice_void"),
    ("used_retainer", "office:retainer_invoice_void"),
}
# How many buttons documents of a type have, and one in each state.
STANDINGS = {
    "invoice": (12, ("draft", "invoice", "part_paid", "paid", "overdue", "void", "written_off", "edited")),
    "quote": (8, ("draft_quote", "quote", "accepted_quote", "edited_quote")),
    "sales_order": (6, ("draft_order", "sales_order", "closed_order", "edited_order")),
    "project": (2, ("project", "quiet_project", "idle_project")),
    "recurring_invoice": (4, ("recurring_invoice", "stopped_profile", "expired_profile")),
    "retainer_invoice": (
        4,
        ("draft_retainer", "retainer_invoice", "paid_retainer", "used_retainer", "void_retainer"),
    ),
    "credit_note": (4, ("draft_credit_note", "credit_note", "used_credit_note", "void_note")),
}


@pytest.mark.parametrize("kind", STANDINGS)
def test_a_document_moves_only_as_its_state_allows(world: World, kind: str) -> None:
    side = world.harbour
    stig, tried = side.browser("staff"), 0
    buttons, standings = STANDINGS[kind]
    acts = [row for row in ROWS if row.kind == "action" and row.name.startswith(f"office:{kind}_")]
    of_others = {"link_id"} if kind in ("invoice", "quote") else {"link_id", "invoice_id"}  # not the document's own
    for row in [row for row in acts if not of_others & set(row.parameters)]:
        for name in standings:
            before = side[name]
            sent = row.body(side, revision=str(before.revision), state="paid", status="paid")
            with undone():
                rows = raw()
                answer = stig.post(row.address(side, **{f"{kind}_id": before.pk}), sent)
                assert answer.status_code == 303, f"{row} of {name}"
                found = type(before).objects.filter(pk=before.pk).first()
                move, _example = MOVES.get((before.state, row.name), (None, ""))
                if (name, row.name) in STAYS:
                    move = None
                if move is None:
                    assert raw() == rows, f"{row} changed {name}"
                else:
                    assert (found.state if found else "gone") == move, f"{row} of {name}"
                tried += 1
    assert tried == buttons * len(standings)
    assert {row.name for row in ROWS} >= {act for _state, act in MOVES}


def test_a_button_on_a_page_that_is_out_of_date_changes_nothing(world: World) -> None:
    side = world.harbour
    stig = side.browser("staff")
    for (_state, act), (_move, name) in MOVES.items():
        row, before = catalogue.row(act), side[name]
        for revision in ("", "0", str(before.revision - 1), str(before.revision + 1), "x"):
            with undone():
                rows = raw()
                stig.post(row.address(side, **{f"{before.kind()}_id": before.pk}), row.body(side, revision=revision))
                assert raw() == rows, f"{row} with revision {revision!r}"
