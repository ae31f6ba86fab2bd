"""Fourteen months of the demo's business, day by day: invoices, payments, and the things that go otherwise."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.payments import attempts, collecting, payments
from counterfoil.books.payments.gateways import accounts
from counterfoil.books.payments.gateways.interface import OutcomeUnknown
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import invoices, opening, write_offs
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import Money, exponent

from . import (
    ahead,
    coming_over,
    credited,
    details,
    duplicates,
    offers,
    orders,
    recurring,
    reminding,
    sharing,
    talking,
    working,
)
from .business import SCALE, WARES, Made, acting, on
from .people import BAKERY, MILL, OTHERS, YUNSHAN, Company

RECENTLY = 9  # days in which invoices were really mailed and paid by card, rather than long ago
ACCEPTED, DECLINED = "pm_card_4242424242424242", "pm_card_4000000000000002"  # the gateway's test cards
DELAY = {"prompt": (-12, 2), "late": (3, 25), "slow": (20, 70), "never": (400, 401)}


class Story:
    """What happens on which day. Steps are collected first and lived through in order."""

    def __init__(self, made: Made, people: Mapping[str, Customer], today: date, chance: random.Random) -> None:
        self.made = made
        self.people = people
        self.today = today
        self.chance = chance
        self.steps: list[tuple[date, int, Callable[[], Any]]] = []

    def at(self, day: date, step: Callable[[], Any]) -> None:
        """Have something happen on a day, unless that day is still to come."""
        if day <= self.today:
            self.steps.append((day, len(self.steps), step))

    def live(self) -> None:
        while self.steps:
            self.steps.sort(key=lambda step: step[:2])
            day, place, step = self.steps.pop(0)
            with on(day, hour=8 + place % 9):
                step()

    def invoice(self, company: Company, day: date, *, lines: list[LineContent] | None = None, **more: Any) -> None:
        """Write and send an invoice on a day, have it looked at, and paid as the customer is used to."""
        customer = self.people[company.name]
        content = InvoiceContent(
            dated=day,
            payment_days=company.days,
            lines=lines or self._lines(company),
            order_number=more.pop("order_number", ""),
            allows_partial=more.pop("allows_partial", self.chance.random() < 0.5),
            notes="Thank you for working with us." if company.language == "en" else "感谢您的信任。",
            **more,
        )
        invoice = self._send(invoices.create(customer, content, by=self.made.owner), day)
        contact = _reader(customer)
        if contact is not None and self.chance.random() < 0.8:
            self.at(day + timedelta(days=1), lambda: invoices.view(_fresh(invoice), by=acting(contact)))
        earliest, latest = DELAY[company.habit]
        paid_on = invoice.due_on + timedelta(days=self.chance.randint(earliest, latest))
        self.at(max(day, paid_on), lambda: self.pay(invoice))

    def _send(self, invoice: Invoice, day: date) -> Invoice:
        contact = ContactPerson.objects.filter(customer=invoice.customer).exclude(email="").first()
        if contact is not None and (self.today - day).days <= RECENTLY:
            return invoices.send(invoice, to=[contact.id], by=self.made.owner, revision=invoice.revision)
        return invoices.mark_as_sent(invoice, by=self.made.owner, revision=invoice.revision)

    def _lines(self, company: Company) -> list[LineContent]:
        tax = self.made.rates["VAT 20%"].id if company.country == "GB" else None
        places = 0 if exponent(company.currency) == 0 else 2
        lines = []
        for name, description, unit, rate in self.chance.sample(WARES, self.chance.randint(1, 4)):
            scaled = round(Decimal(rate) * Decimal(str(SCALE[company.currency])), places)
            quantity = Decimal(self.chance.randint(2, 9)) if unit == "h" else Decimal(self.chance.randint(1, 3))
            lines.append(LineContent(name, quantity, scaled, description=description, unit=unit, tax_rate_id=tax))
        return lines

    def pay(self, invoice: Invoice, minor: int | None = None) -> None:
        """Pay what is owed, or part of it: by card when it is recent, else as the office wrote it."""
        invoice = _fresh(invoice)
        minor = min(minor or invoice.balance_minor, invoice.balance_minor)
        if invoice.state != Invoice.State.ISSUED or minor == 0:
            return
        contact = _reader(invoice.customer)
        today = clock.today(self.made.organization.time_zone)
        is_recent = (self.today - today).days <= RECENTLY
        if contact is not None and is_recent and self._by_card(invoice, contact, minor):
            return
        payments.record(
            customer_id=invoice.customer_id,
            amount=Money(minor, invoice.currency),
            shares={invoice.id: minor},
            paid_on=today,
            mode=Payment.Mode.BANK_TRANSFER,
            reference=invoice.name,
            recording_key=f"demo-{invoice.id}-{minor}",
            by=self.made.owner,
        )

    def decline(self, invoice: Invoice) -> None:
        """Try to pay what is owed with a card that the bank refuses."""
        contact = _reader(invoice.customer)
        if contact is not None:
            self._by_card(_fresh(invoice), contact, invoice.balance_minor, card=DECLINED)

    def _by_card(self, invoice: Invoice, contact: ContactPerson, minor: int, *, card: str = ACCEPTED) -> bool:
        if self.made.gateway is None:
            return False
        try:
            able = accounts.connect(self.made.gateway).capabilities()
        except OutcomeUnknown:
            return False
        attempt = attempts.begin(
            {invoice.id: minor},
            customer_id=invoice.customer_id,
            gateway=self.made.gateway,
            capabilities=able,
            by=acting(contact),
            form_key=f"demo-{invoice.id}-{card}",
            method=attempts.Method(token=card),
        )
        collecting.collect(attempt, collecting.order_for(attempt, description=invoice.name))
        return True


def _fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.select_related("customer").get(id=invoice.id)


def _reader(customer: Customer) -> ContactPerson | None:
    return ContactPerson.objects.with_access().filter(customer=customer).first()


def live_through(made: Made, people: Mapping[str, Customer], start: date, chance: random.Random) -> None:
    """Everything that happened from `start` until today."""
    story = Story(made, people, clock.today(made.organization.time_zone), chance)
    for company in (MILL, YUNSHAN, *OTHERS):
        day = start + timedelta(days=chance.randint(1, 50))
        while day <= story.today:
            story.at(day, lambda company=company, day=day: story.invoice(company, day))  # type: ignore[misc]
            day += timedelta(days=30 * company.every + chance.randint(-6, 6))
    _bakery(story, start)
    _by_card_lately(story)
    _in_euro(story)
    _exceptions(story)
    _from_before(story, start)
    for chapter in (offers, credited, duplicates, ahead, orders, recurring, reminding, sharing, details):
        chapter.tell(story)
    for chapter in (talking, coming_over, working):
        chapter.plan(story)
    story.live()
    working.begin_now(story)


def _bakery(story: Story, start: date) -> None:
    """The first customer: one invoice for each thing that can be seen in a portal."""
    today, vat = story.today, story.made.rates["VAT 20%"].id
    for months in range(3, 13):
        day = today - timedelta(days=30 * months + 4)
        if day > start:
            story.at(day, lambda day=day: story.invoice(BAKERY, day, order_number=f"HB-{2200 + day.month}"))  # type: ignore[misc]

    def lines(*wares: tuple[str, str, str]) -> list[LineContent]:
        return [
            LineContent(name, Decimal(count), Decimal(rate), tax_rate_id=vat, description=_description(name))
            for name, count, rate in wares
        ]

    never = Company(**(vars(BAKERY) | {"habit": "never"}))
    late = today - timedelta(days=83)
    story.at(late, lambda: story.invoice(never, late, lines=lines(("Poster", "2", "130.2083")), order_number="HB-2260"))
    later = today - timedelta(days=45)
    story.at(
        later, lambda: story.invoice(never, later, lines=lines(("Packaging layout", "1", "720")), allows_partial=True)
    )
    partly = today - timedelta(days=26)
    story.at(
        partly,
        lambda: story.invoice(
            never,
            partly,
            lines=lines(
                ("Shopfront sign, design", "1", "900"),
                ("Menu boards", "3", "180"),
                ("Site visit and measuring", "3", "70"),
            ),
            order_number="HB-2281",
            allows_partial=True,
        ),
    )
    story.at(today - timedelta(days=11), lambda: _pay_part_of(story, "HB-2281", 60_000))
    newest = today - timedelta(days=5)
    story.at(
        newest,
        lambda: story.invoice(
            never,
            newest,
            lines=[
                *lines(("Brand guidelines", "1", "1450"), ("Illustration", "3", "260")),
                LineContent(
                    "Typesetting",
                    Decimal(4),
                    Decimal(55),
                    unit="h",
                    tax_rate_id=vat,
                    discount_kind="percent",
                    discount_value=Decimal(10),
                ),
            ],
            order_number="HB-2290",
            allows_partial=True,
        ),
    )
    story.at(today - timedelta(days=2), lambda: _overpay(story))


def _in_euro(story: Story) -> None:
    """One that its bank's app can pay by the code on it, mailed to somebody who only has the link in that mail."""
    gallery = next(company for company in OTHERS if company.currency == "EUR")
    never, lately = Company(**(vars(gallery) | {"habit": "never"})), story.today - timedelta(days=3)
    lines = [LineContent("Window lettering", Decimal(1), Decimal(384), description=_description("Window lettering"))]
    story.at(lately, lambda: story.invoice(never, lately, lines=lines, order_number="GM-14", allows_partial=True))


def _by_card_lately(story: Story) -> None:
    """What every office sees in a good week: cards that are taken, one that is not, half of a larger sum."""
    today, vat = story.today, story.made.rates["VAT 20%"].id
    _billed_and_paid(
        story,
        BAKERY,
        today - timedelta(days=16),
        [
            LineContent("Photography, half day", Decimal(1), Decimal(480), tax_rate_id=vat),
            LineContent("Poster", Decimal(4), Decimal(120), tax_rate_id=vat),
        ],
        order_number="HB-2286",
        declined_on=today - timedelta(days=4),
        paid_on=today - timedelta(days=3),
        discount_kind="percent",
        discount_value=Decimal(5),
        shipping_minor=1_200,
        shipping_tax_rate_id=vat,
    )
    _billed_and_paid(
        story,
        MILL,
        today - timedelta(days=12),
        [LineContent("Window lettering", Decimal(2), Decimal(384), tax_rate_id=vat)],
        order_number="QM-118",
        paid_on=today - timedelta(days=6),
        share=2,
        is_inclusive=True,
        allows_partial=True,
    )
    _billed_and_paid(
        story,
        YUNSHAN,
        today - timedelta(days=20),
        [LineContent("Illustration", Decimal(2), Decimal(2340)), LineContent("Poster", Decimal(3), Decimal(1080))],
        order_number="YS-2026-31",
        paid_on=today - timedelta(days=2),
        adjustment_minor=-20_00,
        adjustment_label="抹零",
    )


def _billed_and_paid(
    story: Story,
    company: Company,
    day: date,
    lines: list[LineContent],
    *,
    paid_on: date,
    declined_on: date | None = None,
    share: int = 1,
    **more: Any,
) -> None:
    """An invoice of a day and the card that paid it, or one part in `share` of it, on another."""
    customer, found = story.people[company.name], {"order_number": more["order_number"]}
    never = Company(**(vars(company) | {"habit": "never"}))
    described = [replace(line, description=_description(line.name)) for line in lines]

    def the_invoice() -> Invoice:
        return Invoice.objects.select_related("customer").get(customer=customer, **found)

    def pay() -> None:
        invoice = the_invoice()
        story.pay(invoice, invoice.balance_minor // share)

    story.at(day, lambda: story.invoice(never, day, lines=described, **more))
    if declined_on:
        story.at(declined_on, lambda: story.decline(the_invoice()))
    story.at(paid_on, pay)


def _description(name: str) -> str:
    return next((ware[1] for ware in WARES if ware[0] == name), "")


def _pay_part_of(story: Story, order_number: str, minor: int) -> None:
    customer = story.people[BAKERY.name]
    story.pay(Invoice.objects.filter(customer=customer, order_number=order_number).latest("id"), minor)


def _overpay(story: Story) -> None:
    """A transfer that came twice: kept as credit."""
    payments.record(
        customer_id=story.people[BAKERY.name].id,
        amount=Money(14_500, "GBP"),
        shares={},
        paid_on=clock.today(story.made.organization.time_zone),
        mode=Payment.Mode.BANK_TRANSFER,
        reference="Sent twice by mistake",
        recording_key="demo-twice",
        by=story.made.owner,
    )


def _exceptions(story: Story) -> None:
    """A void invoice, one that was given up, one that was corrected, two drafts."""
    today, owner = story.today, story.made.owner
    story.at(today - timedelta(days=38), lambda: _void(story))
    story.at(today - timedelta(days=290), lambda: _give_up(story))
    story.at(today - timedelta(days=3), lambda: _drafts(story))
    story.at(today - timedelta(days=20), lambda: _correct(story, owner))


def _void(story: Story) -> None:
    invoice = _poster(story, BAKERY.name)
    invoices.void(invoice, by=story.made.owner, revision=invoice.revision)


def _give_up(story: Story) -> None:
    """Nobody there answers any more: what is owed since then is written off half a year later."""
    invoice = _poster(story, "Meadow Vets")
    later = story.today - timedelta(days=110)
    story.at(later, lambda: write_offs.write_off(invoice, by=story.made.owner, revision=invoice.revision))


def _poster(story: Story, name: str) -> Invoice:
    """An issued invoice for a poster."""
    content = InvoiceContent(
        dated=clock.today("Europe/London"), payment_days=30, lines=[LineContent("Poster", Decimal(1), Decimal(120))]
    )
    draft = invoices.create(story.people[name], content, by=story.made.owner)
    return invoices.mark_as_sent(draft, by=story.made.owner, revision=draft.revision)


def _from_before(story: Story, start: date) -> None:
    """What one customer owed already when the books began, of which some is paid."""
    mill, owner = story.people[MILL.name], story.made.owner
    story.at(start, lambda: opening.set_balance(mill, Money(184_000, "GBP"), start, by=owner))
    story.at(
        start + timedelta(days=45), lambda: story.pay(Invoice.objects.get(customer=mill, is_opening=True), 120_000)
    )


def _drafts(story: Story) -> None:
    for company in (BAKERY, YUNSHAN):
        content = InvoiceContent(dated=clock.today("Europe/London"), payment_days=30, lines=story._lines(company))
        invoices.create(story.people[company.name], content, by=story.made.owner)


def _correct(story: Story, owner: Actor) -> None:
    customer = story.people["Dovetail Joinery"]
    content = InvoiceContent(
        dated=clock.today("Europe/London"),
        payment_days=30,
        lines=[LineContent("Menu boards", Decimal(2), Decimal(180))],
    )
    invoice = invoices.mark_as_sent(invoices.create(customer, content, by=owner), by=owner, revision=1)
    fewer = InvoiceContent(
        dated=invoice.dated, payment_days=30, lines=[LineContent("Menu boards", Decimal(1), Decimal(180))]
    )
    invoices.edit(invoice, fewer, by=owner, revision=invoice.revision)
