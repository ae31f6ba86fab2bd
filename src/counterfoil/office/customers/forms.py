"""What is typed about a customer and about a contact person. Shape and type alone; the verbs know the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.contacts import ContactContent
from counterfoil.books.customers.customers import LONGEST_TERMS_DAYS, CustomerContent
from counterfoil.books.sales.opening import Opening
from counterfoil.design import addresses
from counterfoil.design.forms import AmountField
from counterfoil.foundation import money
from counterfoil.foundation.money import Money
from counterfoil.office import choices
from counterfoil.office.making import MadeOnce

KINDS = (("company", _("Company")), ("individual", _("Individual")))
TAKEN_OVER = (
    "display_name",
    "kind",
    "company_name",
    "currency",
    "language",
    "payment_days",
    "tax_id",
    "is_tax_exempt",
    "exemption_reason",
    "notes",
    "may_pay_by_bank",
    "stops_reminders",
)


class CustomerForm(MadeOnce):
    """Everything about a customer that the office writes."""

    display_name = forms.CharField(
        label=_("Display name"), max_length=200, help_text=_("What the customer is listed by. Each name once.")
    )
    kind = forms.ChoiceField(label=_("Customer type"), choices=KINDS, widget=forms.RadioSelect)
    company_name = forms.CharField(label=_("Company name"), max_length=200, required=False)
    currency = forms.ChoiceField(label=_("Currency"))
    language = forms.ChoiceField(
        label=_("Language"), choices=choices.languages, help_text=_("Of the documents and mails for this customer.")
    )
    payment_days = forms.IntegerField(
        label=_("Payment terms"),
        min_value=0,
        max_value=LONGEST_TERMS_DAYS,
        help_text=_("Days from the invoice date to the due date. 0 is due on receipt."),
        # Not a number input: a browser empties one that holds anything but plain digits, and what was typed is lost.
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    tax_id = forms.CharField(label=_("Tax ID"), max_length=50, required=False)
    is_tax_exempt = forms.BooleanField(label=_("Exempt from tax"), required=False)
    exemption_reason = forms.CharField(label=_("Reason for the exemption"), max_length=200, required=False)
    may_pay_by_bank = forms.BooleanField(label=_("Allow this customer to pay with their bank account"), required=False)
    stops_reminders = forms.BooleanField(
        label=_("Stop reminders"),
        required=False,
        help_text=_("This customer gets no automatic reminders. You can still send one by hand."),
    )
    shipping_same = forms.BooleanField(label=_("Same as the billing address"), required=False)
    opening_balance = AmountField(
        label=_("Opening balance"),
        required=False,
        allow_zero=True,
        allow_negative=True,
        help_text=_("What they owed before you began here. Listed and paid like an invoice."),
    )
    opening_date = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    opening_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    notes = forms.CharField(
        label=_("Notes"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the office alone. The customer never sees them."),
    )

    def __init__(
        self, *args: Any, language: str, own_currency: str, currency_fixed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.get("currency", "") if self.is_bound and not currency_fixed else ""
        self.written_in = chosen if chosen in money.currencies() else own_currency
        self.fields["opening_balance"].currency = self.written_in  # type: ignore[attr-defined]
        self.fields["currency"].choices = choices.currencies(language)  # type: ignore[attr-defined]
        if currency_fixed:
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _("Fixed: there are transactions in it.")
        else:
            self.fields["currency"].help_text = _("Fixed with the first transaction.")
        for side in ("billing", "shipping"):
            self.fields |= addresses.fields(side, language)

    def billing(self) -> list[Any]:
        """The bound fields of the billing address."""
        return addresses.bound(self, "billing")

    def shipping(self) -> list[Any]:
        return addresses.bound(self, "shipping")

    def opening(self) -> Opening:
        """What they owed at first. Nothing typed is nothing owed."""
        amount = self.cleaned_data["opening_balance"] or Money(0, self.written_in)
        return Opening(amount, self.cleaned_data["opening_date"])

    def content(self) -> CustomerContent:
        data = self.cleaned_data
        billing = addresses.typed(data, "billing")
        shipping = billing if data["shipping_same"] else addresses.typed(data, "shipping")
        return CustomerContent(
            **{name: data[name] for name in TAKEN_OVER}, billing_address=billing, shipping_address=shipping
        )


def initial_of(customer: Any) -> dict[str, Any]:
    """What the form of a customer starts with, but for what they owed at first."""
    same = addresses.is_shared(customer)
    return {
        **{name: getattr(customer, name) for name in TAKEN_OVER},
        **addresses.initial("billing", customer.billing_address),
        **({} if same else addresses.initial("shipping", customer.shipping_address)),
        "shipping_same": same,
        "revision": customer.revision,
    }


def initial_of_opening(opening: Any) -> dict[str, Any]:
    """The same of what they owed at first."""
    return {
        "opening_balance": Money(opening.total_minor, opening.currency) if opening else None,
        "opening_date": opening.dated if opening else None,
        "opening_revision": opening.revision if opening else 0,
    }


CONTACT_NAMES = ("salutation", "first_name", "last_name", "email", "phone", "mobile", "designation", "language")


class ContactForm(MadeOnce):
    """Everything about a contact person that the office writes."""

    salutation = forms.CharField(label=_("Salutation"), max_length=20, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Needed to send documents and to give access to the portal."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=50, required=False)
    mobile = forms.CharField(label=_("Mobile"), max_length=50, required=False)
    designation = forms.CharField(label=_("Designation"), max_length=100, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=choices.languages, help_text=_("Of the portal and of mails to this person.")
    )

    def content(self) -> ContactContent:
        return ContactContent(**{name: self.cleaned_data[name] for name in CONTACT_NAMES})


def initial_of_contact(contact: Any) -> dict[str, Any]:
    """What the form of a contact person starts with."""
    return {name: getattr(contact, name) for name in (*CONTACT_NAMES, "revision")}
