"""Importing items."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import external_ids
from counterfoil.books.sales import items
from counterfoil.books.sales.items import ItemContent
from counterfoil.books.sales.models import Item
from counterfoil.foundation.refusal import Refused

from . import columns
from .plans import SOURCE, Plan, Setting
from .records import Record
from .taxes import Taxes

LABELS = {field.name: field.label for field in columns.ITEMS.fields} | {
    "tax_rate_id": columns.ITEMS.field("tax_name").label
}


class Items:
    """Plans the import of a file of items."""

    def __init__(self, setting: Setting, plan: Plan) -> None:
        self.setting, self.plan, self.problems = setting, plan, plan.problems
        self.taxes = Taxes(setting.organization)
        here = Item.objects.filter(organization=setting.organization, retired_at__isnull=True)
        self.by_id = {one.id: one for one in here}
        self.by_name = {one.name_key: one for one in self.by_id.values()}
        self.ids = external_ids.known(setting.organization.id, SOURCE, "item")
        self.named: dict[str, int] = {}
        self.new: list[tuple[ItemContent, str]] = []
        self.linked: list[tuple[str, int]] = []

    def add(self, record: Record) -> None:
        key, external = record.text("name").casefold(), record.text("id")
        if key in self.named:
            sentence = _("Line %(line)d has another item of this name. Names are unique.")
            self.problems.add(record.line, sentence % {"line": self.named[key]}, at="name")
            return
        self.named[key] = record.line
        item, namesake = self.by_id.get(self.ids.get(external, 0)), self.by_name.get(key)
        if namesake and item and namesake != item:
            self.problems.add(record.line, _("There is already an item with this name."), at="name")
            return
        try:
            given = self._given(record)
            if item := item or namesake:
                self._compare(record, item, given)
            else:
                content = ItemContent(**given)
                items.must_make_sense(content)
                self.new.append((content, external))
        except Refused as refusal:
            self.problems.refuse(record.line, refusal)

    def _given(self, record: Record) -> dict[str, Any]:
        rate, code, base = record.number("rate"), record.code("rate"), self.setting.organization.currency
        if rate is None:
            raise Refused("RATE", _("Write a rate of zero or more."), field="rate")
        if code not in ("", base):
            sentence = _("This rate is in %(code)s, and items have rates in %(currency)s.")
            raise Refused("CURRENCY", sentence % {"code": code, "currency": base}, field="rate")
        given: dict[str, Any] = {"name": record.text("name"), "rate": rate, "tax_rate_id": self.taxes.named(record)}
        given |= {name: record.text(name) for name in ("description", "unit") if record.text(name)}
        return {name: value for name, value in given.items() if value is not None}

    def _compare(self, record: Record, item: Item, given: dict[str, Any]) -> None:
        if record.text("id") and record.text("id") not in self.ids:
            self.linked.append((record.text("id"), item.id))
            self.plan.linked += 1
        before = ItemContent(**{name: getattr(item, name) for name in ItemContent.__dataclass_fields__})
        content = replace(before, **given)
        items.must_make_sense(content)
        changed = sorted(name for name, value in asdict(content).items() if value != getattr(before, name))
        if not changed:
            self.plan.same += 1
            return
        self.plan.change(record.line, item.name, ", ".join(str(LABELS[name]) for name in changed))
        edit = partial(items.edit, item, content, revision=item.revision, by=self.setting.actor)
        self.plan.steps.append(edit)

    def write(self) -> None:
        made = items.create_all(self.setting.organization, [one for one, _id in self.new], by=self.setting.actor)
        ids = [(id, item.id) for item, (_content, id) in zip(made, self.new, strict=True) if id]
        external_ids.keep(self.setting.organization.id, SOURCE, "item", [*self.linked, *ids])


def plan_items(setting: Setting, plan: Plan, records: Iterable[Record], _rows: Sequence[Customer]) -> None:
    """Each row an item; one that was retired here is a new one."""
    found = Items(setting, plan)
    for record in records:
        if record.line in plan.problems.lines:
            continue
        if record.text("name"):
            found.add(record)
        else:
            plan.problems.add(record.line, _("Write a name."), at="name")
    plan.new += len(found.new)
    plan.steps.append(found.write)
