"""The business that `bench` builds: its books agree, and its pages show it."""

import pytest

from counterfoil.bench import building, names
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations.models import NumberSeries
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice

COUNT = 400


@pytest.fixture
def built(transactional_db: None) -> None:
    building.build(COUNT, sandbox_url="", public_url="http://localhost:8000", say=lambda _: None)


def test_its_books_agree(built: None) -> None:
    assert not differences()
    assert Invoice.objects.count() == COUNT
