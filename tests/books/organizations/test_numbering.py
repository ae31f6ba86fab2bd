"""Numbers of documents: without gaps, and none ever a second time."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from counterfoil.books.organizations import numbering
from counterfoil.books.organizations.models import DocumentKind, NumberSeries
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.races import at_once
from tests.support.refusals import refused


def series(cast):
    return NumberSeries.objects.get(organization=cast.studio, kind=DocumentKind.INVOICE)


@transaction.atomic
def take(cast):
    return numbering.take(cast.studio.id, DocumentKind.INVOICE)


def change(cast, prefix, next_number, by=None):
    return numbering.change(series(cast), prefix=prefix, next_number=next_number, by=by or cast.by_olga)


def test_numbers_follow_each_other(cast):
    assert [take(cast) for _ in range(3)] == ["INV-000001", "INV-000002", "INV-000003"]


def test_a_verb_that_fails_gives_its_number_to_the_next(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.take(cast.studio.id, DocumentKind.INVOICE)
        raise ZeroDivisionError
    assert take(cast) == "INV-000001"


def test_twenty_at_once_take_twenty_numbers_without_a_gap(both_databases, cast):
    outcomes = at_once(20, lambda place: take(cast))
    assert sorted(outcome.result for outcome in outcomes) == [f"INV-{number:06d}" for number in range(1, 21)]


def test_prefix_and_next_number_can_be_changed(cast):
    take(cast)
    change(cast, "2026/", 500)
    assert take(cast) == "2026/000500"
    assert Event.objects.get(name="numbering.changed").data["now"] == "2026/000500"


def test_a_number_that_was_given_is_refused(cast):
    change(cast, "INV-", 10)
    take(cast)
    with refused("NUMBER_USED", field="next_number"):
        change(cast, "INV-", 10)
    with refused("NUMBER_USED", field="next_number"):
        change(cast, "inv-", 10)


def test_coming_back_to_an_earlier_prefix_goes_on_where_it_was(cast):
    for _ in range(4):
        take(cast)
    change(cast, "A-", 1)
    with refused("NUMBER_USED", field="next_number"):
        change(cast, "INV-", 4)
    change(cast, "INV-", 5)
    assert take(cast) == "INV-000005"


def test_a_prefix_must_not_end_in_a_digit_since_numbers_could_then_meet(cast):
    with refused("PREFIX_DIGIT", field="prefix"):
        change(cast, "INV-1", 1)


@pytest.mark.parametrize("number", [0, -1, 10**12])
def test_a_number_outside_the_range_is_refused(cast, number):
    with refused("NUMBER_TOO_LARGE", field="next_number"):
        change(cast, "X-", number)


def test_only_an_owner_of_this_organization_changes_it(cast):
    for person in (cast.stig, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            change(cast, "MINE-", 1, by=actor(person))


def test_every_kind_of_document_has_a_series_of_its_own(cast):
    for organization in (cast.studio, cast.quay):
        kinds = NumberSeries.objects.filter(organization=organization).values_list("kind", flat=True)
        assert sorted(kinds) == sorted(DocumentKind)
    with transaction.atomic():
        assert numbering.take(cast.studio.id, DocumentKind.APPROVAL) == "TS-000001"
        assert numbering.take(cast.quay.id, DocumentKind.APPROVAL) == "TS-000001"
    assert take(cast) == "INV-000001"


def test_organizations_that_were_there_before_get_a_series_of_approvals_each(cast):
    NumberSeries.objects.filter(kind=DocumentKind.APPROVAL).delete()
    step = import_module("counterfoil.books.organizations.migrations.0016_timesheets")
    step.open_series(apps, None)
    for organization in (cast.studio, cast.quay):
        series = NumberSeries.objects.get(organization=organization, kind=DocumentKind.APPROVAL)
        assert (series.written(series.next_number), series.given) == ("TS-000001", 0)
    step.close_series(apps, None)
    assert not NumberSeries.objects.filter(kind=DocumentKind.APPROVAL).exists()
