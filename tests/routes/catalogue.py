"""Every route of the URL configuration in a line or two: what it is, whom it is for, and what may be sent to it.

Tests of safety and of pages walk these rows, so that a new route is in them as soon as it has its row, and
`test_catalogue.py` fails until it has. An address is built from a `Side` of the small world in `support/world.py`:
`<int:invoice_id>` is the side's "invoice" unless the row names another, and `{draft.revision}` in a form is that row's.

    for row in catalogue.pages(door="office"):
        client.get(row.address(world.harbour))
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.uploads import PDF, Sent
from tests.support.world import Side

URLS = "tests.outbound.demo_urls"  # with the demo's pages

Kind = Literal["page", "file", "redirect", "action"]
Door = Literal["front", "portal", "office", "api", "design", "demo"]
Who = Literal["anybody", "contact", "viewer", "staff", "owner"]

# Who sees all that there is to see at each door, and what is seen of it without signing in.
VISITS: tuple[tuple[Door, Who], ...] = (
    ("portal", "contact"),
    ("office", "owner"),
    ("portal", "anybody"),
    ("office", "anybody"),
)


@dataclass(frozen=True)
class Row:
    """One route. A "page" is looked at (and sent, if it has a form), an "action" only sent, the others only fetched.

    `who` is the least that a visitor must be. `form` is what a person would send; `at` names other things of the side
    than the address would take by itself, `query` what follows it; `door` is where an account page stands.
    """

    name: str
    kind: Kind
    who: Who
    form: Mapping[str, Any] | None = None
    at: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    door: Door = "front"
    shown_to: Who | None = None  # a page for anybody that shows itself only to who is signed in
    is_token_page: bool = False  # what opens it is in its address
    needs_empty: bool = False  # only there before anything is set up

    def __str__(self) -> str:
        return f"{self.door} {self.name}"

    @property
    def methods(self) -> set[str]:
        read = set() if self.kind == "action" else {"GET", "HEAD"}
        return read | ({"POST"} if self.form is not None else set())

    @property
    def is_public(self) -> bool:
        return self.who == "anybody"

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names in its address."""
        return tuple(re.findall(r"\(?\??P?<(?:\w+:)?(\w+)>", self.pattern))

    @cached_property
    def pattern(self) -> str:
        return routes()[self.name][0]

    def named(self, parameter: str) -> str:
        """What of a side stands in a place of the address."""
        return self.at.get(parameter, parameter.removesuffix("_id"))

    @property
    def names(self) -> set[str]:
        """What of a side its address names."""
        return {self.named(one) for one in self.parameters} | set(re.findall(r"{(\w+)", self.query))

    def address(self, side: Side, **instead: Any) -> str:
        """Where it is for this side; with other values for some parameters, by name."""
        values = {one: side.key(self.named(one)) for one in self.parameters if one not in instead}
        # Not reverse(): the account pages stand below a door, and a false value must not be refused before it is sent.
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", self.pattern)
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str({**values, **instead}[found[1]]), path)
        path = path.replace("^", "").replace("$", "")
        if path.startswith("account/"):
            path = (f"portal/{side.key('portal_name')}/" if self.door == "portal" else "office/") + path
        return f"/{path}" + (f"?{_filled(self.query, side)}" if self.query else "")

    def body(self, side: Side, **instead: Any) -> dict[str, Any]:
        """The form as this side's person sends it."""
        return {_filled(name, side): _filled(value, side) for name, value in (self.form or {}).items()} | instead


def _filled(value: Any, side: Side) -> Any:
    if isinstance(value, list):
        return [_filled(one, side) for one in value]
    return value.format_map(_Fresh(side)) if isinstance(value, str) else value


class _Fresh(dict[str, Any]):
    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side

    def __missing__(self, name: str) -> Any:
        return self.side[name]


def routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> dict[str, tuple[str, URLPattern]]:
    """Every route of the URL configuration by its full name: its pattern and its entry."""
    found: dict[str, tuple[str, URLPattern]] = {}
    for entry in (resolver or get_resolver(URLS)).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found |= routes(entry, path, inner)
        else:
            found[f"{space}{entry.name}"] = (path, entry)
    return found


def pages(*, door: Door | None = None) -> Iterator[Row]:
    """What people look at: HTML pages."""
    return (row for row in ROWS if row.kind == "page" and door in (None, row.door))


def row(name: str) -> Row:
    """The row of a route that has one."""
    (found,) = [row for row in ROWS if row.name == name]
    return found


def addresses_of_pages(side: Side, door: Door, who: Who) -> list[str]:
    """Where the pages of a door are that are for everybody, or those that are not."""
    rows = [row for row in pages(door=door) if row.is_public == (who == "anybody")]
    return [row.address(side) for row in rows]


def of(*doors: Door) -> list[Row]:
    """The rows of these doors."""
    return [row for row in ROWS if row.door in doors]


def _rows(door: Door, *rows: Row) -> list[Row]:
    return [Row(**{**row.__dict__, "door": door}) for row in rows]


UPLOAD = {"file": [Sent("plan.pdf", PDF)]}
PASSWORDS = {"password": "a fresh password 4", "confirmation": "a fresh password 4", "accept": "yes"}
CHINESE = {"language": "zh-Hans"}


def _account(door: Door, who: Who, email: str) -> list[Row]:
    """The account pages, which stand at both doors."""
    return _rows(
        door,
        Row("account_login", "page", "anybody", {"login": email, "password": "counterfoil-demo"}),
        Row("account_ask_link", "page", "anybody", {"email": email}),
        Row("account_link_sent", "page", "anybody"),
        Row("account_link", "page", "anybody", {"sign_in": "yes"}, {"token": "sign_in_token"}, is_token_page=True),
        Row("account_logout", "page", "anybody", {}, shown_to=who),
        Row("account_security", "page", "anybody", shown_to=who),
        Row("account_second_step", "page", "anybody", {"code": "000000"}),
        Row("account_passkey", "page", "anybody", {"credential": "{{}}"}),
        Row("account_two_step", "page", "anybody", shown_to=who),
        Row("account_authenticator", "page", "anybody", {"code": "000000", "password": "x"}, shown_to=who),
        Row("account_turn_off", "action", "anybody", {"off-password": "counterfoil-demo"}),
        Row("account_recovery_codes", "page", "anybody", shown_to=who),
        Row("account_recovery_codes_file", "redirect", "anybody", shown_to=who),
        Row("account_new_recovery_codes", "action", "anybody", {"codes-password": "counterfoil-demo"}),
        Row("account_new_passkey", "page", "anybody", {"name": "Laptop", "password": "counterfoil-demo"}, shown_to=who),
        Row("account_rename_passkey", "action", "anybody", {"passkey": "1", "name": "Laptop"}),
        Row("account_remove_passkey", "action", "anybody", {"passkey": "1", "password": "counterfoil-demo"}),
        Row("account_end_session", "action", "anybody", {"session": "none"}),
        Row("account_sign_out_everywhere", "action", "anybody", {}),
        Row(
            "account_change_password",
            "page",
            "anybody",
            {"oldpassword": "counterfoil-demo", "password1": "a fresh password 4", "password2": "a fresh password 4"},
            shown_to=who,
        ),
        Row("account_language", "action", "anybody", CHINESE),
        Row("account_inactive", "page", "anybody"),
        Row("account_reset_password", "page", "anybody", {"email": email}),
        Row("account_reset_password_done", "page", "anybody"),
        Row(
            "account_reset_password_from_key",
            "page",
            "anybody",
            {"password1": "a fresh password 4", "password2": "a fresh password 4", "change": "yes"},
            is_token_page=True,
        ),
    )


FRONT = _rows(
    "front",
    Row("front", "page", "anybody"),
    Row("health", "file", "anybody"),
    Row("logo", "file", "anybody"),
    Row(
        "setup",
        "page",
        "anybody",
        {"name": "First & Co", "email": "hello@first.test", "country": "GB", "currency": "GBP", "language": "en"}
        | {"time_zone": "Europe/London", "owner_name": "Fay First", "owner_email": "fay@first.test", **PASSWORDS},
        is_token_page=True,
        needs_empty=True,
    ),
)

API = _rows("api", Row("api:hook", "action", "anybody", {"id": "evt_1"}))

DESIGN = _rows(
    "design",
    Row("design:sheet", "file", "anybody", at={"digest": "sheet_digest"}),
    Row("design:brand", "file", "anybody"),
    Row("design:gallery", "page", "anybody"),
    Row("design:gallery-shell", "page", "anybody"),
)

DEMO = _rows(
    "demo",
    Row("demo:outbox", "page", "anybody"),
    Row("demo:outbox_mail", "page", "anybody"),
    Row("demo:outbox_html", "file", "anybody"),
)

PAY_FORM = {
    "form_key": "{form_key}",
    "amount": "10.00",
    "method": "card-{gateway.id}",
    "method_token": "pm_card_4242424242424242",
}


def _together(kind: str) -> dict[str, Any]:
    """The form around a list with one of its documents ticked."""
    return {"act": "zip", "batch_key": "{form_key}", "document": [f"{{{kind}.id}}"]}


PORTAL = _rows(
    "portal",
    Row("portal:entrance", "redirect", "anybody"),
    Row("portal:invitation", "page", "anybody", PASSWORDS, is_token_page=True),
    Row("portal:link", "page", "anybody", {"open": "yes"}, {"token": "link_token"}, is_token_page=True),
    Row(
        "portal:mails",
        "page",
        "anybody",
        {"stop": "yes"},
        {"token": "mail_choice_token", "kind": "mail_kind"},
        is_token_page=True,
    ),
    Row("portal:home", "page", "contact"),
    Row("portal:batch", "page", "contact"),
    Row("portal:batch_file", "file", "contact"),
    Row("portal:bell", "page", "contact"),
    Row("portal:bell_read", "action", "contact", {"up_to": "{notification.id}"}),
    Row("portal:bell_line", "redirect", "contact"),
    Row("portal:language", "action", "contact", CHINESE),
    Row("portal:preferences", "page", "contact", CHINESE),
    Row("portal:details", "page", "contact"),
    Row("portal:own_data", "action", "contact", {"data_key": "{form_key}"}),
    Row(
        "portal:details_personal",
        "page",
        "contact",
        {"first_name": "Mo", "email": "mo@elsewhere.test", "phone": "1", "revision": "{contact.revision}"},
    ),
    Row("portal:details_company", "page", "contact", {"company_name": "Mill & Co", "revision": "{customer.revision}"}),
    Row("portal:details_addresses", "page", "contact", {"billing_city": "Hull", "revision": "{customer.revision}"}),
    Row(
        "portal:message",
        "page",
        "contact",
        {"making_key": "{form_key}", "subject": "Opening hours", "text": "Are you there on Friday?"},
    ),
    Row("portal:review", "page", "contact", {"making_key": "{form_key}", "text": "Fine work.", "stars": "4"}),
    Row("portal:files", "page", "contact", UPLOAD),
    Row("portal:file", "file", "contact"),
    Row("portal:file_small", "file", "contact"),
    Row("portal:file_remove", "action", "contact", {}),
    *(
        Row(f"portal:attach_to_{kind}", "action", "contact", UPLOAD)
        for kind in ("quote", "sales_order", "invoice", "retainer_invoice", "credit_note")
    ),
    Row("portal:quotes", "page", "contact"),
    Row("portal:quotes_together", "action", "contact", _together("quote")),
    Row("portal:quote", "page", "contact"),
    Row("portal:quote_pdf", "file", "contact"),
    Row("portal:comment_on_quote", "action", "contact", {"text": "Could it be oak?"}),
    Row(
        "portal:quote_accept",
        "action",
        "contact",
        {"revision": "{quote.revision}", "with": ["1"], "signature_name": "Ana Moreau"},
    ),
    Row("portal:quote_decline", "action", "contact", {"revision": "{quote.revision}", "reason": "Too dear"}),
    Row("portal:quote_forward", "page", "contact", {"email": "ida@elsewhere.test", "name": "Ida"}),
    Row("portal:sales_orders", "page", "contact"),
    Row("portal:sales_orders_together", "action", "contact", _together("sales_order")),
    Row("portal:sales_order", "page", "contact"),
    Row("portal:sales_order_pdf", "file", "contact"),
    Row("portal:sales_order_forward", "page", "contact", {"email": "ida@elsewhere.test", "name": "Ida"}),
    Row("portal:comment_on_sales_order", "action", "contact", {"text": "Could half of it come first?"}),
    Row("portal:projects", "page", "contact"),
    Row("portal:project", "page", "contact"),
    Row("portal:comment_on_project", "action", "contact", {"text": "Is the drawing done?"}),
    Row("portal:approvals", "page", "contact"),
    Row("portal:approval", "page", "contact"),
    Row("portal:approval_approve", "action", "contact", {"revision": "{approval.revision}"}),
    Row("portal:approval_reject", "action", "contact", {"revision": "{approval.revision}", "reason": "One hour less"}),
    Row("portal:comment_on_approval", "action", "contact", {"text": "What took an hour?"}),
    Row("portal:invoices", "page", "contact"),
    Row("portal:retainer_invoices", "page", "contact"),
    Row("portal:retainer_invoices_together", "action", "contact", _together("retainer_invoice")),
    Row("portal:retainer_invoice", "page", "contact"),
    Row("portal:retainer_invoice_pdf", "file", "contact"),
    Row("portal:retainer_invoice_forward", "page", "contact", {"email": "ida@elsewhere.test", "name": "Ida"}),
    Row("portal:comment_on_retainer_invoice", "action", "contact", {"text": "Is half of it enough?"}),
    Row("portal:pay_retainer", "page", "contact", PAY_FORM | {"amount": "55.00"}),
    Row("portal:invoices_together", "action", "contact", _together("invoice")),
    Row("portal:invoices_pay", "action", "contact", {"document": ["{invoice.id}"]}),
    Row("portal:invoice_forward", "page", "contact", {"email": "ida@elsewhere.test", "name": "Ida"}),
    Row("portal:invoice", "page", "contact"),
    Row("portal:invoice_pdf", "file", "contact"),
    Row("portal:comment_on_invoice", "action", "contact", {"text": "Could it wait until Friday?"}),
    Row(
        "portal:pay",
        "page",
        "contact",
        PAY_FORM,
    ),
    Row("portal:pay_several", "page", "contact", PAY_FORM | {"invoice": ["{part_paid.id}"]}),
    Row("portal:card", "page", "contact", {"exp_month": "3", "exp_year": "2031", "name": "A. Moreau"}),
    Row("portal:card_replace", "action", "contact", {"method_token": "pm_card_5555555555554444"}),
    Row("portal:card_remove", "action", "contact", {}),
    Row("portal:credit_notes", "page", "contact"),
    Row("portal:credit_note", "page", "contact"),
    Row("portal:credit_note_pdf", "file", "contact"),
    Row("portal:comment_on_credit_note", "action", "contact", {"text": "What was this for?"}),
    Row("portal:payments", "page", "contact"),
    Row("portal:payment", "page", "contact"),
    Row("portal:payment_pdf", "file", "contact"),
    Row("portal:statements", "page", "contact", query="period=this-year"),
    Row("portal:statement_pdf", "file", "contact", query="period=last-month"),
    Row("portal:attempt", "page", "contact"),
    Row("portal:attempt_return", "redirect", "contact"),
    Row("portal:attempt_cancel", "action", "contact", {}),
)

CONTACT_FORM = {"first_name": "Mo", "last_name": "Hale", "email": "mo@elsewhere.test", "language": "en"}
CUSTOMER_FORM = {"display_name": "Mill Lane Pottery", "kind": "company", "currency": "GBP", "language": "en"} | {
    "payment_days": "14",
    "shipping_same": "on",
    "billing_street": "1 Mill Lane",
    "notes": "Rings twice",
}

COMMENT = {"text": "Ask them about https://mill.test/boards (again).", "tell": ["{owner.id}"]}
OPENING = {"opening_balance": "46", "opening_date": "2026-01-31", "opening_revision": "{opening.revision}"}

CUSTOMERS = _rows(
    "office",
    Row("office:customers", "page", "viewer"),
    Row("office:customer_new", "page", "staff", CUSTOMER_FORM | OPENING),
    Row("office:customer", "page", "viewer"),
    Row("office:customer_edit", "page", "staff", CUSTOMER_FORM | OPENING | {"revision": "{customer.revision}"}),
    Row("office:customer_transactions", "page", "viewer"),
    Row("office:customer_statement", "page", "viewer", query="period=this-year"),
    Row("office:customer_statement_pdf", "file", "viewer", query="period=last-month"),
    Row(
        "office:customer_statement_send",
        "action",
        "staff",
        {"first": "2026-01-01", "last": "2026-01-31", "to": ["{contact.id}"]},
    ),
    Row("office:customer_comments", "page", "viewer"),
    Row("office:comment_on_customer", "action", "staff", COMMENT),
    Row("office:customer_files", "page", "viewer"),
    Row("office:customer_files_add", "action", "staff", UPLOAD | {"shown": "on"}),
    Row("office:customer_file", "file", "viewer"),
    Row("office:customer_file_small", "file", "viewer"),
    Row("office:customer_file_share", "action", "staff", {}, {"file_id": "internal_file"}),
    Row("office:customer_file_withdraw", "action", "staff", {}, {"file_id": "shared_file"}),
    Row("office:customer_file_remove", "action", "staff", {}),
    Row("office:customer_reviews", "page", "viewer"),
    Row("office:customer_review_publish", "action", "staff", {}),
    Row("office:customer_review_withdraw", "action", "staff", {}, {"review_id": "published_review"}),
    Row("office:customer_mails", "page", "viewer"),
    Row("office:customer_mail", "page", "viewer"),
    Row("office:customer_changes", "page", "viewer"),
    Row("office:customer_change_undo", "action", "staff", {}, {"event_id": "change"}),
    Row(
        "office:customers_invite", "action", "staff", {"document": ["{customer.id}"], "batch_key": "a-key-of-this-form"}
    ),
    Row("office:customer_merge", "page", "staff"),
    Row(
        "office:customer_merge_into",
        "page",
        "staff",
        {"seen": "{merge_seen}"},
        {"customer_id": "twin", "into_id": "customer"},
    ),
    Row("office:portal_access", "page", "staff", {"contact": ["{contact.id}"], "seen": ["{contact.id}"]}),
    Row("office:contact_new", "page", "staff", CONTACT_FORM),
    Row("office:contact", "page", "staff", CONTACT_FORM | {"revision": "{contact.revision}"}),
    Row("office:contact_view_as", "action", "staff", {}),
    Row("office:viewing_stop", "action", "staff", {}),
    Row("office:contact_primary", "action", "staff", {}, {"contact_id": "colleague"}),
    Row("office:contact_retire", "action", "staff", {}, {"contact_id": "colleague"}),
    Row("office:contact_reinvite", "action", "staff", {"invitation": "{invitation.id}"}, {"contact_id": "newcomer"}),
)

ITEM_FORM = {"name": "Brass hinge", "rate": "4.75", "unit": "piece", "tax_rate": "{tax.id}"}

ABOUT = "customer={customer.id}"
INVOICE_FORM = {
    "dated": "{today}",
    "payment_days": "30",
    "order_number": "Mill-7",
    "line-0-name": "Menu boards",
    "line-0-quantity": "2",
    "line-0-rate": "40",
    "line-0-tax_rate": "{tax.id}",
    "shipping": "5.00",
    "shipping_tax_rate": "{other_tax.id}",
    "gateways": ["{gateway.id}"],
}
PAYMENT_FORM = {"recording_key": "{form_key}", "amount": "25.00", "paid_on": "{today}", "mode": "bank_transfer"} | {
    "share-{part_paid.id}": "20.00"
}

REFUND_FORM = {
    "form_key": "{form_key}",
    "amount": "5.00",
    "way": "other",
    "mode": "cash",
    "effect": "open_again",
    "do": "confirm",
}

QUOTE_FORM = {name: value for name, value in INVOICE_FORM.items() if name not in ("payment_days", "gateways")} | {
    "expires_on": "2199-12-31"
}
DRAFT_QUOTE = {"revision": "{draft_quote.revision}"}

QUOTES = _rows(
    "office",
    Row("office:quotes", "page", "viewer"),
    Row("office:quotes_together", "action", "viewer", _together("quote")),
    Row("office:quotes_send", "action", "staff", _together("quote")),
    Row("office:quote", "page", "viewer"),
    Row("office:quote_new", "page", "staff", QUOTE_FORM, query=ABOUT),
    Row("office:quote_edit", "page", "staff", QUOTE_FORM | {"revision": "{quote.revision}"}),
    Row("office:quote_pdf", "file", "viewer"),
    Row("office:comment_on_quote", "action", "staff", COMMENT | {"shown": "on"}),
    Row("office:attach_to_quote", "action", "staff", UPLOAD),
    Row("office:quote_revision", "page", "viewer", at={"quote_id": "edited_quote"}),
    Row("office:quote_signed", "file", "viewer", at={"quote_id": "accepted_quote"}),
    Row("office:quote_send", "action", "staff", {"revision": "{quote.revision}", "to": ["{contact.id}"]}),
    Row("office:quote_mark_as_sent", "action", "staff", DRAFT_QUOTE, {"quote_id": "draft_quote"}),
    Row("office:quote_accept", "action", "staff", {"revision": "{quote.revision}"}),
    Row("office:quote_decline", "action", "staff", {"revision": "{quote.revision}", "reason": "Too dear"}),
    Row(
        "office:quote_to_invoice",
        "action",
        "staff",
        {"revision": "{accepted_quote.revision}"},
        {"quote_id": "accepted_quote"},
    ),
    Row(
        "office:quote_to_sales_order",
        "action",
        "staff",
        {"revision": "{accepted_quote.revision}"},
        {"quote_id": "accepted_quote"},
    ),
    Row(
        "office:quote_to_retainer_invoice",
        "action",
        "staff",
        {"revision": "{accepted_quote.revision}"},
        {"quote_id": "accepted_quote"},
    ),
    Row("office:quote_link_revoke", "action", "staff", {}, {"link_id": "quote_link"}),
    Row("office:quote_delete", "action", "staff", DRAFT_QUOTE, {"quote_id": "draft_quote"}),
)

CREDIT_NOTE_FORM = {name: value for name, value in QUOTE_FORM.items() if name != "expires_on"}
DRAFT_CREDIT_NOTE = {"revision": "{draft_credit_note.revision}"}
GIVE_BACK = {"form_key": "{form_key}", "amount": "5.00", "mode": "cash", "reference": "till", "do": "confirm"}

CREDIT_NOTES = _rows(
    "office",
    Row("office:credit_notes", "page", "viewer"),
    Row("office:credit_notes_together", "action", "viewer", _together("credit_note")),
    Row("office:credit_notes_send", "action", "staff", _together("credit_note")),
    Row("office:credit_note", "page", "viewer"),
    Row("office:credit_note_new", "page", "staff", CREDIT_NOTE_FORM, query=ABOUT),
    Row(
        "office:credit_note_edit",
        "page",
        "staff",
        CREDIT_NOTE_FORM | DRAFT_CREDIT_NOTE,
        {"credit_note_id": "draft_credit_note"},
    ),
    Row("office:credit_note_pdf", "file", "viewer"),
    Row("office:comment_on_credit_note", "action", "staff", COMMENT | {"shown": "on"}),
    Row("office:attach_to_credit_note", "action", "staff", UPLOAD),
    Row("office:credit_note_send", "action", "staff", {"revision": "{credit_note.revision}", "to": ["{contact.id}"]}),
    Row(
        "office:credit_note_mark_as_sent",
        "action",
        "staff",
        DRAFT_CREDIT_NOTE,
        {"credit_note_id": "draft_credit_note"},
    ),
    Row("office:credit_note_void", "action", "staff", {"revision": "{credit_note.revision}"}),
    Row("office:credit_note_delete", "action", "staff", DRAFT_CREDIT_NOTE, {"credit_note_id": "draft_credit_note"}),
    Row("office:credit_note_refund", "page", "staff", GIVE_BACK),
    Row(
        "office:credit_note_take_off",
        "action",
        "staff",
        {},
        {"credit_note_id": "used_credit_note", "invoice_id": "credited"},
    ),
    Row(
        "office:invoice_to_credit_note",
        "action",
        "staff",
        {"revision": "{credited.revision}"},
        {"invoice_id": "credited"},
    ),
)

UNTAXED = ("expires_on", "line-0-tax_rate", "shipping_tax_rate")
RETAINER_FORM = {name: value for name, value in QUOTE_FORM.items() if name not in UNTAXED}
RETAINER, DRAFT_RETAINER = {"revision": "{retainer_invoice.revision}"}, {"revision": "{draft_retainer.revision}"}
OF_DRAFT = {"retainer_invoice_id": "draft_retainer"}

RETAINERS = _rows(
    "office",
    Row("office:retainer_invoices", "page", "viewer"),
    Row("office:retainer_invoices_together", "action", "viewer", _together("retainer_invoice")),
    Row("office:retainer_invoices_send", "action", "staff", _together("retainer_invoice")),
    Row("office:retainer_invoice", "page", "viewer"),
    Row("office:retainer_invoice_new", "page", "staff", RETAINER_FORM, query=ABOUT),
    Row("office:retainer_invoice_edit", "page", "staff", RETAINER_FORM | DRAFT_RETAINER, OF_DRAFT),
    Row("office:retainer_invoice_pdf", "file", "viewer"),
    Row("office:comment_on_retainer_invoice", "action", "staff", COMMENT | {"shown": "on"}),
    Row("office:attach_to_retainer_invoice", "action", "staff", UPLOAD),
    Row("office:retainer_invoice_send", "action", "staff", RETAINER | {"to": ["{contact.id}"]}),
    Row("office:retainer_invoice_mark_as_sent", "action", "staff", DRAFT_RETAINER, OF_DRAFT),
    Row("office:retainer_invoice_void", "action", "staff", RETAINER),
    Row("office:retainer_invoice_delete", "action", "staff", DRAFT_RETAINER, OF_DRAFT),
    Row("office:retainer_invoice_link_revoke", "action", "staff", {}, {"link_id": "retainer_link"}),
    Row(
        "office:retainer_invoice_draw",
        "page",
        "staff",
        {"held_seen": "3600", "share-{part_paid.id}": "2.00"},
        {"retainer_invoice_id": "used_retainer"},
    ),
    Row(
        "office:retainer_invoice_take_off",
        "action",
        "staff",
        {},
        {"retainer_invoice_id": "used_retainer", "invoice_id": "drawn_for"},
    ),
)

ORDER_FORM = {name: value for name, value in QUOTE_FORM.items() if name != "expires_on"}
ORDER, DRAFT_ORDER = {"revision": "{sales_order.revision}"}, {"revision": "{draft_order.revision}"}

SALES_ORDERS = _rows(
    "office",
    Row("office:sales_orders", "page", "viewer"),
    Row("office:sales_orders_together", "action", "viewer", _together("sales_order")),
    Row("office:sales_orders_send", "action", "staff", _together("sales_order")),
    Row("office:sales_order", "page", "viewer"),
    Row("office:sales_order_new", "page", "staff", ORDER_FORM, query=ABOUT),
    Row("office:sales_order_link_revoke", "action", "staff", {}, {"link_id": "order_link"}),
    Row("office:sales_order_edit", "page", "staff", ORDER_FORM | ORDER | {"line-0-source_line_id": "{order_line}"}),
    Row("office:sales_order_pdf", "file", "viewer"),
    Row("office:sales_order_revision", "page", "viewer", at={"sales_order_id": "edited_order"}),
    Row("office:sales_order_invoice", "page", "staff", ORDER | {"quantity-{order_line}": "2"}),
    Row("office:sales_order_send", "action", "staff", ORDER | {"to": ["{contact.id}"]}),
    Row("office:sales_order_mark_as_open", "action", "staff", DRAFT_ORDER, {"sales_order_id": "draft_order"}),
    Row("office:comment_on_sales_order", "action", "staff", COMMENT | {"shown": "on"}),
    Row("office:attach_to_sales_order", "action", "staff", UPLOAD),
    Row("office:sales_order_close", "action", "staff", ORDER),
    Row(
        "office:sales_order_reopen",
        "action",
        "staff",
        {"revision": "{closed_order.revision}"},
        {"sales_order_id": "closed_order"},
    ),
    Row("office:sales_order_void", "action", "staff", ORDER),
    Row("office:sales_order_delete", "action", "staff", DRAFT_ORDER, {"sales_order_id": "draft_order"}),
)

PROFILE_FORM = {name: value for name, value in INVOICE_FORM.items() if name != "dated"} | {
    "name": "Website care",
    "dated": "2199-01-31",
    "every": "1",
    "unit": "month",
    "ends": "never",
    "sends": "send",
    "people": ["{contact.id}"],
}
PROFILE = {"revision": "{recurring_invoice.revision}"}

RECURRING = _rows(
    "office",
    Row("office:recurring_invoices", "page", "viewer"),
    Row("office:recurring_invoice", "page", "viewer"),
    Row("office:recurring_invoice_new", "page", "staff", PROFILE_FORM, query=ABOUT),
    Row("office:recurring_invoice_edit", "page", "staff", PROFILE_FORM | PROFILE),
    Row("office:recurring_invoice_make", "action", "staff", PROFILE | {"making_key": "{form_key}"}),
    Row("office:recurring_invoice_stop", "action", "staff", PROFILE),
    Row(
        "office:recurring_invoice_resume",
        "action",
        "staff",
        {"revision": "{stopped_profile.revision}"},
        {"recurring_invoice_id": "stopped_profile"},
    ),
    Row("office:recurring_invoice_delete", "action", "staff", PROFILE),
)

PROJECT_FORM = {
    "making_key": "{form_key}",
    "name": "Shop sign",
    "description": "Over the door",
    "billing": "project",
    "rate": "60",
    "budget_minutes": "40",
    "budget": "2000",
    "on-{owner.id}": "on",
    "rate-{owner.id}": "50",
}
KEPT_ON_IT = {"on-{keeper.id}": "on", "rate-{keeper.id}": "50"}  # whose timer runs on the project
TASK_FORM = {"name": "Sewing", "description": "By hand", "is_billable": "on", "rate": "40", "budget_minutes": "2:30"}
PROJECT, IDLE_PROJECT = {"revision": "{project.revision}"}, {"project_id": "idle_project"}
QUIET_PROJECT = {"project_id": "quiet_project"}

PROJECTS = _rows(
    "office",
    Row("office:projects", "page", "viewer"),
    Row("office:project", "page", "viewer"),
    Row("office:project_new", "page", "staff", PROJECT_FORM, query=ABOUT),
    Row("office:project_edit", "page", "staff", PROJECT_FORM | KEPT_ON_IT | PROJECT),
    Row("office:project_activate", "action", "staff", {"revision": "{idle_project.revision}"}, IDLE_PROJECT),
    Row("office:project_deactivate", "action", "staff", {"revision": "{quiet_project.revision}"}, QUIET_PROJECT),
    Row("office:task_new", "page", "staff", TASK_FORM),
    Row("office:task", "page", "staff", TASK_FORM | {"revision": "{task.revision}"}),
    Row("office:task_retire", "action", "staff", {}, {"task_id": "other_task"}),
    Row(
        "office:project_invoice",
        "page",
        "staff",
        {"until": "{today}", "by": "task", "making_key": "{form_key}"} | PROJECT,
    ),
    Row("office:comment_on_project", "action", "staff", COMMENT | {"shown": "on"}),
    Row("office:report_time", "page", "viewer", query="period=this-year"),
)

SALES = _rows(
    "office",
    Row("office:invoice_new", "page", "staff", INVOICE_FORM, query=ABOUT),
    Row(
        "office:invoice_edit", "page", "staff", INVOICE_FORM | {"revision": "{draft.revision}"}, {"invoice_id": "draft"}
    ),
    Row("office:invoice_revision", "page", "viewer", at={"invoice_id": "edited"}),
    Row("office:payment_new", "page", "staff", PAYMENT_FORM, query=ABOUT),
    Row("office:files", "page", "viewer"),
    Row("office:files_new", "page", "staff"),
    Row("office:items", "page", "viewer"),
    Row("office:item_new", "page", "staff", ITEM_FORM),
    Row("office:item", "page", "staff", ITEM_FORM | {"revision": "{item.revision}"}),
    Row("office:item_retire", "action", "staff", {}),
    Row("office:invoices", "page", "viewer"),
    Row("office:invoices_together", "action", "viewer", _together("invoice")),
    Row("office:invoices_send", "action", "staff", _together("invoice")),
    Row("office:invoice", "page", "viewer"),
    Row("office:invoice_pdf", "file", "viewer"),
    Row("office:comment_on_invoice", "action", "staff", COMMENT | {"shown": "on"}),
    Row("office:attach_to_invoice", "action", "staff", UPLOAD),
    Row(
        "office:invoice_credits",
        "page",
        "staff",
        {"balance_seen": "{invoice.balance_minor}", "share-{payment.id}": "1"},
    ),
    Row("office:invoice_send", "action", "staff", {"revision": "{invoice.revision}", "to": ["{contact.id}"]}),
    Row(
        "office:invoice_remind",
        "action",
        "staff",
        {"revision": "{opening.revision}", "to": ["{contact.id}"]},
        {"invoice_id": "opening"},
    ),
    Row("office:invoice_stop_reminders", "action", "staff", {"revision": "{invoice.revision}"}),
    Row(
        "office:invoice_resume_reminders",
        "action",
        "staff",
        {"revision": "{edited.revision}"},
        {"invoice_id": "edited"},
    ),
    Row("office:invoice_mark_as_sent", "action", "staff", {"revision": "{draft.revision}"}, {"invoice_id": "draft"}),
    Row("office:invoice_void", "action", "staff", {"revision": "{part_paid.revision}"}, {"invoice_id": "part_paid"}),
    Row("office:invoice_reinstate", "action", "staff", {"revision": "{void.revision}"}, {"invoice_id": "void"}),
    Row("office:invoice_write_off", "action", "staff", {"revision": "{invoice.revision}"}),
    Row(
        "office:invoice_undo_write_off",
        "action",
        "staff",
        {"revision": "{written_off.revision}"},
        {"invoice_id": "written_off"},
    ),
    Row(
        "office:invoice_collect_again",
        "action",
        "staff",
        {"revision": "{reopened.revision}"},
        {"invoice_id": "reopened"},
    ),
    Row("office:invoice_link_revoke", "action", "staff", {}),
    Row("office:invoice_delete", "action", "staff", {"revision": "{draft.revision}"}, {"invoice_id": "draft"}),
    Row("office:reports", "page", "viewer"),
    Row("office:report_ages", "page", "viewer"),
    Row("office:report_ages_invoices", "page", "viewer", query="on=2100-01-01&currency=GBP&customer={customer.id}"),
    Row("office:report_taxes", "page", "viewer", query="period=this-year"),
    Row("office:report_payments", "page", "viewer", query="period=this-year"),
    Row(
        "office:report_payments_listed",
        "page",
        "viewer",
        query="first=2000-01-01&last=2100-01-01&currency=GBP&mode=card",
    ),
    Row("office:report_gateways", "page", "viewer"),
    Row("office:report_gateways_settle", "action", "staff", {}),
    Row("office:report_invoices", "page", "viewer", query="period=this-year"),
    Row("office:payments", "page", "viewer"),
    Row("office:payments_failed", "page", "viewer"),
    Row("office:payment", "page", "viewer"),
    Row("office:payment_pdf", "file", "viewer"),
    Row("office:payment_refund", "page", "staff", REFUND_FORM),
    Row(
        "office:payment_return_decide",
        "action",
        "staff",
        {"effect": "stays_paid"},
        {"payment_id": "charged_back", "return_id": "chargeback"},
    ),
    Row("office:payment_take_off", "action", "staff", {}, {"invoice_id": "part_paid"}),
)

HERE = {"revision": "{organization.revision}"}


class Upload(io.BytesIO):
    """A file that can be sent again and again."""

    name, content_type = "contacts.csv", "text/csv"

    def read(self, *size: Any) -> bytes:
        self.seek(0)
        return super().read(*size)


CONTACTS_CSV = Upload(b"Display Name,Notes,Mobile\nMill Lane Pottery,=1+1,\n")

OWN_WORDS = {"revision": "{mail_template.revision}", "subject": "{{number}}", "body": "Here it is, {{person}}."}

SETTINGS = _rows(
    "office",
    Row("office:settings", "redirect", "owner"),
    Row(
        "office:settings_organization",
        "page",
        "owner",
        {"name": "Renamed & Co", "email": "hello@renamed.test", "currency": "GBP", "time_zone": "Europe/London"}
        | {"language": "en", "date_format": "medium", "fiscal_year_start": "4", "website": "https://renamed.test"}
        | HERE,
    ),
    Row("office:settings_look", "action", "owner", {"brand_colour": "#aa3355"} | HERE),
    Row("office:settings_staff", "page", "owner"),
    Row(
        "office:settings_staff_new",
        "page",
        "owner",
        {"name": "Nia New", "email": "nia@elsewhere.test", "role": "viewer", "language": "en"},
    ),
    Row("office:settings_staff_member", "page", "owner", {"role": "viewer"}),
    Row("office:settings_staff_reinvite", "action", "owner", {}, {"staff_id": "invited_staff"}),
    Row("office:settings_staff_remove", "action", "owner", {}),
    Row(
        "office:settings_mail_server",
        "page",
        "owner",
        {"host": "mail.elsewhere.test", "port": "587", "security": "starttls", "sender": "us@elsewhere.test"},
    ),
    Row(
        "office:settings_mail_sender",
        "action",
        "owner",
        {"mail_name": "Studio accounts", "reply_to": "books@studio.test"} | HERE,
    ),
    Row("office:settings_mail_trial", "action", "owner", {"to": "us@elsewhere.test"}),
    Row("office:settings_mail_remove", "action", "owner", {}),
    Row("office:settings_audit", "page", "owner"),
    Row("office:settings_mails", "page", "owner"),
    Row("office:settings_mail", "page", "owner"),
    Row("office:settings_mail_templates", "page", "owner"),
    Row("office:settings_mail_template", "page", "owner", OWN_WORDS),
    Row("office:settings_mail_template_preview", "action", "owner", OWN_WORDS),
    Row("office:settings_mail_template_trial", "action", "owner", OWN_WORDS),
    Row("office:settings_mail_template_standard", "action", "owner", {}),
    Row("office:settings_mail_template_own", "action", "owner", {}, {"template": "kept_template"}),
    Row("office:settings_portal", "page", "owner", {"portal_name": "renamed", "banner": "Closed on Friday"} | HERE),
    Row("office:settings_locked_details", "action", "owner", {"locked": ["email", "tax_id"]} | HERE),
    Row("office:settings_two_step", "action", "owner", {"customers": "on"} | HERE),
    Row("office:settings_notifications", "action", "owner", {"invoice.viewed-staff": ["{staff.id}"]}),
    Row(
        "office:settings_quotes",
        "page",
        "owner",
        {"asks_for_signature": "on", "accepted_becomes": "sales_order"} | HERE,
    ),
    Row("office:settings_certificate", "file", "owner"),
    Row("office:settings_projects", "page", "owner", {"bills_approved_only": "on"} | HERE),
    Row("office:settings_reminders", "page", "owner", {"is_on": "on", "first": "5", "before": "2", "hour": "7"} | HERE),
    Row("office:settings_electronic", "page", "owner", HERE),
    Row("office:settings_numbering", "page", "owner"),
    Row("office:settings_series", "action", "owner", {"prefix": "RE-", "next_number": "900"}),
    Row("office:settings_lock_date", "page", "owner", {"until": "2020-01-31", "reason": "Closed"} | HERE),
    Row("office:settings_lock_date_remove", "action", "owner", {"reason": "Quarter opened again"} | HERE),
    Row("office:settings_taxes", "page", "owner"),
    Row("office:settings_tax_new", "page", "owner", {"name": "Luxury", "percent": "25"}),
    Row(
        "office:settings_tax_group_new",
        "page",
        "owner",
        {"name": "Both", "rate-1": "{tax.id}", "rate-2": "{other_tax.id}"},
    ),
    Row("office:settings_tax", "page", "owner", {"name": "Renamed", "revision": "{tax.revision}"}),
    Row("office:settings_tax_default", "action", "owner", {}, {"tax_id": "other_tax"}),
    Row("office:settings_tax_stop_default", "action", "owner", {}, {"tax_id": "tax"}),
    Row("office:settings_tax_retire", "action", "owner", {}, {"tax_id": "other_tax"}),
    Row("office:settings_gateways", "page", "owner"),
    Row("office:settings_sandbox", "action", "owner", {}),
    Row("office:settings_gateway_on", "action", "owner", {}),
    Row("office:settings_gateway_off", "action", "owner", {}),
    Row("office:settings_gateway_trial", "action", "owner", {}),
    Row("office:settings_verification", "page", "owner", {"fields_asked": ["name", "street"]}),
    Row(
        "office:settings_imports",
        "page",
        "owner",
        {"making_key": "{form_key}", "kind": "contacts", "file": CONTACTS_CSV},
    ),
    Row("office:settings_import", "page", "owner"),
    Row(
        "office:settings_import_columns",
        "action",
        "owner",
        {"column-display_name": "0", "column-notes": "1", "checks": "{import.checks}"},
    ),
    Row("office:settings_import_start", "action", "owner", {"checks": "{import.checks}"}),
    Row("office:settings_import_problems", "file", "owner", at={"import_id": "spoiled_import"}),
    Row("office:settings_sample_data", "page", "owner"),
    Row("office:settings_sample_data_add", "action", "owner", {}),
    Row("office:settings_sample_data_remove", "action", "owner", {}),
    Row("office:settings_bank", "action", "owner", {"holder": "Renamed & Co", "account": "20-00-00 RENAMED"} | HERE),
)

TIME_FORM = {"making_key": "{form_key}", "task": "{task.id}", "member": "{owner.id}", "worked_on": "{today}"} | {
    "minutes": "1:30",
    "notes": "Two sketches",
    "is_billable": "on",
}
REJECTED = {"approval_id": "rejected_approval"}
DRAFT_APPROVAL = {"approval_id": "draft_approval"}
FREE_TIME = "project={project.id}&first=2000-01-01&last={today}"

TIME = _rows(
    "office",
    Row("office:time_entries", "page", "viewer"),
    Row("office:time_entry_new", "page", "staff", TIME_FORM),
    Row("office:time_entry", "page", "viewer"),
    Row("office:time_entry_edit", "page", "staff", TIME_FORM | {"revision": "{entry.revision}"}),
    Row("office:time_entry_delete", "action", "staff", {"revision": "{entry.revision}"}),
    Row("office:timer_start", "action", "staff", {"task": "{task.id}", "notes": "At the window"}),
    Row("office:timer_stop", "action", "staff", {}),
    Row("office:timer_discard", "action", "staff", {}),
    Row("office:approvals", "page", "viewer"),
    Row(
        "office:approval_new",
        "page",
        "staff",
        {"making_key": "{form_key}", "entries": ["{entry.id}"], "notes": "As agreed"},
        query=FREE_TIME,
    ),
    Row("office:approval", "page", "viewer"),
    Row(
        "office:approval_edit",
        "page",
        "staff",
        {"entries": ["{entry.id}"], "notes": "As agreed", "revision": "{rejected_approval.revision}"},
        REJECTED,
        query="first=2000-01-01&last=2099-12-31",
    ),
    Row(
        "office:approval_send",
        "action",
        "staff",
        {"revision": "{draft_approval.revision}", "to": ["{contact.id}"]},
        DRAFT_APPROVAL,
    ),
    Row("office:approval_recall", "action", "staff", {"revision": "{approval.revision}"}),
    Row("office:approval_delete", "action", "staff", {"revision": "{draft_approval.revision}"}, DRAFT_APPROVAL),
    Row("office:comment_on_approval", "action", "staff", COMMENT | {"shown": "on"}),
)

OFFICE = _rows(
    "office",
    Row("office:entrance", "redirect", "anybody"),
    Row("office:staff_invitation", "page", "anybody", PASSWORDS, {"token": "staff_token"}, is_token_page=True),
    Row("office:language", "action", "viewer", CHINESE),
    Row("office:home", "page", "viewer"),
    Row("office:search", "page", "viewer", query="q=1"),
    Row("office:batch", "page", "viewer", at={"batch_id": "office_batch"}),
    Row("office:batch_file", "file", "viewer", at={"batch_id": "office_batch"}),
    Row("office:bell", "page", "viewer"),
    Row("office:bell_read", "action", "viewer", {"up_to": "{office_notification.id}"}),
    Row("office:bell_line", "redirect", "viewer", at={"notification_id": "office_notification"}),
)

ROWS: list[Row] = [
    *FRONT,
    *_account("portal", "contact", "{contact.email}"),
    *_account("office", "owner", "{owner.email}"),
    *PORTAL,
    *OFFICE,
    *CUSTOMERS,
    *QUOTES,
    *CREDIT_NOTES,
    *RETAINERS,
    *SALES_ORDERS,
    *RECURRING,
    *PROJECTS,
    *SALES,
    *TIME,
    *SETTINGS,
    *API,
    *DESIGN,
    *DEMO,
]
