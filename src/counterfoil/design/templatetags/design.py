"""The components as template tags: `{% load design %}`."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from counterfoil.design import charts, fields, marks, rows, sheet
from counterfoil.foundation.addresses import again_and_again

register = template.Library()
register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.pill, name="pill")
register.simple_tag(marks.stars, name="stars")
register.simple_tag(marks.avatar, name="avatar")
register.simple_tag(marks.logo, name="logo")
register.simple_tag(marks.qr, name="qr")
register.simple_tag(marks.html_lang, name="html_lang")
register.simple_tag(marks.language_buttons, name="language_buttons")
register.tag("rows", rows.rows)

NOTICE_ICONS = {"info": "info", "ok": "check-circle", "warn": "clock", "wrong": "alert", "say": "megaphone"}
NOTICE_ROLES = {"ok": SafeString(' role="status"'), "wrong": SafeString(' role="alert"')}

# The names that pages use for where they are in a list; another sort or filter starts at the beginning.
CURSORS = ("after", "before", "page")


@register.simple_tag
def field(
    bound: BoundField,
    *,
    label: str | None = None,
    hint: str | None = None,
    money: str = "",
    unit: str = "",
    icon: str = "",
    big: bool = False,
    switch: bool = False,
    cards: bool = False,
    optional: bool = False,
    bare: bool = False,
    **attrs: Any,
) -> SafeString:
    """One field of a form. What is not named here becomes an attribute of the control: `hx_get=…` is `hx-get="…"`."""
    manner = fields.Manner(
        label=label,
        hint=hint,
        money=money,
        unit=unit,
        icon=icon,
        big=big,
        switch=switch,
        cards=cards,
        optional=optional,
        bare=bare,
    )
    return fields.field(bound, manner, {name.replace("_", "-"): value for name, value in attrs.items()})


@register.simple_tag
def errors(*forms: Any) -> SafeString:
    """What is wrong in these forms, first and together: what concerns no field, then a link to each field."""
    if not any(_is_wrong(form) for form in forms):
        return SafeString("")
    general: list[str] = []
    links: list[tuple[str, str, str]] = []
    for form in forms:
        general += form.non_form_errors() if hasattr(form, "non_form_errors") else form.non_field_errors()
        for one in getattr(form, "forms", [form]):
            general += one.non_field_errors() if one is not form else []
            general += [error for bound in one.hidden_fields() for error in bound.errors]
            links += [
                (fields.first_control_id(bound), str(bound.label), str(error))
                for bound in one.visible_fields()
                for error in bound.errors
            ]
    return render_to_string("design/errors.html", {"general": general, "links": links})


def _is_wrong(form: Any) -> bool:
    """Of a form, of several that are one, or of an editor, which has forms."""
    general = form.non_form_errors() if hasattr(form, "non_form_errors") else form.non_field_errors()
    return bool(general) or any(one.errors for one in getattr(form, "forms", [form]))


@register.simple_block_tag
def notice(
    content: str, kind: str = "info", *, icon: str = "", title: str = "", busy: bool = False, focus: bool = False
) -> SafeString:
    """A message where it happened. Kinds: info, ok, warn, wrong, say (the organization speaks)."""
    mark = (
        SafeString('<span class="busy" aria-hidden="true"></span>') if busy else marks.icon(icon or NOTICE_ICONS[kind])
    )
    return format_html(
        '<div class="notice {}"{}{}>{}<div>{}{}</div></div>',
        kind,
        NOTICE_ROLES.get(kind, ""),
        SafeString(' tabindex="-1" data-focus') if focus else "",
        mark,
        format_html("<b>{}</b> ", title) if title else "",
        content,
    )


@register.inclusion_tag("design/refusal.html")
def refusal(refusal: Any) -> dict[str, Any]:
    """What a verb answered when it would not. Codes that a customer may read out to somebody are shown."""
    code = getattr(refusal, "code", "")
    return {"refusal": refusal, "code": code, "shown": bool(re.fullmatch(r"[A-Z]{2}\d{4}", code))}


@register.simple_block_tag
def empty(content: str, icon: str, title: str, text: str = "") -> SafeString:
    """What an empty list says: what will appear here, and what to do until then."""
    return format_html(
        '<div class="card stack mid empty center">{}<h2>{}</h2>{}{}</div>',
        marks.icon(icon),
        title,
        format_html('<p class="muted">{}</p>', text) if text else "",
        content.strip() and format_html('<div class="row">{}</div>', content),
    )


@register.simple_block_tag
def dialog(content: str, key: str, title: str, *, open: bool = False, css: str = "") -> SafeString:  # noqa: A002
    """A real dialog, whose id is `key`. A page may bring it `open`: it is a card until a script makes it a dialog."""
    return format_html(
        '<dialog class="{}" id="{}" aria-labelledby="{}-title"{}>'
        '<header class="row"><h2 id="{}-title">{}</h2>{}</header>{}</dialog>',
        f"dialog {css}".strip(),
        key,
        key,
        SafeString(" open") if open else "",
        key,
        title,
        _closing(key),
        content,
    )


def _closing(key: str) -> SafeString:
    return format_html(
        '<button type="button" class="button quiet only push" commandfor="{}" command="close" '
        'aria-label="{}">{}</button>',
        key,
        _("Close"),
        marks.icon("close"),
    )


@register.simple_block_tag
def menu(
    content: str, key: str, label: str, *, icon: str = "", css: str = "", end: bool = False, only: bool = False
) -> SafeString:
    """A button and what opens under it: links, buttons and `<hr>`."""
    if only:
        face = format_html(
            '<button type="button" class="button only {}" popovertarget="{}" aria-label="{}">{}</button>',
            css,
            key,
            label,
            marks.icon(icon or "more"),
        )
    else:
        face = format_html(
            '<button type="button" class="button {}" popovertarget="{}">{}{}{}</button>',
            css,
            key,
            marks.icon(icon) if icon else "",
            label,
            marks.icon("chevron-down"),
        )
    return format_html('{}<div class="menu{}" id="{}" popover>{}</div>', face, " end" if end else "", key, content)


@register.inclusion_tag("design/pager.html")
def pager(newer: str | None, older: str | None, note: str = "") -> dict[str, Any]:
    """The way on through a list. Nothing at all when it fits on one page."""
    return {"newer": newer, "older": older, "note": note}


@register.inclusion_tag("design/links.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """The parts of a page that are pages of their own: items have label, url, current."""
    return {"items": items, "label": label, "css": "tabs", "current": "page"}


@register.inclusion_tag("design/links.html")
def filters(items: Iterable[Any], label: str) -> dict[str, Any]:
    """The choices of a list, all in view: items have label, url, current."""
    return {"items": items, "label": label, "css": "filters", "current": "true"}


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, key: str, label: str, *, current: str | None = None, first: str = "", css: str = ""
) -> SafeString:
    """A column's head that sorts by it: `?sort=due`, and `?sort=-due` the other way, keeping the rest of the address.

    `current` is the sort in force where the address says none; `first="-"` makes the first press sort downwards.
    """
    asked = context["request"].GET
    now = asked.get("sort") or current or ""
    down, up = f"-{key}", key
    following = (up if now == down else down) if now in (up, down) else first + key
    others = [(name, values) for name, values in asked.lists() if name != "sort" and name not in CURSORS]
    arrow = marks.icon("arrow-up") if now == up else marks.icon("arrow-down") if now == down else ""
    order = {up: "ascending", down: "descending"}.get(now)
    return format_html(
        '<th scope="col" class="{}"{}><a href="?{}">{}{}</a></th>',
        css,
        format_html(' aria-sort="{}"', order) if order else "",
        urlencode([*others, ("sort", following)], doseq=True),
        label,
        arrow,
    )


@register.inclusion_tag("design/ageing.html")
def ageing(buckets: Sequence[charts.Bucket], legend: bool = True) -> dict[str, Any]:
    """What is due by age, as one bar and in words."""
    return {"slices": charts.slices(buckets), "legend": legend}


@register.inclusion_tag("design/bars.html")
def bars(months: Sequence[charts.Month], exponent: int = 2) -> dict[str, Any]:
    """Invoiced and paid by month; `exponent` is the number of decimals of the currency."""
    named = [charts.Month(*month) for month in months]
    rungs, top_minor = charts.ladder(named, exponent)
    return {
        "months": named,
        "rungs": rungs,
        "groups": charts.groups(named, top_minor),
    }


@register.simple_tag
def look() -> str:
    """The address of the sheet."""
    return again_and_again("design:sheet", sheet.digest())


@register.simple_tag
def brand_sheet(colour: str | None) -> SafeString:
    """The organization's colour, "#17616f" or "17616f", as a link to its sheet; nothing for what is no colour."""
    digits = (colour or "").removeprefix("#").lower()
    if not re.fullmatch("[0-9a-f]{6}", digits):
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', again_and_again("design:brand", digits))


@register.filter
def notice_kind(tags: str) -> str:
    """Which notice a message of Django's is."""
    return {"success": "ok", "warning": "warn", "error": "wrong"}.get(tags, "info")
