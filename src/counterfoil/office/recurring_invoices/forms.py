"""What is written into a recurring invoice besides what its invoices have: when they are made, and what is done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.recurring_invoices import UNITS, RecurringContent
from counterfoil.books.sales.schedules import MOST_EVERY
from counterfoil.office.documents.forms import Choices, date_input
from counterfoil.office.invoices.forms import PayableForm

NEVER, ON_DAY, AFTER = "never", "day", "count"
MOST_INVOICES = 10_000


def _figure(label: Any, most: int, **more: Any) -> forms.IntegerField:
    # Not a number input: a browser empties one that holds anything but plain digits, and what was typed is lost.
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=widget, **more)


class RecurringForm(PayableForm):
    """Everything about a recurring invoice but its lines."""

    content_type = RecurringContent

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("For the office alone, such as “Website care”.")
    )
    every = _figure(_("Every"), MOST_EVERY)
    unit = forms.ChoiceField(label=_("Unit of time"), choices=UNITS)
    ends = forms.ChoiceField(
        label=_("Ends"),
        choices=[(NEVER, _("Never")), (ON_DAY, _("On a day")), (AFTER, _("After a number of invoices"))],
        widget=forms.RadioSelect,
    )
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=date_input())
    most = _figure(_("Number of invoices"), MOST_INVOICES, required=False)
    sends = forms.ChoiceField(
        label=_("On each date"),
        choices=[("draft", _("Make a draft")), ("send", _("Make it and send it"))],
        widget=forms.RadioSelect,
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Send to"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["dated"].label = _("Start date")
        fields["dated"].help_text = _("The first invoice has this date. Dates before today are not made up.")
        fields["people"].choices = people
        if not people:
            del fields["people"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for kind, name in ((ON_DAY, "ends_on"), (AFTER, "most")):
            if data.get("ends") == kind and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Write this too, or choose another end."))
        return data

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        return super().initial_of(document) | {
            "name": document.name,
            "every": document.every,
            "unit": document.unit,
            "ends": ON_DAY if document.ends_on else AFTER if document.most else NEVER,
            "ends_on": document.ends_on,
            "most": document.most,
            "sends": "send" if document.sends else "draft",
            "people": document.contact_ids,
        }

    def own_content(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().own_content() | {
            "name": data["name"],
            "every": data["every"],
            "unit": data["unit"],
            "ends_on": data["ends_on"] if data["ends"] == ON_DAY else None,
            "most": data["most"] if data["ends"] == AFTER else None,
            "sends": data["sends"] == "send",
            "contact_ids": tuple(data.get("people", ())),
        }
