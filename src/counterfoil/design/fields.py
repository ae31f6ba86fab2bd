"""A form's field the way every page shows it: label, control, hint, and what is wrong with it, tied together."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from counterfoil.design.marks import icon


@dataclass(frozen=True, kw_only=True)
class Manner:
    """What a page may ask of a field beyond what its form says."""

    label: str | None = None
    hint: str | None = None
    money: str = ""
    unit: str = ""
    icon: str = ""
    big: bool = False
    switch: bool = False
    cards: bool = False
    optional: bool = False
    bare: bool = False


def field(bound: BoundField, manner: Manner, attrs: dict[str, Any]) -> SafeString:
    """The whole field as markup; `attrs` go onto the control itself."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget(attrs=attrs)
    if isinstance(widget, forms.CheckboxInput):
        return _check(bound, manner, attrs)
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return _choices(bound, manner, attrs)
    return _plain(bound, manner, attrs)


def _plain(bound: BoundField, manner: Manner, attrs: dict[str, Any]) -> SafeString:
    label_css = SafeString(' class="unseen"') if manner.bare else ""
    label = format_html('<label for="{}"{}>{}</label>', _id(bound), label_css, _label(bound, manner))
    return format_html(
        '<div class="field">{}{}{}</div>',
        label,
        _framed(bound, manner, _control(bound, manner, attrs)),
        _below(bound, manner),
    )


def _control(bound: BoundField, manner: Manner, attrs: dict[str, Any]) -> SafeString:
    widget = bound.field.widget
    is_file = isinstance(widget, forms.FileInput)
    css = " ".join(filter(None, ["drop" if is_file else "input", widget.attrs.get("class"), attrs.pop("class", None)]))
    wired = {"class": css} | _wires(bound, manner) | attrs
    if isinstance(widget, forms.ClearableFileInput):
        plain = forms.FileInput(attrs=widget.attrs)
        plain.is_required = widget.is_required
        return bound.as_widget(widget=plain, attrs=wired)
    return bound.as_widget(attrs=wired)


def _framed(bound: BoundField, manner: Manner, control: SafeString) -> SafeString:
    """The control with its icon, currency or unit."""
    css = "affix money" if manner.big else "affix"
    if manner.icon:
        return format_html('<div class="{}">{}{}</div>', css, icon(manner.icon), control)
    sign = format_html('<span class="sign" id="{}-sign">{}</span>', _id(bound), manner.money or manner.unit)
    if manner.money:
        return format_html('<div class="{}">{}{}</div>', css, sign, control)
    if manner.unit:
        return format_html('<div class="{}">{}{}</div>', css, control, sign)
    return control


def _check(bound: BoundField, manner: Manner, attrs: dict[str, Any]) -> SafeString:
    wired = _wires(bound, manner) | ({"role": "switch"} if manner.switch else {}) | attrs
    return format_html(
        '<div class="field"><label class="check">{}<span>{}</span></label>{}</div>',
        bound.as_widget(attrs=wired),
        _label(bound, manner),
        _below(bound, manner),
    )


def _choices(bound: BoundField, manner: Manner, attrs: dict[str, Any]) -> SafeString:
    """Several boxes or buttons under one legend; with `cards`, one under the other in a frame."""
    row = (
        '<div><label class="row choice">{}<span>{}</span></label></div>'
        if manner.cards
        else ('<label class="check">{}<span>{}</span></label>')
    )
    options = ((part.tag(wrap_label=False), part.choice_label) for part in _parts(bound, attrs))
    rows = format_html_join("", row, options)
    body = format_html('<div class="choices">{}</div>', rows) if manner.cards else rows
    wires = _wires(bound, manner)
    radio = not isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    if not radio:
        wires.pop("aria-invalid", None)
    return format_html(
        '<fieldset class="field"{}{}><legend{}>{}</legend>{}{}</fieldset>',
        SafeString(' role="radiogroup"') if radio else "",
        format_html_join("", ' {}="{}"', wires.items()),
        SafeString(' class="unseen"') if manner.bare else "",
        _label(bound, manner),
        body,
        _below(bound, manner),
    )


def _parts(bound: BoundField, attrs: dict[str, Any]) -> list[Any]:
    """The single boxes. Only the legend's group is described, so that a hint is not read once for each of them."""
    for part in bound.subwidgets:
        for name in ("aria-describedby", "aria-invalid"):
            part.data["attrs"].pop(name, None)
        part.data["attrs"].update(attrs)
    return list(bound.subwidgets)


def _wires(bound: BoundField, manner: Manner) -> dict[str, str]:
    """What tells a screen reader that the field is wrong, and where it says how."""
    described = []
    if manner.money or manner.unit:
        described.append(f"{_id(bound)}-sign")
    if _hint(bound, manner):
        described.append(f"{_id(bound)}-hint")
    if bound.errors:
        described.append(f"{_id(bound)}-error")
    wires = {}
    if described:
        wires["aria-describedby"] = " ".join(described)
    if bound.errors:
        wires["aria-invalid"] = "true"
    return wires


def _below(bound: BoundField, manner: Manner) -> SafeString:
    hint = _hint(bound, manner)
    parts = []
    if hint:
        parts.append(format_html('<p class="small muted" id="{}-hint">{}</p>', _id(bound), hint))
    if bound.errors:
        words = format_html_join(SafeString("<br>"), "{}", ((error,) for error in bound.errors))
        parts.append(
            format_html(
                '<p class="row small bad" id="{}-error">{}<span>{}</span></p>', _id(bound), icon("alert"), words
            )
        )
    return format_html_join("", "{}", ((part,) for part in parts))


def _label(bound: BoundField, manner: Manner) -> SafeString | str:
    words = str(bound.label) if manner.label is None else manner.label
    if manner.optional:
        return format_html('{} <span class="muted">{}</span>', words, _("(optional)"))
    return words


def _hint(bound: BoundField, manner: Manner) -> str:
    return str(bound.help_text if manner.hint is None else manner.hint)


def _id(bound: BoundField) -> str:
    """The control's id; a group of boxes has none of its own and goes by the field's."""
    return bound.id_for_label or str(bound.auto_id)


def first_control_id(bound: BoundField) -> str:
    """Where a link to this field must lead: a group's first box, or else the control."""
    if isinstance(bound.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return f"{bound.auto_id}_0"
    return _id(bound)
