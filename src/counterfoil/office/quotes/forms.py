"""What is written into a quote besides what every document has: until when it can be decided, and optional lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
from counterfoil.office.documents.forms import DocumentForm, LineForm, date_input


class QuoteForm(DocumentForm):
    """Everything about a quote but its lines."""

    own = ("expires_on",)
    content_type = QuoteContent

    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=date_input(),
        help_text=_("The last day on which it can be accepted. Empty means that it does not expire."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].label = _("Quote date")

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        return {"expires_on": document.expires}


class QuoteLineForm(LineForm):
    """A line, which the customer may be free to leave out."""

    content_type = QuoteLineContent

    is_optional = forms.BooleanField(label=_("Optional"), required=False)

    def own_content(self) -> dict[str, Any]:
        return {"is_optional": self.cleaned_data["is_optional"]}

    @classmethod
    def initial_of(cls, line: Any) -> dict[str, Any]:
        return super().initial_of(line) | {"is_optional": line.is_optional}
