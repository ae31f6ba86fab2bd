"""A file that is imported again after two customers of it were merged: it brings neither back, and changes nothing."""

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import ExternalId
from tests.support.cast import Cast
from tests.support.imports import CONTACTS, bring, contact, csv_of
from tests.support.merging import merge


def test_what_was_merged_is_not_brought_back(cast: Cast) -> None:
    rows = [
        contact(name, **{"Contact ID": key, "Last Name": "Hale", "EmailID": "mo@mill.test"})
        for name, key in (("Mill Lane Pottery", "460000000001"), ("Mill Lane", "460000000002"))
    ]
    bring(cast, "contacts", csv_of(rows, CONTACTS))
    into, gone = (Customer.objects.get(display_name=name) for name in ("Mill Lane Pottery", "Mill Lane"))
    merge(cast, gone, into)

    def known() -> list[object]:
        models = (Customer, ContactPerson, ExternalId)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = known()
    for file in (rows, rows[::-1], rows[1:]):
        made = bring(cast, "contacts", csv_of(file, CONTACTS))
        assert (made.state, made.found["new"], made.found["same"]) == ("checked", 0, len(file))
        assert known() == before
