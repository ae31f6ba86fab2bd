"""Two people edit the same: whoever saves second sees both versions, and nothing of either is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound import words
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.portal import PortalReach

Initial = Mapping[str, Any]


@dataclass(frozen=True)
class Version:
    """One field: what is stored now, and what stood in the form. `is_taken`: it was not touched, so that it follows."""

    label: str
    stored: str
    typed: str
    is_taken: bool


@dataclass(frozen=True)
class Meeting:
    """What somebody else saved while the form was open; who that was last and when, if that is known."""

    versions: Sequence[Version]
    who: str = ""
    when: str = ""


def meet(form: Any, initial: Callable[[Any], Initial], *, reach: PortalReach | OfficeReach) -> Meeting | None:
    """Both versions, if the verb refused because somebody was faster; the form then goes on from what is stored.

    A field that was left as it had been opened takes what is stored now. What was typed stays as it is. The next time
    the form is sent it is as of now. `initial` is what the form of a row starts with.
    """
    refusal: Refused | None = getattr(form, "refusal", None)
    meanwhile = refusal.details.get("meanwhile") if refusal else None
    if meanwhile is None:
        return None
    now, then = initial(meanwhile.now), initial(meanwhile.then) if meanwhile.then else None
    versions = bring_together(form, now=now, then=then)
    if meanwhile.by is None:
        return Meeting(versions)
    is_office = reach.door == "portal" and meanwhile.by.kind == "staff"
    who = reach.organization.name if is_office else words.named(meanwhile.by, reach.language)
    organization = reach.organization
    when = format_moment(meanwhile.at, reach.language, organization.time_zone, organization.date_format)
    return Meeting(versions, who, when)


def bring_together(form: Any, *, now: Initial, then: Initial | None, also: str = "revision") -> list[Version]:
    """The fields in which what is stored `now` and what was typed differ. Without `then`, all of them count as touched.

    `also` is the hidden field that says which version was seen.
    """
    data = form.data.copy()
    found = []
    for name, field in form.fields.items():
        if name not in now.keys() | (then or {}).keys() or field.disabled or field.widget.is_hidden:
            continue
        stored, typed = now.get(name), form[name].data
        is_theirs = then is None or _written(field, then.get(name)) != _written(field, stored)
        if not is_theirs or not field.has_changed(stored, typed):
            continue
        is_taken = then is not None and not field.has_changed(then.get(name), typed)
        found.append(Version(str(field.label), _shown(field, stored), _shown(field, typed), is_taken))
        if is_taken:
            data[name] = _written(field, stored)
    data[also] = str(now[also])
    form.data = data
    return found


def _written(field: Any, value: Any) -> str:
    """A value as a browser sends it."""
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    return "" if value is None else str(field.prepare_value(value))


def _shown(field: Any, value: Any) -> str:
    """A value as it is read: the words of a choice, yes or no for a box."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    written, choices = _written(field, value), getattr(field, "choices", ())
    return str(dict(choices).get(written, written))
