"""What a person writes into a document, and how it gets into the rows. The same for every type of document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import numbering
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from . import pricing
from .models import Item, SalesDocument, WrittenDocument
from .pricing import LineContent, Priced
from .search import last_digits
from .snapshots import snapshot

D = TypeVar("D", bound=WrittenDocument)

MOST_LINES = 300
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
WRITTEN = (  # what goes from the content into the columns of the same names
    "discount_kind",
    "discount_value",
    "shipping_minor",
    "shipping_tax_rate_id",
    "adjustment_minor",
    "adjustment_label",
    "is_inclusive",
    "notes",
    "terms",
)


@dataclass(frozen=True, kw_only=True)
class DocumentContent:
    """What a person writes into a document of any type. Amounts in minor units of the customer's currency."""

    dated: date
    lines: Sequence[LineContent]
    order_number: str = ""
    discount_kind: str = ""
    discount_value: Decimal = Decimal(0)
    shipping_minor: int = 0
    shipping_tax_rate_id: int | None = None
    adjustment_minor: int = 0
    adjustment_label: str = ""
    is_inclusive: bool = False
    notes: str = ""
    terms: str = ""


def begin(model: type[D], customer: Customer, *, actor: Actor, making_key: str = "") -> tuple[D, bool]:
    """A new draft that is not written yet; or, where the same form was sent before, what it made, and True.

    Locks the customer's balance. Raises Refused: NOT_ALLOWED.
    """
    ledger.lock(customer.id)
    actor.must_be_staff_of(customer.organization_id)
    made = model._default_manager.filter(organization_id=customer.organization_id, making_key=making_key)
    if making_key and (earlier := made.first()):
        return earlier, True
    fresh = model(
        organization_id=customer.organization_id,
        customer=customer,
        making_key=making_key,
        currency=customer.currency,
        made_at=clock.now(),
        made_by=actor.as_json(),
    )
    return fresh, False


def write(document: WrittenDocument, content: DocumentContent, **own: Any) -> None:
    """Put the content, and the type's own columns, into the rows and work out the totals.

    Refuses before anything is written: NO_LINES, TOO_MANY_LINES, DATE_FAR_OFF, UNKNOWN_ITEM, and what pricing refuses.
    """
    if not content.lines:
        raise Refused("NO_LINES", _("Write at least one line."), field="lines")
    if len(content.lines) > MOST_LINES:
        raise Refused("TOO_MANY_LINES", _("A document can have at most 300 lines."), field="lines")
    must_be_in_our_time(content.dated, "dated")
    _must_be_their_items(content, document.organization_id)
    customer = Customer.objects.get(id=document.customer_id)
    priced = pricing.price(content, customer=customer)
    document.currency = customer.currency
    fill(document, content, priced, **own)
    document.save()
    document.lines.all().delete()
    lines = document.line_model()
    lines.objects.bulk_create(new_lines(document, content, priced))


def fill(document: WrittenDocument, content: DocumentContent, priced: Priced, **own: Any) -> None:
    """What is written in it, what it comes to, and the type's own columns, into their columns; not yet saved."""
    document.dated = content.dated
    document.order_number, document.order_key = content.order_number, content.order_number.casefold()
    for name in WRITTEN:
        setattr(document, name, getattr(content, name))
    for name, value in own.items():
        setattr(document, name, value)
    put_totals(document, priced)


def new_lines(document: WrittenDocument, content: DocumentContent, priced: Priced) -> list[Any]:
    """The rows of its lines, not yet saved."""
    model = document.line_model()
    return [
        model(document=document, position=position, net_minor=net, **line.fields())
        for position, (line, net) in enumerate(zip(content.lines, priced.nets, strict=True))
    ]


def put_totals(document: WrittenDocument, priced: Priced) -> None:
    """The totals into their columns, not yet saved."""
    for name, value in totals(priced).items():
        setattr(document, name, value)


def totals(priced: Priced) -> dict[str, Any]:
    """The totals by the names of their columns, which a document's content has too."""
    return {
        name: getattr(priced, name)
        for name in ("subtotal_minor", "discount_minor", "taxes", "tax_minor", "total_minor")
    }


def must_be_in_our_time(day: date, field: str) -> None:
    """Refuse (DATE_FAR_OFF) a year that nobody means; the calendar ends somewhere."""
    if not EARLIEST <= day <= LATEST:
        raise Refused("DATE_FAR_OFF", _("Please check the year."), field=field)


def _must_be_their_items(content: DocumentContent, organization_id: int) -> None:
    ids = {line.item_id for line in content.lines if line.item_id is not None}
    if Item.objects.filter(organization_id=organization_id, id__in=ids).count() != len(ids):
        raise Refused("UNKNOWN_ITEM", _("One of these items is not there. Choose another."), field="lines")


def must_have_their_currency(document: WrittenDocument, currency: str) -> None:
    """Refuse (CURRENCY_CHANGED) to issue what was written before the customer's currency was chosen anew."""
    if document.currency != currency:
        raise Refused(
            "CURRENCY_CHANGED", _("This customer has another currency since the draft was written. Edit it once more.")
        )


def issue(document: SalesDocument, *, actor: Actor) -> None:
    """Say who issued it and when, and give it its number; the counter is the last that is locked."""
    document.issued_at, document.issued_by = clock.now(), actor.as_json()
    if not document.number:
        document.number = numbering.take(document.organization_id, document.numbered_as)
    document.number_key, document.digits_key = document.number.casefold(), last_digits(document.number)
    document.save()


def keep(document: SalesDocument, *, actor: Actor, **own: Any) -> None:
    """Keep it whole as the revision that it now is."""
    document.revision_model().objects.create(
        document=document,
        revision=document.revision,
        content=snapshot(document),
        made_at=clock.now(),
        made_by=actor.as_json(),
        **own,
    )


def recipients(document: WrittenDocument, to: Sequence[int]) -> list[int]:
    """Those of the ids who are contact persons that can be mailed. Raises Refused: NO_RECIPIENT."""
    people = ContactPerson.objects.current().filter(customer_id=document.customer_id, id__in=to).exclude(email="")
    ids = sorted(people.values_list("id", flat=True))
    if not ids:
        raise Refused(
            "NO_RECIPIENT",
            _("Choose at least one contact person with an e-mail address, or mark it as sent."),
            field="to",
        )
    return ids


def shared_content(document: WrittenDocument) -> dict[str, Any]:
    """What is written in a document besides its lines, as fields of a `DocumentContent`."""
    written = {name: getattr(document, name) for name in WRITTEN}
    return {"dated": document.dated, "order_number": document.order_number, **written}


def line_content(line: Any) -> dict[str, Any]:
    """A line's row as the fields of a `LineContent`."""
    return {name: getattr(line, name) for name in LineContent.__dataclass_fields__}


def told(document: SalesDocument) -> dict[str, Any]:
    """What events tell of a document."""
    return {"number": document.number, "total_minor": document.total_minor, "currency": document.currency}
