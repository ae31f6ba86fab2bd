"""Templates that are taken apart say to the letter what Django says of them, and so do the controls of forms."""

import copy
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.forms.renderers import DjangoTemplates
from django.template import Context, Engine, Template, engines
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from counterfoil.design.drawing import Drawn
from counterfoil.design.widgets import Renderer


class Thing:
    """Whatever a template may come across."""

    name = "Tea & <i>cake</i>"
    kept = SafeString("<b>kept</b>")

    @property
    def gone(self) -> str:
        raise ObjectDoesNotExist

    @property
    def broken(self) -> str:
        raise AttributeError("inside")

    def called(self) -> str:
        return "<called>"

    def asks(self, something: str) -> str:
        return something

    def destroys(self) -> str:
        raise AssertionError("A template called what alters data.")

    destroys.alters_data = True  # type: ignore[attr-defined]


class Boxes:
    """Found by key, as a form's fields are."""

    colour = "red"

    def __getitem__(self, key: str) -> str:
        return {"name": "boxed"}[key]


CONTEXT: dict[str, Any] = {
    "thing": Thing(),
    "boxes": Boxes(),
    "lazy": SimpleLazyObject(Thing),
    "words": {"name": "<x>", "items": "own", "deep": {"minor": 5}},
    "word": gettext_lazy("Overdue"),
    "several": [SimpleNamespace(name="<1>", many=[1, 2]), SimpleNamespace(name="2", many=[])],
    "pairs": [("a", 1), ("b", 2)],
    "nothing": None,
    "yes": True,
    "number": 1_234_567,
    "amount": Decimal("1.50"),
    "day": date(2026, 10, 28),
    "cls": Thing,
    "empty": "",
    "included": "design/_bell.html",
    "bell_url": "/bell/?a=1&b=2",
    "unread": 3,
}
SOURCES = [
    "{{ thing.name }}{{ thing.kept }}{{ thing.called }}{{ thing.asks }}.{{ thing.destroys }}.{{ thing.gone }}.",
    "{{ missing }}{{ missing.name }}{{ thing.missing }}{{ thing.missing.more }}{{ nothing.name }}.",
    "{{ words.name }}{{ words.items }}{{ words.keys|length }}{{ words.deep.minor }}{{ words.deep.none }}.",
    "{{ boxes.name }}{{ boxes.colour }}{{ boxes.neither }}{{ lazy.name }}{{ lazy.called }}{{ cls.name }}.",
    (
        "{{ several.0.name }}{{ several.1.name }}{{ several.9.name }}{{ number }}{{ amount }}{{ day }}"
        "{{ yes }}{{ nothing }}"
    ),
    ("{{ word }}{{ word|upper }}{{ 5 }}{{ 'text' }}{{ \"<q>\" }}{{ empty|default:'none' }}{{ empty|default:word }}"),
    (
        "{% autoescape off %}{{ thing.name }}{{ word }}{% translate 'Paid' %}{% if yes %}{{ words.name }}"
        "{% endif %}{% endautoescape %}"
    ),
    "{% if thing.gone %}a{% elif missing %}b{% elif not nothing and yes %}c{% else %}d{% endif %}",
    (
        "{% if missing == nothing %}a{% endif %}{% if missing or yes %}b{% endif %}"
        "{% if number > 5 and number < missing %}c{% endif %}"
    ),
    ("{% if 'a' in missing %}a{% endif %}{% if 'x' not in words.name %}b{% endif %}{% if yes is True %}c{% endif %}"),
    (
        "{% if nothing is not None %}a{% endif %}{% if several|length >= 2 %}b{% endif %}"
        "{% if number != '5' %}c{% endif %}"
    ),
    (
        "{% if not thing.gone or amount <= 2 %}a{% endif %}{% if thing.called %}b{% endif %}"
        "{% if day == day %}c{% endif %}"
    ),
    (
        "{% for one in several %}{{ forloop.counter }}{{ one.name }}{% for n in one.many %}{{ n }}"
        "{{ forloop.parentloop.last }}{% empty %}-{% endfor %}{% endfor %}{% for a, b in pairs %}{{ a }}"
        "{{ b }}{% endfor %}{{ one.name }}"
    ),
    ("{% with name=words.name other=missing %}{{ name }}{{ other }}{% if other %}!{% endif %}{% endwith %}{{ name }}"),
    (
        "{% translate 'Paid' %}{% translate 'Paid' as paid %}{{ paid }}{% translate word %}"
        "{% translate 'Item' context 'menu' %}"
    ),
    (
        "{% translate 'Paid'|upper %}{% translate '100%' %}{% blocktranslate with name=words.name %}Told: "
        "{{ name }}{% endblocktranslate %}"
    ),
    ("{% include 'design/_bell.html' %}|{% include 'design/_bell.html' with unread=0 only %}|{% include included %}"),
    "{% include 'design/_bell.html' with bell_url=empty %}|{{ bell_url }}",
    ("{% icon 'eye' %}{% icon 'eye' label=words.name %}{% icon 'eye' label='<x>' %}{% icon 'eye' as eye %}{{ eye }}"),
    (
        "{% pill 'paid' word %}{% avatar thing.name %}{% avatar thing.name css='them' %}"
        "{% logo words.name missing %}{% html_lang %}"
    ),
    "{% notice 'ok' title=word %}{{ words.name }}{% if yes %}{{ number }}{% endif %}{% endnotice %}",
    (
        "{% rows several as one %}{{ one.name }}{{ number }}{% icon 'eye' %}{% if yes %}{{ words.name }}"
        "{% endif %}{% endrows %}"
    ),
    "{% load static %}{% static 'design/icon.svg' %}{% static 'design/icon.svg' as it %}{{ it }}{% static empty %}",
    "{% language 'zh-hans' %}{% translate 'Paid' %}{{ word }}{% endlanguage %}{% translate 'Paid' %}",
]


def _both(source: str) -> tuple[Template, Template]:
    """The template as Django has it, and taken apart. What it includes comes from the same loaders."""
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    by_django, ours = engine.from_string(source), engine.from_string(source)
    ours.nodelist = Drawn(ours.nodelist)
    return by_django, ours


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_template_says_what_django_says(source: str, language: str) -> None:
    by_django, ours = _both(source)
    with override(language):
        expected = by_django.render(Context(copy.copy(CONTEXT)))
        assert ours.render(Context(copy.copy(CONTEXT))) == expected
        assert ours.render(Context(copy.copy(CONTEXT))) == expected, "what is kept from the first time says the same"


def test_a_template_follows_the_language_of_each_reader() -> None:
    _, ours = _both("{% translate 'Paid' %}")
    said = []
    for language in ("en", "zh-hans", "en"):
        with override(language):
            said.append(ours.render(Context()))
    assert said[0] == said[2] == "Paid" != said[1]


@pytest.mark.parametrize("source", ["{{ thing.broken }}", "{% if thing.broken %}{% endif %}"])
def test_what_goes_wrong_within_is_not_swallowed(source: str) -> None:
    for template in _both(source):
        with pytest.raises(AttributeError, match="inside"):
            template.render(Context({"thing": Thing()}))


def test_every_template_that_is_loaded_is_taken_apart_and_blocks_are_found_in_it() -> None:
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    assert type(engine.get_template("design/base.html").nodelist) is Drawn
    assert engine.get_template("design/base.html") is engine.get_template("design/base.html")
    page = engine.from_string(
        "{% extends 'design/plain.html' %}{% block title %}<T>{{ block.super }}{% endblock %}"
        "{% block content %}{% if yes %}{{ number }}{% endif %}{% endblock %}"
    )
    expected = page.render(Context(copy.copy(CONTEXT)))
    page.nodelist = Drawn(page.nodelist)
    assert page.render(Context(copy.copy(CONTEXT))) == expected
    assert "<T>Welcome" in expected
    assert "1234567" in expected


ODD: dict[str, Any] = {
    "class": 'a "b" <c>',
    "required": True,
    "hidden": False,
    "data-n": 5,
    "title": gettext_lazy("Paid"),
}
CHOICES: list[Any] = [
    ("", "---"),
    (1, "<One>"),
    ("two", gettext_lazy("Paid")),
    ("Group & co", [("3", "Three"), (4, 4)]),
]
CONTROLS: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput(ODD), '"<&>'),
    (forms.TextInput(), None),
    (forms.TextInput({"placeholder": SafeString("<b>")}), gettext_lazy("Overdue")),
    (forms.EmailInput(), ""),
    (forms.NumberInput({"step": 0.5}), Decimal("1.50")),
    (forms.HiddenInput(), 12),
    (forms.PasswordInput(), "secret"),
    (forms.DateInput({"type": "date"}), date(2026, 1, 2)),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.CheckboxInput(), "own"),
    (forms.FileInput({"multiple": False}), None),
    (forms.Textarea({"rows": 3}), "\n<line>\n"),
    (forms.Textarea(), None),
    (forms.Select(ODD, CHOICES), "two"),
    (forms.Select(choices=CHOICES), 4),
    (forms.Select(), None),
    (forms.SelectMultiple(choices=CHOICES), ["1", "3"]),
    (forms.RadioSelect(choices=CHOICES), "two"),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["3"]),
]


@pytest.mark.parametrize(("widget", "value"), CONTROLS, ids=lambda one: type(one).__name__)
def test_a_control_is_djangos_to_the_letter(widget: forms.Widget, value: Any) -> None:
    expected = widget.render("a <name>", value, {"id": 'id_"x"'}, renderer=DjangoTemplates())
    drawn = widget.render("a <name>", value, {"id": 'id_"x"'}, renderer=Renderer())
    assert drawn == expected
    assert isinstance(drawn, SafeString)
