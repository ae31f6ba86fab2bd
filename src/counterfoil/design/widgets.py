"""The controls of forms, drawn by hand where Django has a template for each: a page of forms asks for a hundred."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.functional import Promise
from django.utils.safestring import SafeData, SafeString

Widget = Mapping[str, Any]  # what Django gives the template: name, value, attrs, and more by kind

INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox", "file")


class Renderer(DjangoTemplates):
    """Django's, with the same markup to the letter. What isn't drawn here comes from its templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = CONTROLS.get(template_name)
        return SafeString(draw(context["widget"]) if draw else super().render(template_name, context, request))


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    return f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    value = _escaped(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_escaped(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _place in widget["optgroups"])
    return f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>{groups}\n</select>'


def _group(name: Any, options: list[Widget]) -> str:
    inside = "".join(f"\n  {_option(one)}\n" for one in options)
    return f'\n  <optgroup label="{_escaped(name)}">{inside}\n  </optgroup>' if name else inside


def _option(widget: Widget) -> str:
    return f'<option value="{_escaped(widget["value"])}"{_attributes(widget)}>{_escaped(widget["label"])}</option>'


def _attributes(widget: Widget) -> str:
    given = [(name, value) for name, value in widget["attrs"].items() if value is not False]
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"' for name, value in given
    )


def _escaped(value: Any) -> str:
    if isinstance(value, Promise):
        value = str(value)
    return str(value) if isinstance(value, SafeData) else escape(str(value))


CONTROLS: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
