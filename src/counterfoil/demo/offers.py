"""The demo's quotes: one in each state, one that was negotiated and signed, and one with lines that can be left out."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import organizations
from counterfoil.books.sales import conversions, quotes
from counterfoil.books.sales.models import Quote
from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
from counterfoil.books.sales.signing import Signature
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor

from .business import Made, acting
from .people import BAKERY, MILL, YUNSHAN

Lines = list[tuple[str, str, str, bool]]  # name, quantity, rate, and whether it is optional

SIGNATURE = (  # as somebody draws it
    "70,170 88,140 108,100 126,66 138,52 143,62 148,92 154,130 162,160 170,172;92,132 120,126 150,124 178"
    ",128;184,146 190,138 195,131 199,127 203,125 207,128 211,133 216,139 222,147 228,154 236,160 244,163"
    " 253,164 261,161 269,157 277,151 283,144 289,138 293,134 297,131 301,131 305,134 310,138 315,143 321"
    ",148 328,153 336,156 344,158 353,157 361,155 369,152 376,148 382,144 387,140 388,150 420,138 455,122"
    " 480,118 470,132 430,158 360,182 280,192 240,188 300,176 400,164 520,158"
)

SHOPFRONT: Lines = [
    ("Shopfront sign, design", "1", "900", False),
    ("Window lettering", "1", "384", False),
    ("Lighting of the sign", "1", "260", True),
    ("Photography, half day", "1", "480", True),
]


def tell(story: Any) -> None:
    """What was offered to whom, and what became of it."""
    bakery, mill, yunshan = (story.people[one.name] for one in (BAKERY, MILL, YUNSHAN))
    vat, owner, today = story.made.rates["VAT 20%"].id, story.made.owner, story.today

    def offer(customer: Customer, days_ago: int, lines: Lines, *, valid: int = 30, taxed: bool = True) -> None:
        day = today - timedelta(days=days_ago)
        story.at(day, lambda: _sent(customer, day, lines, valid, vat if taxed else None, owner))

    offer(bakery, 6, SHOPFRONT)
    offer(bakery, 95, [("Packaging layout", "1", "720", False)], valid=20)
    offer(bakery, 60, [("Brand guidelines", "1", "1450", False)])
    story.at(today - timedelta(days=57), lambda: _accept_and_invoice(bakery, owner))
    story.at(today - timedelta(days=41), lambda: _ask_for_signatures(story.made))
    offer(bakery, 40, [("Menu boards", "6", "180", False), ("Illustration", "2", "260", False)])
    story.at(today - timedelta(days=38), lambda: _negotiate(bakery, owner))
    offer(mill, 9, [("Exhibition panel", "4", "310", False)], valid=45)
    offer(mill, 30, [("Poster", "10", "95", False)])
    story.at(
        today - timedelta(days=27),
        lambda: quotes.decline(
            _latest(mill), by=_contact(mill), revision=1, reason="We will print them ourselves this year."
        ),
    )
    offer(yunshan, 4, [("品牌手册设计", "1", "12800", False), ("英文版排版", "1", "3600", True)], taxed=False)
    story.at(today - timedelta(days=2), lambda: _draft(bakery, owner, vat))


def _sent(customer: Customer, day: date, lines: Lines, valid: int, rate_id: int | None, owner: Actor) -> Quote:
    content = QuoteContent(dated=day, lines=_lines(lines, rate_id), expires_on=day + timedelta(days=valid))
    draft = quotes.create(customer, content, by=owner)
    people = ContactPerson.objects.current().filter(customer=customer).exclude(email="")
    quote = quotes.send(draft, to=[people.earliest("id").id], by=owner, revision=1)
    return quotes.view(quote, by=_contact(customer))


def _lines(lines: Lines, rate_id: int | None) -> list[QuoteLineContent]:
    return [
        QuoteLineContent(name, Decimal(count), Decimal(rate), tax_rate_id=rate_id, is_optional=is_optional)
        for name, count, rate, is_optional in lines
    ]


def _accept_and_invoice(customer: Customer, owner: Actor) -> None:
    quote = quotes.accept(_latest(customer), by=_contact(customer), revision=1)
    conversions.quote_to_invoice(quote, by=owner, revision=1)


def _ask_for_signatures(made: Made) -> None:
    made.organization.refresh_from_db()
    organizations.change_quotes(
        made.organization,
        asks_for_signature=True,
        accepted_becomes="",
        revision=made.organization.revision,
        by=made.owner,
    )


def _negotiate(customer: Customer, owner: Actor) -> None:
    """Declined with a reason, changed, signed and accepted."""
    quote = quotes.decline(
        _latest(customer), by=_contact(customer), revision=1, reason="Four boards are enough for us."
    )
    content = quotes.content_of(quote, list(quote.lines.all()))
    boards, *others = content.lines
    quote = quotes.edit(
        quote, replace(content, lines=[replace(boards, quantity=Decimal(4)), *others]), by=owner, revision=1
    )
    quotes.accept(
        quote,
        by=_contact(customer),
        revision=2,
        signature=Signature(
            name=_contact(customer).name, drawn=SIGNATURE, user_agent="Mozilla/5.0 (X11; Linux x86_64)"
        ),
    )


def _draft(customer: Customer, owner: Actor, rate_id: int) -> None:
    content = QuoteContent(
        dated=clock.today("Europe/London"), lines=_lines([("Site visit and measuring", "2", "70", False)], rate_id)
    )
    quotes.create(customer, content, by=owner)


def _latest(customer: Customer) -> Quote:
    return Quote.objects.of(customer).latest("id")


def _contact(customer: Customer) -> Actor:
    return acting(ContactPerson.objects.current().filter(customer=customer).earliest("id"))
