"""Figure fields keep what was typed and say beside the field what is wrong with it."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils import translation

from counterfoil.design.forms import (
    AmountField,
    HoursField,
    NumberField,
    PercentField,
    QuantityField,
    RateField,
    refuse,
)
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused


class LineForm(forms.Form):
    quantity = QuantityField()
    rate = RateField()
    discount = PercentField(required=False)
    hours = NumberField(places=2, most=Decimal(24), required=False)


class TimeForm(forms.Form):
    worked = HoursField()
    budget = HoursField(required=False)


class PayForm(forms.Form):
    amount = AmountField()

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency


def test_what_was_typed_becomes_exact_figures() -> None:
    form = LineForm({"quantity": "１。５", "rate": "1,250.123456", "discount": " 12.5 ％", "hours": ""})
    assert form.is_valid()
    assert form.cleaned_data == {
        "quantity": Decimal("1.5"),
        "rate": Decimal("1250.123456"),
        "discount": Decimal("12.5"),
        "hours": None,
    }


def test_an_amount_is_of_the_currency_of_the_form() -> None:
    form = PayForm({"amount": "£1,380.00"}, currency="GBP")
    assert form.is_valid()
    assert form.cleaned_data["amount"] == Money(138000, "GBP")
    assert not PayForm({"amount": "£1,380.00"}, currency="JPY").is_valid()


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("quantity", "0", "Enter more than zero."),
        ("quantity", "-1", "This can&#x27;t be below zero."),
        ("quantity", "1.0000001", "Use at most 6 decimals."),
        ("quantity", "1000000000001", "This is too large. Enter a smaller number."),
        ("rate", "NaN", "Enter a number in digits, such as 1,250.00."),
        ("rate", "", "This field is required."),
        ("rate", "-0.01", "This can&#x27;t be below zero."),
        ("discount", "100.01", "This is too large. Enter a smaller number."),
        ("discount", "%", "Enter a number."),
        ("hours", "24.25", "This is too large. Enter a smaller number."),
        ("hours", "1<b>", "Enter a number in digits, such as 1,250.00."),
    ],
)
def test_a_wrong_figure_stays_as_typed_with_the_message_beside_it(name: str, typed: str, message: str) -> None:
    form = LineForm({"quantity": "1", "rate": "0", "discount": "0", name: typed})
    assert not form.is_valid()
    assert list(form.errors) == [name]
    assert message in str(form.errors[name])
    assert form[name].value() == typed


def test_a_required_amount_must_be_typed() -> None:
    assert PayForm({}, currency="GBP").errors["amount"] == ["This field is required."]


def test_a_figure_is_put_into_the_form_as_people_would_type_it() -> None:
    initial = {"quantity": Decimal("1.500000"), "rate": Decimal("1E+3"), "discount": Decimal("0.0000")}
    form = LineForm(initial=initial)
    assert [form[name].value() for name in ("quantity", "rate", "discount")] == ["1.5", "1000", "0"]
    assert PayForm(initial={"amount": Money(138000, "GBP")}, currency="GBP")["amount"].value() == "1,380.00"
    assert 'inputmode="decimal"' in str(form["quantity"])


def test_the_same_figure_typed_otherwise_has_not_changed() -> None:
    initial = {"quantity": Decimal("1.5"), "rate": Decimal(1000), "discount": None}
    assert LineForm({"quantity": "1.50", "rate": "1,000", "discount": ""}, initial=initial).changed_data == []
    assert LineForm({"quantity": "x", "rate": "1,001"}, initial=initial).changed_data == ["quantity", "rate"]


def test_messages_are_in_the_readers_language() -> None:
    with translation.override("en"):
        english = PayForm({"amount": "x"}, currency="GBP").errors["amount"][0]
    with translation.override("zh-hans"):
        form = PayForm({"amount": "x"}, currency="GBP")
        assert translation.gettext("Enter a number in digits, such as 1,250.00.") == form.errors["amount"][0]
    assert english == "Enter a number in digits, such as 1,250.00."


def test_a_refusal_stands_beside_its_field_or_above_the_form() -> None:
    form = PayForm({"amount": "5"}, currency="GBP")
    refuse(form, Refused("TOO_MUCH", "More than is owed.", field="amount"))
    refuse(form, Refused("VOID", "This invoice is void."))
    refuse(form, Refused("ODD", "Something else.", field="nowhere"))
    assert form.errors == {"amount": ["More than is owed."], "__all__": ["This invoice is void.", "Something else."]}


class FieldsForm(forms.Form):
    name = forms.CharField(max_length=3)
    email = forms.EmailField()
    age = forms.IntegerField(min_value=18)


def test_djangos_own_sentences_are_read_in_our_chinese():
    with translation.override("zh-hans"):
        form = FieldsForm({"name": "four", "email": "#?", "age": "17"})
        said = [sentence for sentences in form.errors.values() for sentence in sentences]
        assert said == ["最多 3 个字符，现有 4 个。", "请输入有效的电子邮箱地址。", "不能小于 18。"]
        assert FieldsForm({}).errors["name"] == ["请填写此项。"]


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("1:30", 90), ("1.5", 90), ("1h 30m", 90), ("45 min", 45), ("１：３０", 90), ("120000", 7_200_000)],
)
def test_hours_are_read_as_people_write_them(typed: str, minutes: int) -> None:
    form = TimeForm({"worked": typed, "budget": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"worked": minutes, "budget": None}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1:75", "Enter hours and minutes, such as 1:30, or hours, such as 1.5."),
        ("soon", "Enter hours and minutes, such as 1:30, or hours, such as 1.5."),
        ("0:00", "Enter more than zero."),
        ("-2", "This can&#x27;t be below zero."),
        ("", "This field is required."),
    ],
)
def test_wrong_hours_stay_as_typed_with_the_message_beside_them(typed: str, message: str) -> None:
    form = TimeForm({"worked": typed})
    assert not form.is_valid()
    assert list(form.errors) == ["worked"]
    assert message in str(form.errors["worked"])
    assert form["worked"].value() == typed


@pytest.mark.parametrize("minutes", [1, 90, 59_999, 60_000_000])
def test_hours_that_are_shown_in_a_form_can_be_sent_back(minutes: int) -> None:
    shown = TimeForm(initial={"worked": minutes})["worked"].value()
    assert TimeForm({"worked": shown}).fields["worked"].clean(shown) == minutes
