"""Questions whose SQL is worked out once: the same answers as Django's own, whoever asks and about whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet, Sum
from django.test.utils import CaptureQueriesContext

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger.models import Leg
from counterfoil.foundation.prepared import Prepared
from tests.support.cast import Cast


@Prepared
def people_of(customer_id: int) -> QuerySet[ContactPerson]:
    return ContactPerson.objects.filter(customer_id=customer_id).select_related("customer").order_by("id")


@Prepared
def moved(organization_id: int, customer_id: int, since: date) -> QuerySet[Any]:
    legs = Leg.objects.filter(organization_id=organization_id, customer_id=customer_id, counts_on__gte=since)
    return legs.values_list("account").annotate(sum=Sum("minor")).order_by("account")


def test_it_answers_for_each_id_as_the_question_would(cast: Cast) -> None:
    for customer in (cast.bakery, cast.yunshan, cast.bakery):
        found = people_of(customer.id)
        assert found == list(people_of.question(customer.id))
        assert {one.customer.display_name for one in found} == {customer.display_name}
    assert not people_of(1)


def test_what_was_answered_once_is_asked_again(cast: Cast) -> None:
    before = people_of(cast.bakery.id)
    ContactPerson.objects.filter(id=before[0].id).update(first_name="Anna")
    with CaptureQueriesContext(connection) as asked:
        assert people_of(cast.bakery.id)[0].first_name == "Anna"
    assert len(asked) == 1


def test_other_arguments_belong_to_the_sql(cast: Cast) -> None:
    ids = cast.bakery.organization_id, cast.bakery.id
    for since in (date(2000, 1, 1), date(2100, 1, 1), date(2000, 1, 1)):
        assert moved(*ids, since) == list(moved.question(*ids, since))
    assert moved(*reversed(ids), date(2000, 1, 1)) == []


def test_a_question_without_a_place_for_its_id_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no place"):
        Prepared(lambda _id: Customer.objects.all())(cast.bakery.id)


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection(cast: Cast) -> None:
    def ask(_place: int) -> list[str]:
        try:
            return [one.email for one in people_of(cast.bakery.id)]
        finally:
            connection.close()

    expected = [one.email for one in people_of(cast.bakery.id)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [expected] * 8
