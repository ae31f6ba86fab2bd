"""Form fields for figures that people type, and how a verb's refusal is put beside its field."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import languages
from counterfoil.foundation.amounts import AmountError, parse_amount, parse_decimal
from counterfoil.foundation.hours import format_hours, parse_hours
from counterfoil.foundation.money import LARGEST, Money, format_amount
from counterfoil.foundation.refusal import Refused


class LongSelect(forms.Select):
    """A select with hundreds of choices, written in one piece: Django renders a template for each of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        chosen = {str(one) for one in self.format_value(value)}
        shown = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SafeString(" selected") if str(key) in chosen else "", label) for key, label in self.choices),
        )
        attributes = flatatt(self.build_attrs(self.attrs, (attrs or {}) | {"name": name}))
        return format_html("<select{}>\n{}\n</select>", attributes, shown)


class FigureField(forms.CharField):
    """Text that is read as a figure. What was typed stays in the form; an empty optional field cleans to None."""

    def __init__(self, *, allow_zero: bool = True, allow_negative: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.allow_zero = allow_zero
        self.allow_negative = allow_negative

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except AmountError as error:
            raise ValidationError(str(error.sentence), code=error.code.lower()) from error

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


class AmountField(FigureField):
    """An amount of one currency; cleans to Money. `currency` may be set later, on the form's own copy of the field."""

    def __init__(self, currency: str = "", *, allow_zero: bool = False, **kwargs: Any) -> None:
        super().__init__(allow_zero=allow_zero, **kwargs)
        self.currency = currency

    def read(self, text: str) -> Money:
        return parse_amount(text, self.currency, allow_zero=self.allow_zero, allow_negative=self.allow_negative)

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value, languages.current()) if isinstance(value, Money) else value


class NumberField(FigureField):
    """A plain number with at most `places` decimals, not above `most`; cleans to Decimal."""

    def __init__(self, *, places: int, most: Decimal = Decimal(LARGEST), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.places = places
        self.most = most

    def read(self, text: str) -> Decimal:
        number = parse_decimal(text, places=self.places, allow_zero=self.allow_zero, allow_negative=self.allow_negative)
        if number > self.most:
            raise AmountError.too_large()
        return number

    def prepare_value(self, value: Any) -> Any:
        """Without needless noughts and without separators, which a person who edits would have to move."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class QuantityField(NumberField):
    """How many of something: more than zero, at most 6 decimals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_zero", False)
        super().__init__(places=6, most=Decimal(10**12), **kwargs)


class RateField(NumberField):
    """The price of one, in major units: not negative, at most 6 decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=6, most=Decimal(10**12), **kwargs)


class PercentField(NumberField):
    """From 0 to 100 with at most 4 decimals; a per cent sign may be typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=4, most=Decimal(100), **kwargs)

    def read(self, text: str) -> Decimal:
        return super().read(text.strip().removesuffix("%").removesuffix("％"))


class HoursField(FigureField):
    """Working time as people write it: "1:30", "1.5" or "1h 30m". Cleans to minutes, more than none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))  # a decimal keyboard has no colon
        super().__init__(allow_zero=False, **kwargs)

    def read(self, text: str) -> int:
        return parse_hours(text)

    def prepare_value(self, value: Any) -> Any:
        return format_hours(value) if isinstance(value, int) else value


class DiscountField(FigureField):
    """A discount as people write it: "10%", or an amount of the document's currency.

    Cleans to (kind, value) with the value in per cent or in major units, or to None. `currency` may be set later.
    """

    def __init__(self, currency: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency

    def read(self, text: str) -> tuple[str, Decimal] | None:
        figure = text.strip().replace("％", "%")
        if figure.endswith("%"):
            percent = parse_decimal(figure.removesuffix("%"), places=4)
            if percent > 100:
                raise AmountError("TOO_LARGE", _("A discount can't be more than 100 per cent."))
            return ("percent", percent) if percent else None
        amount = parse_amount(figure, self.currency, allow_zero=True)
        return ("amount", amount.decimal) if amount else None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        kind, number = value
        if kind == "percent":
            return f"{number.normalize():f}%"
        return format_amount(Money.of(number, self.currency), languages.current())


def refuse(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a verb's sentence beside the field that it is about, or above the form, which keeps it as `refusal`."""
    form.refusal = refusal  # type: ignore[attr-defined]
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, ValidationError(str(refusal.sentence), code=refusal.code))
