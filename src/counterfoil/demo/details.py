"""What customers of the demo changed of their own details, as the office finds it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from counterfoil.books.customers import own_details
from counterfoil.books.customers.models import ContactPerson

from .business import acting
from .people import BAKERY

if TYPE_CHECKING:
    from .history import Story

STORE = {"attention": "Goods in", "street": "Unit 4, Whitby Business Park", "city": "Whitby", "country": "GB"}


def tell(story: "Story") -> None:
    """Have it changed on days of the last week."""
    bakery = story.people[BAKERY.name]

    def sam() -> ContactPerson:
        return ContactPerson.objects.select_related("customer").get(customer=bakery, email="sam@harbour.test")

    def phone() -> None:
        contact, values = sam(), {"phone": "+44 1947 496 0021"}
        own_details.change_person(contact, values, by=acting(contact), revision=contact.revision)

    def address() -> None:
        contact, values = sam(), {"shipping_address": STORE | {"postal_code": "YO22 4PU"}}
        customer = contact.customer
        own_details.change_customer(customer, values, by=acting(contact), revision=customer.revision)

    story.at(story.today - timedelta(days=6), phone)
    story.at(story.today - timedelta(days=2), address)
