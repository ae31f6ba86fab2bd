"""Rows that are drawn quickly say what Django's own loop says."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

LINES: list[dict[str, Any]] = [
    {"name": "Tea & <i>cake</i>", "pill": SafeString("<b>Paid</b>"), "minor": 1_234_567, "late": "3 days", "kind": "a"},
    {"name": "云杉'\"", "pill": "<b>", "minor": 0, "late": "", "kind": "b"},
    {"name": gettext_lazy("Overdue"), "pill": "", "minor": -5, "late": date(2026, 10, 28), "kind": "c"},
]
BODIES = [
    "<td>{{ line.name }}</td> {{ line.pill }}{{ line.minor }} <td>{{ line.late }}</td>\n",
    "{% if line.late %}<i>{{ line.late }}</i>{% else %}{{ line.name }}{% endif %}",
    "{% if not line.minor %}0{% endif %}{{ line.nothing }}.",
    "{% if line.nothing %}!{% endif %}{% if line.late %}{% if line.minor %}{{ line.name }}{% endif %}{% endif %}",
    '{% if line.kind == "a" %}A{% elif line.minor %}{{ line.kind }}{% endif %}',
    '{% icon "eye" %}{{ line.name|upper }}{{ line.name.0 }}{{ other }}{{ other.name }}{% translate "Paid" %}',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", [dict, SimpleNamespace])
def test_they_are_what_a_loop_would_draw(body: str, language: str, kind: Any) -> None:
    context = {"lines": [kind(**line) for line in LINES], "other": {"name": "<x>"}, "line": "outside"}
    with override(language):
        quick = Template("{% rows lines as line %}" + body + "{% endrows %}{{ line }}").render(Context(context))
        slow = Template("{% for line in lines %}" + body + "{% endfor %}{{ line }}").render(Context(context))
    assert quick == slow
    assert quick


def test_another_form_of_the_tag_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="rows lines as line"):
        Template("{% rows lines %}{% endrows %}")


def test_a_block_is_the_one_of_the_page_that_extends() -> None:
    inner = "{% rows lines as line %}<td>{% block cell %}{{ line.name }}{% endblock %}</td>{% endrows %}"
    base = Template("{% block body %}" + inner + "{% endblock %}")
    child = Template("{% extends base %}{% block cell %}{% if line.minor %}{{ line.kind }}{% endif %}{% endblock %}")
    lines = [{"name": "Tea", "minor": 1, "kind": "<a>"}, {"name": "Cake", "minor": 0, "kind": "b"}]
    assert base.render(Context({"lines": lines})) == "<td>Tea</td><td>Cake</td>"
    assert child.render(Context({"lines": lines, "base": base})) == "<td>&lt;a&gt;</td><td></td>"
