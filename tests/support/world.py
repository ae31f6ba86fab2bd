"""A small business with one of everything that an address can name, three times over.

`world.harbour` is Harbour Bakery's side of the studio, with ana; `world.tidewater` is the same for bruno, another
customer of the studio; `world.quay` for fia, a customer of another organization. What a side has is listed in `_side`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from . import cast as people
from .books import (
    credit_note,
    draft_credit_note,
    draft_invoice,
    draft_order,
    draft_quote,
    draft_retainer,
    invoice,
    invoice_of,
    order,
    paid_retainer,
    pay,
    quote,
    recurring,
    retainer,
    staff_of,
)
from .cast import Cast, actor, visitor
from .copies import copied
from .projects import draft_approval
from .projects import project as make_project
from .projects import task as make_task
from .projects import time as make_time
from .sandbox import Sandbox
from .signing import signed
from .uploads import PDF, put


@dataclass(frozen=True)
class Side:
    """One customer of one organization: rows and words by name. A row is read again each time that it is asked for."""

    rows: Mapping[str, Any]
    organization: Any
    customer: Any
    people: Mapping[str, Any]  # contact, owner, staff, viewer

    def __getitem__(self, name: str) -> Any:
        value = self.rows[name]
        return type(value)._default_manager.get(pk=value.pk) if hasattr(value, "_meta") else value

    def key(self, name: str) -> Any:
        """As it stands in an address: a row's id, a word itself."""
        value = self.rows[name]
        return value.pk if hasattr(value, "_meta") else value

    def ids(self) -> dict[str, int]:
        """The id of every row, by its name."""
        return {name: value.pk for name, value in self.rows.items() if hasattr(value, "_meta")}

    def browser(self, who: str) -> Client:
        """A browser of this side's contact, owner, staff member or viewer, or of "anybody", who is not signed in."""
        return visitor(None if who == "anybody" else self.people[who])


@dataclass(frozen=True)
class World:
    """The three sides."""

    cast: Cast
    harbour: Side
    tidewater: Side
    quay: Side

    @property
    def others(self) -> tuple[Side, Side]:
        """What ana must never see: another customer of the same organization, and another organization's."""
        return self.tidewater, self.quay


def provide(cast: Cast, *, gateway_address: str, public_url: str = "http://localhost:8000") -> World:
    """The world, upon the cast of this test, with accounts of its own at the Sandbox that answers at the address."""
    made = copied("world", lambda: make(cast), upon="cast")
    vars(cast).update(vars(made.cast))  # the test knows its people by either name
    for side in (made.harbour, made.quay):
        _connect(side["gateway"], gateway_address, public_url)
    for side in (made.harbour, *made.others):
        _keep_card(side["method"])
    return replace(made, cast=cast)


def _connect(account: Any, address: str, public_url: str) -> None:
    """Open the account at the Sandbox, under the id that it has here."""
    from counterfoil.books.payments import gateway_accounts

    opened = gateway_accounts.open_at_sandbox(account.organization.name, address=address, public_url=public_url)
    hooks = {"url": f"{public_url}/hooks/{account.id}/"}
    gateway_accounts._ask(address, "/v1/webhook_endpoint", hooks, secret=opened.secret_key)
    for name in ("address", "public_key", "secret_key", "webhook_secret"):
        setattr(account, name, getattr(opened, name))
    account.save()


def _keep_card(method: Any) -> None:
    """Let the Sandbox keep the card that is known here."""
    from counterfoil.books.payments.gateways import accounts

    method.token = accounts.connect(method.gateway).keep_method("pm_card_4242424242424242", None).token
    method.save()


def make(cast: Cast) -> World:
    """Everything of everybody, made through verbs; mails and bells too. The gateway is silent."""
    from counterfoil.outbound import spreading

    by_otto = actor(cast.otto)
    studio_people = {"owner": cast.olga, "staff": cast.stig, "viewer": cast.vera}
    quay_people = {
        "owner": cast.otto,
        "staff": people.colleague(cast.quay, "Quill Staff", "quill@quay.test", "staff", by=by_otto),
        "viewer": people.colleague(cast.quay, "Quest Viewer", "quest@quay.test", "viewer", by=by_otto),
    }
    studio = _organization(cast.studio, studio_people)
    quay = _organization(cast.quay, quay_people)
    sides = [
        (cast.ana, studio, studio_people),
        (cast.bruno, studio, studio_people),
        (cast.fia, quay, quay_people),
    ]
    made = [_side(cast, contact, rows, staff) for contact, rows, staff in sides]
    while spreading.spread_due():
        pass
    return World(cast, *(_with_what_was_told(side) for side in made))


def _organization(organization: Any, staff: Mapping[str, Any]) -> dict[str, Any]:
    """What customers of one organization share."""
    from counterfoil.books.files.images import safe_logo
    from counterfoil.books.organizations import lock_date, organizations, taxes
    from counterfoil.books.organizations import staff as staff_verbs
    from counterfoil.books.organizations.models import NumberSeries, PortalName, StaffInvitation
    from counterfoil.books.sales import items
    from counterfoil.design import sheet
    from counterfoil.foundation import tokens

    by, name = actor(staff["owner"]), organization.name
    organization.refresh_from_db()
    bank = organizations.BankDetails(holder=name, bank="Test Bank", account="GB33BUKB20201555555555", code="BUKBGB22")
    organization = organizations.change_bank_details(organization, bank, revision=organization.revision, by=by)
    logo = organizations.Logo(*safe_logo(_picture()))
    organization = organizations.change_look(
        organization, brand_colour=organization.brand_colour, logo=logo, revision=organization.revision, by=by
    )
    organization = organizations.change_portal(
        organization,
        portal_name=PortalName.objects.get(organization=organization, is_current=True).name,
        banner=organization.banner,
        switches={"sales_orders": True, "own_credits": True, "projects": True},
        revision=organization.revision,
        by=by,
    )
    organization = organizations.change_quotes(
        organization, asks_for_signature=True, accepted_becomes="", revision=organization.revision, by=by
    )
    organization = lock_date.set(organization, date(2019, 12, 31), revision=organization.revision, by=by)
    tax = taxes.add_rate(organization, name=f"{name} VAT", percent=Decimal(20), by=by)
    other_tax = taxes.add_rate(organization, name=f"{name} reduced", percent=Decimal(5), by=by)
    item = items.create(organization, items.ItemContent(name=f"{name} hinge", rate=Decimal("4.50")), by=by)
    domain = staff["owner"].email.partition("@")[2]
    invited = staff_verbs.invite(organization, name="Iris Invited", email=f"iris@{domain}", role="viewer", by=by)
    staff_invitation = StaffInvitation.objects.get(member=invited)
    return {
        "organization": organization,
        "portal_name": PortalName.objects.get(organization=organization, is_current=True).name,
        "digest": organization.logo_digest,
        "sheet_digest": sheet.digest(),
        "colour": organization.brand_colour,
        "shell": "portal",
        "tax": tax,
        "other_tax": other_tax,
        "item": item,
        **_templates(organization, by),
        "series": NumberSeries.objects.filter(organization=organization, kind="invoice").get(),
        "gateway": _gateway(organization, by),
        "staff": staff["staff"],
        "owner": staff["owner"],
        "invited_staff": invited,
        "staff_token": tokens.derive("staff-invitation", staff_invitation.nonce),
    }


def _templates(organization: Any, by: Any) -> dict[str, Any]:
    """A mail in its own words, and one whose own words were put aside."""
    from counterfoil.books.organizations import mail_templates
    from counterfoil.books.organizations.models import MailTemplate

    language = "zh-Hans"
    for kind in ("invoice", "quote"):
        text = mail_templates.Text(f"{organization.name}: {{number}}", "{amount}")
        mail_templates.change(organization, text, kind=kind, language=language, revision=0, by=by)
    mail_templates.use_standard(organization, kind="quote", language=language, by=by)
    return {
        "template": "invoice",
        "kept_template": "quote",
        "template_language": language,
        "mail_template": MailTemplate.objects.get(organization=organization, kind="invoice"),
    }


def _picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(file, "PNG")
    return file.getvalue()


def _gateway(organization: Any, by: Any) -> Any:
    from counterfoil.books.payments import gateway_accounts
    from counterfoil.books.payments.models import GatewayAccount

    account = GatewayAccount(kind="sandbox", address="http://localhost:9", webhook_secret="a-secret-of-hooks")
    return gateway_accounts.add(organization, account, by=by)


def _side(cast: Cast, contact: Any, shared: dict[str, Any], staff: Mapping[str, Any]) -> Side:
    """One customer with invoices in every state, a payment, an open and a failed attempt, and who is on the way in."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    from counterfoil.books.customers import invitations, mail_choices, portal_access
    from counterfoil.books.payments import attempts, reminders
    from counterfoil.books.payments.gateways.interface import Failure
    from counterfoil.books.sales import credit_notes, invoices, opening, write_offs
    from counterfoil.books.sales.invoices import InvoiceContent
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.foundation import clock
    from counterfoil.foundation.money import Money

    customer, by, domain = contact.customer, actor(staff["owner"]), contact.email.partition("@")[2]
    word = domain.partition(".")[0].capitalize()
    today = clock.today("Europe/London")
    edited = invoice(cast, customer, amount="90")
    content = InvoiceContent(dated=today, payment_days=7, lines=[LineContent("Chalk", Decimal(1), Decimal(95))])
    edited = invoices.edit(edited, content, by=by, revision=edited.revision)
    edited = reminders.stop(edited, by=by, revision=edited.revision)
    one = draft_invoice(cast, customer, amount="120", order_number=f"{word}-PO")
    one = invoices.send(one, to=[contact.id], by=by, revision=one.revision)
    invoices.view(one, by=actor(contact))
    part, paid = invoice(cast, customer, amount="80"), invoice(cast, customer, amount="30")
    overdue = invoice(cast, customer, amount="70", dated=today - timedelta(days=60))
    void = invoice(cast, customer, amount="11")
    void = invoices.void(void, by=by, revision=void.revision)
    given_up = invoice(cast, customer, amount="13")
    given_up = write_offs.write_off(given_up, by=by, revision=given_up.revision)
    payment = pay(cast, customer, 6_000, {part.id: 2_000, paid.id: 3_000})
    newcomer = people.person(customer, f"{word}ine", "Newcomer", f"new@{domain}", by=by, access=False)
    (invitation,) = portal_access.configure(customer, {contact.id, newcomer.id}, by=by, seen=())
    reopened = invoice(cast, customer, amount="17")
    charged_back, chargeback = _charged_back(reopened, shared["gateway"])
    begun = _attempt(overdue, shared["gateway"], contact)
    failed = attempts.fail(_attempt(one, shared["gateway"], contact), Failure("expired_card"))
    accepted = signed(quote(cast, customer, amount="210"), by=actor(contact), name=contact.full_name)
    rows = shared | {
        "quote": _sent_quote(cast, contact, f"{word}-Q"),
        "draft_quote": draft_quote(cast, customer, amount="33"),
        "accepted_quote": accepted,
        "edited_quote": _edited_quote(cast, customer),
        "credit_note": _sent_credit_note(cast, contact, f"{word}-C"),
        "draft_credit_note": draft_credit_note(cast, customer, amount="34"),
        "void_note": credit_notes.void(credit_note(cast, customer, amount="23"), by=by, revision=1),
        **_used_credit_note(cast, customer),
        **_retainers(cast, contact, f"{word}-R"),
        **_orders(cast, contact, f"{word}-SO"),
        **_profiles(cast, contact, f"{word}-R"),
        **_time(cast, contact, word, by),
        **_files(cast, contact, part, word),
        **_reviews(contact, by, word),
        "customer": customer,
        "twin": people.customer(shared["organization"], f"{word}'s twin", "GBP", by=by),
        "contact": contact,
        "newcomer": newcomer,
        **_colleague(customer, word, domain, by),
        "invoice": one,
        "draft": draft_invoice(cast, customer, amount="64"),
        "part_paid": part,
        "paid": paid,
        "overdue": overdue,
        "void": void,
        "written_off": given_up,
        "opening": opening.set_balance(customer, Money(4_500, "GBP"), today - timedelta(days=90), by=by),
        "edited": edited,
        "number": "1",  # of the revision that was issued first
        "today": today.isoformat(),
        "payment": payment,
        "method": _saved_card(customer, shared["gateway"], contact),
        "reopened": reopened,
        "difference": _difference(shared["gateway"], charged_back),
        "charged_back": charged_back,
        "chargeback": chargeback,
        "attempt": begun,
        "failed_attempt": failed,
        "invitation": invitation,
        "token": invitations.token_of(invitation),
        "mail_kind": "reply",
        "mail_choice_token": mail_choices.token_of(contact, "reply"),
        "uidb36": user_pk_to_url_str(contact.user),
        "key": default_token_generator.make_token(contact.user),
        "form_key": secrets.token_urlsafe(24),
    }
    return Side(rows, shared["organization"], customer, {"contact": contact, **staff})


def _colleague(customer: Any, word: str, domain: str, by: Any) -> dict[str, Any]:
    """Somebody without access, and the change of their details, which can be undone."""
    from counterfoil.books.customers import contacts
    from counterfoil.foundation.events import Event

    colleague = people.person(customer, f"{word}o", "Colleague", f"colleague@{domain}", by=by, access=False)
    content = replace(contacts.content_of(colleague), phone="01947 600 200")
    colleague = contacts.edit(colleague, content, by=by, revision=colleague.revision)
    return {"colleague": colleague, "change": Event.objects.get(name="contact.edited", subject_id=colleague.id)}


def _sent_quote(cast: Cast, contact: Any, order_number: str) -> Any:
    """One that was mailed and passed on, with a line that the customer may leave out."""
    from counterfoil.books.sales import forwarding, quotes

    draft = draft_quote(cast, contact.customer, amount="140", extra="15", order_number=order_number)
    sent = quotes.send(draft, to=[contact.id], by=staff_of(cast, contact.customer), revision=draft.revision)
    forwarding.forward(sent, email=f"reader@{contact.email.partition('@')[2]}", by=actor(contact))
    return sent


def _edited_quote(cast: Cast, customer: Any) -> Any:
    """One with an earlier revision."""
    from counterfoil.books.sales import quotes

    one = quote(cast, customer, amount="71")
    content = quotes.content_of(one, list(one.lines.all()))
    return quotes.edit(one, replace(content, terms="Half at the start."), by=staff_of(cast, customer), revision=1)


def _sent_credit_note(cast: Cast, contact: Any, order_number: str) -> Any:
    """One that was mailed, of which everything is left."""
    from counterfoil.books.sales import credit_notes

    draft = draft_credit_note(cast, contact.customer, amount="22", order_number=order_number)
    return credit_notes.send(draft, to=[contact.id], by=staff_of(cast, contact.customer), revision=draft.revision)


def _used_credit_note(cast: Cast, customer: Any) -> dict[str, Any]:
    """One of which some is used for an invoice and some was given back."""
    from counterfoil.books.payments import allocations
    from counterfoil.books.sales import credit_notes
    from counterfoil.foundation.money import Money

    note, one, by = (
        credit_note(cast, customer, amount="21"),
        invoice(cast, customer, amount="19"),
        staff_of(cast, customer),
    )
    allocations.apply(one, {note.id: 700}, by=by, balance_seen=one.balance_minor)
    wish = credit_notes.RefundWish(amount=Money(300, customer.currency), mode=credit_notes.MODES.CASH)
    credit_notes.refund(note, wish, by=by, form_key="")
    return {"used_credit_note": note, "credited": one}


def _retainers(cast: Cast, contact: Any, order_number: str) -> dict[str, Any]:
    """One that was mailed, a draft, one that is used for an invoice in part, one that is only paid, and a void one."""
    from counterfoil.books.payments import allocations
    from counterfoil.books.sales import retainer_invoices

    customer, by = contact.customer, staff_of(cast, contact.customer)
    draft = draft_retainer(cast, customer, amount="55", order_number=order_number)
    sent = retainer_invoices.send(draft, to=[contact.id], by=by, revision=draft.revision)
    used, bill = paid_retainer(cast, customer, amount="45"), invoice(cast, customer, amount="16")
    allocations.draw(used, {bill.id: 900}, by=by, held_seen=used.balance_minor)
    void = retainer(cast, customer, amount="24")
    return {
        "retainer_invoice": sent,
        "draft_retainer": draft_retainer(cast, customer, amount="35"),
        "used_retainer": used,
        "drawn_for": bill,
        "paid_retainer": paid_retainer(cast, customer, amount="44"),
        "void_retainer": retainer_invoices.void(void, by=by, revision=void.revision),
    }


def _orders(cast: Cast, contact: Any, order_number: str) -> dict[str, Any]:
    """One that was mailed, passed on and can still be invoiced, and one of each that more can be done with."""
    from counterfoil.books.sales import forwarding, sales_orders

    customer, by = contact.customer, staff_of(cast, contact.customer)
    draft = draft_order(cast, customer, lines=(("Sign", 4, "100"), ("Letters", 9, "2.5")), order_number=order_number)
    sent = sales_orders.send(draft, to=[contact.id], by=by, revision=draft.revision)
    forwarding.forward(sent, email=f"carrier@{contact.email.partition('@')[2]}", by=actor(contact))
    edited = order(cast, customer)
    content = sales_orders.content_of(edited, list(edited.lines.all()))
    edited = sales_orders.edit(edited, replace(content, terms="Half at the start."), by=by, revision=1)
    issued = invoice_of(cast, edited, 1)
    return {
        "sales_order": sent,
        "order_line": str(sent.lines.earliest("position").source_line_id),
        "draft_order": draft_order(cast, customer),
        "closed_order": sales_orders.close(order(cast, customer), by=by, revision=1),
        "edited_order": edited,
        "invoice_of_order": issued,
    }


def _time(cast: Cast, contact: Any, word: str, by: Any) -> dict[str, Any]:
    """A project with time that is free, a running timer, and what the customer is asked to approve in every state."""
    from counterfoil.books.projects import approvals, projects, timers

    customer = contact.customer
    keeper = people.colleague(
        customer.organization, f"{word} Keeper", f"keeper@{contact.email.partition('@')[2]}", "timesheet", by=by
    )
    one = make_project(cast, customer, members=[by, keeper], name=f"{word}'s window", description="Drawn by hand.")
    drawing = make_task(cast, one, f"{word}'s drawing")
    rows: dict[str, Any] = {}
    for place, name in enumerate(("approval", "approved_approval", "rejected_approval", "draft_approval")):
        make_time(cast, drawing, 60 + place, days_ago=place, by=actor(keeper), notes=f"{word}'s hand")
        draft = draft_approval(cast, one, days=place)
        if name != "draft_approval":
            draft = approvals.send(draft, to=[contact.id], by=by, revision=draft.revision)
        rows[name] = draft
    decided = actor(contact)
    rows["approved_approval"] = approvals.approve(rows["approved_approval"], by=decided, revision=2)
    rows["rejected_approval"] = approvals.reject(rows["rejected_approval"], by=decided, revision=2, reason="Too long")
    idle = make_project(cast, customer, members=[by], name=f"{word}'s archive")
    quiet = make_project(cast, customer, members=[by], name=f"{word}'s menu")
    other = make_task(cast, one, f"{word}'s printing", is_billable=False)
    return rows | {
        "project": one,
        "idle_project": projects.deactivate(idle, by=by, revision=1),
        "quiet_project": quiet,
        "task": drawing,
        "other_task": other,
        "entry": make_time(cast, drawing, 45, days_ago=20, by=by),
        "keeper": keeper,
        "timer": timers.start(drawing, by=actor(keeper)),
    }


def _profiles(cast: Cast, contact: Any, order_number: str) -> dict[str, Any]:
    """Recurring invoices: one of which an invoice was made, one that is stopped, one that has ended."""
    from counterfoil.books.sales import recurring_invoices

    customer, by = contact.customer, staff_of(cast, contact.customer)
    one = recurring(cast, customer, name="Website care", order_number=order_number)
    made = recurring_invoices.make_next(one, by=by)
    ended = recurring(cast, customer, name="Two posters", most=1)
    recurring_invoices.make_next(ended, by=by)
    return {
        "recurring_invoice": one,
        "recurring_child": made,
        "stopped_profile": recurring_invoices.stop(recurring(cast, customer, name="Hosting"), by=by, revision=1),
        "expired_profile": ended,
    }


def _reviews(contact: Any, by: Any, word: str) -> dict[str, Any]:
    """What the customer wrote to the business; what they think of it, for the office alone and for everybody."""
    from counterfoil.books.conversations import messages, reviews

    messages.send(contact.customer, subject=f"{word} asks", text="Are you open on Friday?", by=actor(contact))
    shown = reviews.submit(contact.customer, "Fine lettering.", stars=5, by=actor(contact))
    return {
        "review": reviews.submit(contact.customer, f"{word} found it slow.", stars=None, by=actor(contact)),
        "published_review": reviews.publish(shown, by=by),
    }


def _files(cast: Cast, contact: Any, document: Any, word: str) -> dict[str, Any]:
    """What the customer uploaded, what the office shows them, keeps to itself, and put to a document."""
    customer, by = contact.customer, staff_of(cast, contact.customer)
    return {
        "file": put(customer, (f"{word}-photo.png", _picture()), by=actor(contact)),
        "shared_file": put(customer, (f"{word}-plan.pdf", PDF), by=by, shown=True),
        "internal_file": put(customer, (f"{word}-margin.pdf", PDF), by=by),
        "attached_file": put(document, (f"{word}-attached.pdf", PDF), by=by, shown=True),
    }


def _difference(gateway: Any, payment: Any) -> Any:
    """Something that the gateway is said to know otherwise."""
    from counterfoil.books.payments.models import Difference
    from counterfoil.foundation import clock

    return Difference.objects.create(
        organization_id=payment.organization_id,
        gateway=gateway,
        kind=Difference.Kind.PAID_HERE,
        provider_id=payment.provider_id,
        payment=payment,
        currency=payment.currency,
        there_currency=payment.currency,
        there_minor=0,
        here_minor=payment.amount_minor,
        found_at=clock.now(),
    )


def _saved_card(customer: Any, gateway: Any, contact: Any) -> Any:
    """A card that the gateway is said to keep."""
    from counterfoil.books.payments import saved_methods
    from counterfoil.books.payments.gateways.interface import SavedMethod

    told = SavedMethod(f"pm_{customer.id}", "card", "Visa", "4242", 12, 2040)
    return saved_methods.add(told, customer_id=customer.id, gateway=gateway, payer=None, by=actor(contact))


def _charged_back(one: Any, gateway: Any) -> tuple[Any, Any]:
    """A payment of an invoice that the payer's bank took back, and how it was taken over."""
    from counterfoil.books.payments import following, payments
    from counterfoil.books.payments.gateways.interface import DisputeSnapshot, DisputeState, Snapshot, State
    from counterfoil.books.payments.models import Payment
    from counterfoil.foundation import clock
    from counterfoil.foundation.actors import SYSTEM
    from counterfoil.foundation.money import Money

    money, name = Money(one.total_minor, one.currency), f"pi_{one.id}"
    payment = payments.receive(
        customer_id=one.customer_id,
        amount=money,
        shares={one.id: one.total_minor},
        paid_on=clock.today("Europe/London"),
        mode=Payment.Mode.CARD,
        gateway=gateway,
        provider_id=name,
        by=SYSTEM,
    )
    taken = DisputeSnapshot(f"dp_{one.id}", name, money, DisputeState.OPEN, is_withdrawn=True)
    following.follow(payment, Snapshot(name, State.PAID, money, attempt="", live=False, disputes=(taken,)))
    return payment, payment.returns.get()


def _attempt(one: Any, gateway: Any, contact: Any) -> Any:
    """Stored, as it is before the gateway hears of it."""
    from counterfoil.books.payments import attempts
    from counterfoil.books.payments.gateways.interface import Capabilities

    return attempts.begin(
        {one.id: one.balance_minor},
        customer_id=one.customer_id,
        gateway=gateway,
        capabilities=Capabilities(currencies=frozenset({"GBP"}), methods=frozenset({"card"})),
        by=actor(contact),
        form_key=secrets.token_urlsafe(24),
        method=attempts.Method(token="pm_1"),
    )


def _with_what_was_told(side: Side) -> Side:
    """The side with the mail, its link and the bells that the worker has written meanwhile."""
    from counterfoil.books.merging import foreseeing
    from counterfoil.books.sales import document_links
    from counterfoil.books.sales.models import DocumentLink
    from counterfoil.outbound.models import Mail, Notification

    link = DocumentLink.objects.get(document_id=side.key("invoice"))
    told = {
        "link": link,
        "quote_link": DocumentLink.objects.get(document_id=side.key("quote")),
        "retainer_link": DocumentLink.objects.get(document_id=side.key("retainer_invoice")),
        "order_link": DocumentLink.objects.get(document_id=side.key("sales_order")),
        "link_token": document_links.token_of(link),
        "sign_in_token": _sign_in_token(side.people["contact"].user),
        "mail": Mail.objects.filter(customer=side.customer, template="invoice").latest("id"),
        "notification": Notification.objects.filter(contact=side.people["contact"]).latest("id"),
        "office_notification": Notification.objects.filter(
            staff=side.people["viewer"], event__customer_id=side.customer.id
        ).latest("id"),
    }
    of_contact, of_viewer = side.people["contact"], side.people["viewer"]
    told |= {"merge_seen": foreseeing.foresee(side["twin"], side["customer"]).seen}
    told |= {"batch": _batch(side, of_contact)}
    told |= {"office_batch": _batch(side, of_viewer)} | _imports(side)
    return Side({**side.rows, **told}, side.organization, side.customer, side.people)


def _imports(side: Side) -> dict[str, Any]:
    """Two files that were uploaded and checked: one that can be imported, and one with a line that can't."""
    from counterfoil.imports import imports
    from counterfoil.outbound import batches

    owner, made = side.people["owner"], {}
    word = side.customer.display_name
    files = {
        "import": f"Display Name,Notes,Who rings\n{word} & Daughters,Rings twice,Bo\n",
        "spoiled_import": f"Display Name,Notes,EmailID\n{word} & Sons,=1+1,nowhere\n",
    }
    for name, text in files.items():
        made[name] = imports.begin(
            side.organization,
            "contacts",
            f"{name} of {word}.csv",
            text.encode(),
            by=actor(owner),
            owner=owner,
            language="en",
            making_key=secrets.token_urlsafe(16),
        )
    while batches.run_due():
        pass
    for one in made.values():
        one.refresh_from_db()
    return made


def _sign_in_token(user: Any) -> str:
    """What signs somebody in by mail, for longer than usual: a world is used for as long as the tests run."""
    from counterfoil.books.accounts import sign_in_links

    link = sign_in_links.make(user)
    link.expires_at += timedelta(days=1)
    link.save()
    return sign_in_links.token_of(link)


def _batch(side: Side, person: Any) -> Any:
    """Its invoice packed by that person."""
    from counterfoil.outbound import batches

    key = secrets.token_urlsafe(16)
    begun = batches.begin(
        "zip", "invoice", [side.rows["invoice"].id], by=actor(person), making_key=key, language="en", owner=person
    )
    batches.run_due()
    return begun


@pytest.fixture
def world(cast: Cast, gateway_process: Sandbox) -> World:
    """Both organizations pay at the Sandbox, whose webhooks are off."""
    gateway_process.order("settings", webhooks="off")
    return provide(cast, gateway_address=gateway_process.url)
