"""What the gallery shows: the figures of a believable studio and one of its customers."""

from typing import Any, NamedTuple

from django import forms
from django.urls import reverse

from counterfoil.design.charts import Bucket, Month


class Link(NamedTuple):
    label: str
    url: str = "#"
    icon: str = "file"
    current: bool = False
    group: str = ""


class Refusal(NamedTuple):
    code: str
    sentence: str


class EveryField(forms.Form):
    """One field of each kind."""

    company = forms.CharField(help_text="As on your invoices.")
    email = forms.EmailField(
        label="E-mail", error_messages={"invalid": "Write the whole address, as in name@example.com"}
    )
    amount = forms.CharField()
    rate = forms.CharField(label="Rate in kronor")
    discount = forms.CharField()
    search = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"type": "search", "placeholder": "Search invoices"})
    )
    terms = forms.ChoiceField(choices=[("30", "Net 30"), ("14", "Net 14")])
    due = forms.DateField(label="Due date", widget=forms.DateInput(attrs={"type": "date"}))
    tax_id = forms.CharField(label="Tax ID", widget=forms.TextInput(attrs={"readonly": True}))
    message = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    code = forms.CharField(
        label="Sign-in code", widget=forms.TextInput(attrs={"class": "digits", "inputmode": "numeric"})
    )
    colour = forms.CharField(widget=forms.TextInput(attrs={"type": "color"}))
    save_card = forms.BooleanField(label="Save this card for future payments", required=False)
    partial = forms.BooleanField(
        label="Allow partial payments", help_text="Works at once, on open pages too.", required=False
    )
    kind = forms.ChoiceField(choices=[("company", "Company"), ("person", "Individual")], widget=forms.RadioSelect)
    gateways = forms.MultipleChoiceField(
        choices=[("stripe", "Stripe"), ("paypal", "PayPal"), ("sandbox", "Sandbox")],
        widget=forms.CheckboxSelectMultiple,
    )
    rounding = forms.ChoiceField(
        choices=[("line", "On every line"), ("total", "Once, on the total")], widget=forms.RadioSelect
    )
    logo = forms.FileField(help_text="PNG or JPEG, up to 2 MB.", required=False)


FILLED = {
    "company": "Harbour Bakery Ltd",
    "email": "ana@harbour.test",
    "amount": "1,380.00",
    "rate": "9,400.00",
    "discount": "10",
    "terms": "30",
    "due": "2026-11-27",
    "tax_id": "GB 318 2290 41",
    "message": "Grows with what is typed.",
    "code": "418 302",
    "colour": "#17616f",
    "save_card": True,
    "partial": True,
    "kind": "company",
    "gateways": ["stripe", "sandbox"],
    "rounding": "total",
}

STATUSES = [
    ("draft", "Draft"),
    ("sent", "Sent"),
    ("viewed", "Viewed"),
    ("unpaid", "Unpaid"),
    ("open", "Open"),
    ("partially_paid", "Partially paid"),
    ("paid", "Paid"),
    ("overdue", "Overdue"),
    ("awaiting_approval", "Awaiting approval"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("expired", "Expired"),
    ("invoiced", "Invoiced"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("processing", "Processing"),
    ("failed", "Failed"),
    ("partially_invoiced", "Partially invoiced"),
    ("closed", "Closed"),
    ("written_off", "Written off"),
    ("refunded", "Refunded"),
    ("void", "Void"),
    ("drawn", "Drawn"),
    ("disabled", "Disabled"),
    ("invited", "Invited"),
    ("enabled", "Enabled"),
]

AGEING = [
    Bucket("Current", "£4,020.00", 402_000),
    Bucket("1-30 days", "£864.00", 86_400),
    Bucket("31-60 days", "£312.50", 31_250),
    Bucket("61-90 days", "£0.00", 0),
    Bucket("Over 90 days", "£145.00", 14_500),
]

MONTHS = [
    Month("Dec", "1,240.00", "980.00", 124_000, 98_000),
    Month("Jan", "860.00", "1,240.00", 86_000, 124_000),
    Month("Feb", "1,720.00", "860.00", 172_000, 86_000),
    Month("Mar", "1,430.00", "1,720.00", 143_000, 172_000),
    Month("Apr", "2,080.00", "1,430.00", 208_000, 143_000),
    Month("May", "990.00", "2,080.00", 99_000, 208_000),
    Month("Jun", "1,860.00", "990.00", 186_000, 99_000),
    Month("Jul", "990.00", "1,860.00", 99_000, 186_000),
    Month("Aug", "2,205.00", "990.00", 220_500, 99_000),
    Month("Sep", "1,752.00", "2,205.00", 175_200, 220_500),
    Month("Oct", "2,844.00", "1,440.00", 284_400, 144_000),
    Month("Nov", "2,640.00", "600.00", 264_000, 60_000),
]

ROWS = [
    ("INV-000214", "Harbour Bakery Ltd", "18 Nov 2026", "18 Dec 2026", "", "sent", "Sent", "£2,640.00", False),
    ("INV-000215", "云杉设计有限公司", "20 Nov 2026", "20 Dec 2026", "", "viewed", "Viewed", "CN¥46,800.00", True),
    (
        "INV-000209",
        "Harbour Bakery Ltd",
        "28 Oct 2026",
        "27 Nov 2026",
        "",
        "partially_paid",
        "Partially paid",
        "£1,380.00",
        True,
    ),
    ("INV-000203", "Foyle Kitchens", "9 Oct 2026", "8 Nov 2026", "15 days late", "overdue", "Overdue", "£864.00", True),
    ("INV-000198", "Ekström Optik", "1 Oct 2026", "31 Oct 2026", "", "paid", "Paid", "SEK 0.00", True),
]

PORTAL_NAV = [
    Link("Home", icon="home", current=True),
    Link("Quotes", icon="quote"),
    Link("Invoices", icon="invoice"),
    Link("Payments made", icon="payment"),
    Link("Sales orders", icon="order"),
    Link("Projects", icon="project"),
    Link("Timesheets", icon="clock"),
    Link("Statements", icon="statement"),
    Link("Documents", icon="paperclip"),
]

OFFICE_NAV = [
    Link("Home", icon="dashboard"),
    Link("Customers", icon="users", group="Sales"),
    Link("Items", icon="item", group="Sales"),
    Link("Quotes", icon="quote", group="Sales"),
    Link("Retainer invoices", icon="retainer", group="Sales"),
    Link("Sales orders", icon="order", group="Sales"),
    Link("Invoices", icon="invoice", current=True, group="Sales"),
    Link("Recurring invoices", icon="recurring", group="Sales"),
    Link("Payments received", icon="payment", group="Sales"),
    Link("Credit notes", icon="credit", group="Sales"),
    Link("Projects", icon="project", group="Time tracking"),
    Link("Timesheets", icon="clock", group="Time tracking"),
    Link("Customer approvals", icon="check-circle", group="Time tracking"),
    Link("Documents", icon="paperclip"),
    Link("Reports", icon="report"),
    Link("Settings", icon="settings"),
]

SHELL = {
    "organization_name": "Lindqvist & Zhou Studio",
    "language_url": "#",
    "sign_out_url": "#",
    "bell_url": "#",
}

PORTAL = SHELL | {
    "nav": PORTAL_NAV,
    "person_name": "Ana Moreau",
    "person_detail": "ana@harbour.test",
    "customer_name": "Harbour Bakery Ltd",
    "switcher": [Link("Harbour Bakery Ltd", current=True), Link("Quayside Mill Ltd")],
    "account_nav": [Link("Account", icon="user"), Link("Change password", icon="key")],
    "unread": 2,
    "banner": "The studio is closed from 24 December to 4 January. Tell us by the 15th about anything you need.",
}

OFFICE = SHELL | {
    "nav": OFFICE_NAV,
    "person_name": "Maja Lindqvist",
    "person_detail": "Owner",
    "switcher": [],
    "account_nav": [Link("Account", icon="user")],
    "unread": 3,
    "search_url": "#",
    "create": [Link("Quote", icon="quote"), Link("Invoice", icon="invoice"), Link("Customer", icon="user-plus")],
    "test_money": True,
}

BRANDS = [
    ("petrol", "#17616f"),
    ("lemon", "#ffd400"),
    ("rose", "#e5488a"),
    ("coal", "#1c1c1e"),
    ("sky", "#5ab4f5"),
]

TOKENS = [
    *("accent", "accent-soft", "canvas", "side", "surface", "sunken", "line"),
    *("edge", "field", "ink-2", "ink", "ok", "bad", "mark"),
]


def page(shell: str, brand: str | None) -> dict[str, Any]:
    """The context of one gallery page; `brand` is the colour to show it in."""
    shells = {"plain": {}, "portal": PORTAL, "office": OFFICE}
    return shells[shell] | {
        "brand_colour": brand,
        "home_url": reverse("design:gallery"),
        "form": EveryField(initial=FILLED),
        "mistaken": EveryField(
            FILLED | {"email": "ana@harbour", "amount": "", "kind": "", "gateways": []}, auto_id="mistaken_%s"
        ),
        "filters": [Link("All"), Link("Unpaid"), Link("Overdue", current=True), Link("Partially paid"), Link("Paid")],
        "tabs": [
            Link("Overview", current=True),
            Link("Comments"),
            Link("Transactions"),
            Link("Mails"),
            Link("Statement"),
        ],
        "refusal": Refusal(
            "QUOTE_DECIDED", "Sam Okafor accepted this quote at 10:42, a moment before you. Nothing was changed."
        ),
        "declined": Refusal("CP3003", "The payment was declined by a fraud check. You have not been charged."),
        "statuses": STATUSES,
        "buckets": AGEING,
        "months": MONTHS,
        "rows": ROWS,
        "brands": BRANDS,
        "tokens": TOKENS,
    }
