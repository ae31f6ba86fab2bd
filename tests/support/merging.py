"""A customer who is here twice, and making one of the two."""

from typing import Any

from tests.support.cast import Cast, customer


def duplicate(cast: Cast, name: str = "Harbour Bakery", currency: str = "GBP", **more: Any) -> Any:
    """Another customer of the studio, without anything."""
    return customer(cast.studio, name, currency, by=cast.by_olga, **more)


def merge(cast: Cast, gone: Any, into: Any, *, by: Any = None) -> Any:
    """As somebody does who read what will move a moment ago."""
    from counterfoil.books.merging import foreseeing, merging

    for one in (gone, into):
        one.refresh_from_db()
    return merging.merge(gone, into, by=by or cast.by_olga, seen=foreseeing.foresee(gone, into).seen)
