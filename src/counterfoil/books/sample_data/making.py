"""A few months of a small bakery, told by ordinary verbs: days lie before today because documents and payments say so.

Nothing is mailed, no gateway is asked, and time goes as it does: whatever happens is recorded as happening now.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.books.conversations import comments
from counterfoil.books.customers import contacts, customers
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import taxes
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments import allocations, payments
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales import credit_notes, invoices, items, quotes, recurring_invoices
from counterfoil.books.sales.credit_notes import CreditNoteContent
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, Item, Quote, Unit
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
from counterfoil.books.sales.recurring_invoices import RecurringContent
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import Money, exponent

from .words import Buyer, Ware, Words

TERMS = 30  # days
# How much of a currency a euro comes to, roughly, so that prices look right.
SCALE = {"CNY": 8, "HKD": 8, "TWD": 34, "JPY": 160, "KRW": 1500, "INR": 90, "THB": 40, "PHP": 60, "VND": 27_000}
SCALE |= {"IDR": 17_000, "SEK": 11, "NOK": 11, "DKK": 7, "CZK": 25, "HUF": 400, "PLN": 4, "TRY": 40, "MXN": 20}

Lines = Sequence[tuple[Item, int]]  # so many of each


class Bakery:
    """What happens there, by its owner's hand, so many days before today."""

    def __init__(self, organization: Organization, words: Words, *, owner: Actor) -> None:
        self.organization, self.words, self.owner = organization, words, owner
        self.today = clock.today(organization.time_zone)
        name, percent = words.tax
        self.rate = taxes.add_rate(organization, name=name, percent=Decimal(percent), by=owner)

    def live(self) -> None:
        loaf, rolls, croissants, birthday, wedding, delivery = map(self._sell, self.words.wares)
        cafe, school, hotel, bookshop, priya = map(self._meet, self.words.buyers)
        self._pay(self._bill(cafe, 75, [(loaf, 40), (rolls, 2), (delivery, 4)]), days_ago=52)
        self._bill(bookshop, 62, [(croissants, 3), (delivery, 1)])
        lunches = self._bill(school, 45, [(rolls, 8), (delivery, 8)], allows_partial=True)
        self._pay(lunches, days_ago=20, minor=lunches.total_minor // 2)
        late = self._bill(cafe, 38, [(loaf, 30), (rolls, 4), (delivery, 4)], allows_partial=True)
        self._take_back(late, rolls, days_ago=30)
        self._accept(self._offer(priya, 20, [(wedding, 1), (delivery, 1)]))
        self._decline(self._offer(bookshop, 14, [(croissants, 10), (delivery, 2)]))
        self._pay(self._bill(priya, 12, [(birthday, 1)]), days_ago=12, mode=Payment.Mode.CASH)
        self._show(self._bill(hotel, 9, [(croissants, 12), (loaf, 20), (delivery, 3)]))
        self._offer(hotel, 6, [(birthday, 4), (croissants, 20), (delivery, 2)])
        self._bill(cafe, 2, [(loaf, 25), (croissants, 4), (delivery, 2)])
        invoices.create(school, self._content(0, [(rolls, 8), (delivery, 8)]), by=self.owner)
        self._bill_every_week(hotel, [(loaf, 12), (delivery, 1)])
        comments.add(cafe, self.words.remark, by=self.owner)

    def _day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def _sell(self, ware: Ware) -> Item:
        scale = SCALE.get(self.organization.currency, 1)
        places = 0 if scale > 1 else min(exponent(self.organization.currency), 2)
        content = items.ItemContent(
            name=ware.name,
            rate=round(Decimal(ware.price) * scale, places),
            description=ware.description,
            unit=ware.unit,
            tax_rate_id=self.rate.id,
        )
        return items.create(self.organization, content, by=self.owner)

    def _meet(self, buyer: Buyer) -> Customer:
        person = contacts.ContactContent(
            first_name=buyer.first,
            last_name=buyer.last,
            email=buyer.email,
            designation=buyer.designation,
            language=self.organization.language,
        )
        address = {"street": buyer.street, "city": self.words.city, "country": self.organization.country}
        content = customers.CustomerContent(
            display_name=buyer.name or ContactPerson(first_name=buyer.first, last_name=buyer.last).full_name,
            kind=Customer.Kind.COMPANY if buyer.name else Customer.Kind.INDIVIDUAL,
            company_name=buyer.name,
            currency=self.organization.currency,
            language=self.organization.language,
            payment_days=TERMS,
            billing_address=address,
        )
        customer = customers.create(self.organization, content, by=self.owner)
        contacts.add(customer, person, by=self.owner)
        return customer

    def _lines(self, lines: Lines) -> list[LineContent]:
        return [
            LineContent(
                item.name,
                Decimal(count),
                item.rate,
                description=item.description,
                unit=item.unit,
                tax_rate_id=self.rate.id,
                item_id=item.id,
            )
            for item, count in lines
        ]

    def _content(self, days_ago: int, lines: Lines, *, allows_partial: bool = False) -> InvoiceContent:
        return InvoiceContent(
            dated=self._day(days_ago),
            payment_days=TERMS,
            lines=self._lines(lines),
            allows_partial=allows_partial,
            notes=self.words.thanks,
        )

    def _bill(self, customer: Customer, days_ago: int, lines: Lines, *, allows_partial: bool = False) -> Invoice:
        content = self._content(days_ago, lines, allows_partial=allows_partial)
        draft = invoices.create(customer, content, by=self.owner)
        return invoices.mark_as_sent(draft, by=self.owner, revision=draft.revision)

    def _pay(
        self,
        invoice: Invoice,
        *,
        days_ago: int,
        minor: int | None = None,
        mode: Payment.Mode = Payment.Mode.BANK_TRANSFER,
    ) -> None:
        minor = minor or invoice.total_minor
        payments.record(
            customer_id=invoice.customer_id,
            amount=Money(minor, invoice.currency),
            shares={invoice.id: minor},
            paid_on=self._day(days_ago),
            mode=mode,
            reference=invoice.number if mode == Payment.Mode.BANK_TRANSFER else "",
            recording_key=f"sample-{invoice.id}",
            by=self.owner,
        )

    def _take_back(self, invoice: Invoice, item: Item, *, days_ago: int) -> None:
        """Two of an item are credited. One pays for some of the invoice, the other is left to be used."""
        line = LineContent(self.words.returned, Decimal(2), item.rate, unit=item.unit, tax_rate_id=self.rate.id)
        content = CreditNoteContent(dated=self._day(days_ago), lines=[line])
        draft = credit_notes.create(invoice.customer, content, by=self.owner)
        note = credit_notes.mark_as_sent(draft, by=self.owner, revision=draft.revision)
        allocations.apply(invoice, {note.id: note.total_minor // 2}, by=self.owner, balance_seen=invoice.balance_minor)

    def _offer(self, customer: Customer, days_ago: int, lines: Lines) -> Quote:
        content = QuoteContent(
            dated=self._day(days_ago),
            expires_on=self._day(days_ago - TERMS),
            lines=[QuoteLineContent(**vars(line)) for line in self._lines(lines)],
            notes=self.words.thanks,
        )
        draft = quotes.create(customer, content, by=self.owner)
        return quotes.mark_as_sent(draft, by=self.owner, revision=draft.revision)

    def _accept(self, quote: Quote) -> None:
        quotes.accept(quote, by=_contact(quote.customer), revision=quote.revision)

    def _decline(self, quote: Quote) -> None:
        because = self.words.declined_because
        quotes.decline(quote, by=_contact(quote.customer), revision=quote.revision, reason=because)

    def _show(self, invoice: Invoice) -> None:
        invoices.view(invoice, by=_contact(invoice.customer))

    def _bill_every_week(self, customer: Customer, lines: Lines) -> None:
        content = RecurringContent(
            name=self.words.weekly,
            dated=self._day(-7),
            unit=Unit.WEEK,
            lines=self._lines(lines),
            payment_days=TERMS,
            notes=self.words.thanks,
        )
        recurring_invoices.create(customer, content, by=self.owner)


def _contact(customer: Customer) -> Actor:
    """The customer's contact person, as somebody who does something."""
    contact = ContactPerson.objects.get(customer=customer)
    return Actor("contact", contact.id, contact.full_name, contact.organization_id, contact.customer_id)
