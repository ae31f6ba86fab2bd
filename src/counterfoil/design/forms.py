"""Form fields for what people type about money, and how a verb's refusal is put beside its field."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.amounts import AmountError, parse_amount, parse_decimal
from counterfoil.foundation.money import Money, format_amount
from counterfoil.foundation.refusal import Refused


class AmountField(forms.CharField):
    """An amount of one currency; cleans to Money, or None where it may be left empty. Keeps what was typed."""

    def __init__(
        self, currency: str = "", *, allow_zero: bool = False, allow_negative: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.currency = currency
        self.allow_zero = allow_zero
        self.allow_negative = allow_negative

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(
                text, self.currency, allow_zero=self.allow_zero, allow_negative=self.allow_negative
            )
        except AmountError as error:
            raise ValidationError(str(error.sentence), code="amount") from error

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value, "en") if isinstance(value, Money) else value


class NumberField(forms.CharField):
    """A plain number with at most `places` decimals, not negative; cleans to Decimal or None."""

    def __init__(self, *, places: int, most: Decimal = Decimal(10) ** 12, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.places = places
        self.most = most

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_decimal(text, places=self.places)
            if number > self.most:
                raise AmountError(_("This number is too large."))
            return number
        except AmountError as error:
            raise ValidationError(str(error.sentence), code="number") from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def refuse(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a verb's sentence beside the field that it is about, or above the form."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, ValidationError(str(refusal.sentence), code=refusal.code))
