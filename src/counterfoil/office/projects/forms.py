"""What is typed about a project and about a task. Shape and type alone; the verbs know the rules."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.projects.projects import BILLINGS, LONGEST_NAME, ProjectContent
from counterfoil.books.projects.tasks import TaskContent
from counterfoil.design.forms import AmountField, HoursField, RateField
from counterfoil.foundation.money import Money
from counterfoil.office.making import MadeOnce

LONGEST_DESCRIPTION = 2_000


class ProjectForm(MadeOnce):
    """Everything about a project. `on-<id>` puts somebody on its staff, `rate-<id>` is what their hour costs."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The customer reads it in their portal."),
    )
    billing = forms.ChoiceField(
        label=gettext_lazy("How it is billed"), choices=BILLINGS, widget=forms.RadioSelect, initial="project"
    )
    rate = RateField(
        label=gettext_lazy("Rate of an hour"), required=False, help_text=gettext_lazy("Counts by project hours.")
    )
    fixed = AmountField(
        label=gettext_lazy("Cost"), required=False, allow_zero=True, help_text=gettext_lazy("Counts as a fixed cost.")
    )
    budget_minutes = HoursField(
        label=gettext_lazy("Hours"), required=False, help_text=gettext_lazy("Such as 40, or 12:30.")
    )
    budget = AmountField(label=gettext_lazy("Amount"), required=False)

    def __init__(self, *args: Any, currency: str, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for name in ("fixed", "budget"):
            self.fields[name].currency = currency  # type: ignore[attr-defined]
        for member_id, name in people:
            self.fields[f"on-{member_id}"] = forms.BooleanField(label=name, required=False)
            self.fields[f"rate-{member_id}"] = RateField(label=_("Rate of %(name)s") % {"name": name}, required=False)

    def staff(self) -> list[dict[str, Any]]:
        """The bound fields of everybody who may be put on it."""
        return [{"on": self[f"on-{one}"], "rate": self[f"rate-{one}"]} for one, _name in self.people]

    def content(self) -> ProjectContent:
        data = self.cleaned_data
        return ProjectContent(
            name=data["name"],
            description=data["description"],
            billing=data["billing"],
            rate=data["rate"] or Decimal(0),
            fixed_minor=data["fixed"].minor if data["fixed"] else 0,
            budget_minutes=data["budget_minutes"],
            budget_minor=data["budget"].minor if data["budget"] else None,
            members={one: data[f"rate-{one}"] or Decimal(0) for one, _name in self.people if data[f"on-{one}"]},
        )

    @staticmethod
    def initial_of(content: ProjectContent, currency: str) -> dict[str, Any]:
        """What stands in the form of a project that is written."""
        same = {name: getattr(content, name) for name in ("name", "description", "billing", "budget_minutes")}
        on_it = {f"on-{one}": True for one in content.members}
        rates = {f"rate-{one}": rate for one, rate in content.members.items() if rate}
        amounts = {
            "rate": content.rate or None,
            "fixed": Money(content.fixed_minor, currency) if content.fixed_minor else None,
            "budget": Money(content.budget_minor, currency) if content.budget_minor else None,
        }
        return same | amounts | on_it | rates


class TaskForm(forms.Form):
    """A part of a project that time is logged on."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_billable = forms.BooleanField(
        label=gettext_lazy("Billable"),
        required=False,
        initial=True,
        help_text=gettext_lazy("The customer sees billable tasks. It holds for time that is logged from now on."),
    )
    rate = RateField(
        label=gettext_lazy("Rate of an hour"), required=False, help_text=gettext_lazy("Counts by task hours.")
    )
    budget_minutes = HoursField(
        label=gettext_lazy("Budget of hours"), required=False, help_text=gettext_lazy("Such as 40, or 12:30.")
    )

    def content(self) -> TaskContent:
        names = ("name", "description", "is_billable", "budget_minutes")
        data = self.cleaned_data
        return TaskContent(**{name: data[name] for name in names}, rate=data["rate"] or Decimal(0))
