"""Columns are known by name, whatever their order, their year and their language."""

import pytest

from counterfoil.imports import columns, document_columns
from counterfoil.imports.kinds import KINDS
from tests.support import imports


@pytest.mark.parametrize(
    ("layout", "header", "unknown"),
    [
        (columns.CONTACTS, imports.CONTACTS, 15),
        (document_columns.INVOICES, imports.INVOICES, 7),
        (document_columns.QUOTES, imports.QUOTES, 8),
        (document_columns.PAYMENTS, imports.PAYMENTS, 6),
    ],
)
def test_the_columns_of_an_export_are_found_in_any_order(
    layout: columns.Layout, header: list[str], unknown: int
) -> None:
    found = columns.match(layout, header)
    assert not layout.missing(found)
    assert len(set(found.values())) == len(found) == len(header) - unknown
    backwards = columns.match(layout, header[::-1])
    assert {name: header[place] for name, place in found.items()} == {
        name: header[::-1][place] for name, place in backwards.items()
    }


def test_older_names_and_other_spellings_are_known() -> None:
    found = columns.match(
        document_columns.QUOTES, ["estimate number", "ESTIMATE_DATE", "Estimate-Status", "CustomerName"]
    )
    assert found == {"number": 0, "dated": 1, "status": 2, "customer": 3}
    both = columns.match(document_columns.PAYMENTS, ["Invoice Amount", "Amount Applied to Invoice"])
    assert both == {"applied": 1}
    assert columns.match(document_columns.PAYMENTS, ["Invoice Amount"]) == {"applied": 0}


def test_what_the_page_calls_a_field_is_known_in_either_language() -> None:
    assert columns.match(columns.ITEMS, ["名称", "单价", "单位"]) == {"name": 0, "rate": 1, "unit": 2}


def test_of_two_columns_of_one_name_the_first_is_taken() -> None:
    assert columns.match(columns.ITEMS, ["Item Name", "Rate", "Rate"]) == {"name": 0, "rate": 1}


def test_every_kind_knows_what_it_needs() -> None:
    for kind in KINDS.values():
        names = [field.name for field in kind.layout.fields]
        assert len(set(names)) == len(names)
        assert kind.layout.missing({})
