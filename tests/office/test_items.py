"""**Items**: what the business sells, written down once and offered on every line."""

from typing import Any

from counterfoil.books.sales.models import Item
from tests.support.cast import Cast, visitor

HINGE = {"name": "Brass hinge", "rate": "4.75", "unit": "piece", "description": "With screws"}


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/items/{rest}"


def names(page: Any) -> list[str]:
    return [row["name"] for row in page.context["rows"]]


def test_an_item_is_added_and_listed(cast: Cast) -> None:
    stig = visitor(cast.stig)
    answer = stig.post(at(cast, "new/"), HINGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, at(cast))
    page = stig.get(at(cast))
    assert "Brass hinge was added." in page.text
    assert [(row["name"], row["rate"], row["unit"]) for row in page.context["rows"]] == [
        ("Brass hinge", "4.75", "piece")
    ]


def test_what_is_wrong_is_said_and_what_was_typed_stays(cast: Cast) -> None:
    answer = visitor(cast.stig).post(at(cast, "new/"), HINGE | {"rate": "dear"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"rate"}
    assert 'value="dear"' in answer.text
    assert not Item.objects.exists()


def test_the_list_is_searched_by_the_beginning_of_a_name(cast: Cast) -> None:
    stig = visitor(cast.stig)
    for name in ("Brass hinge", "Menu board"):
        stig.post(at(cast, "new/"), HINGE | {"name": name})
    assert names(stig.get(at(cast))) == ["Brass hinge", "Menu board"]
    assert names(stig.get(at(cast), {"sort": "-name"})) == ["Menu board", "Brass hinge"]
    assert names(stig.get(at(cast), {"q": "menu"})) == ["Menu board"]


def test_an_item_is_changed_by_who_saw_its_latest_form(cast: Cast) -> None:
    stig = visitor(cast.stig)
    stig.post(at(cast, "new/"), HINGE)
    item = Item.objects.get()
    assert 'value="Brass hinge"' in stig.get(at(cast, f"{item.id}/")).text
    assert stig.post(at(cast, f"{item.id}/"), HINGE | {"rate": "5.10", "revision": "1"}).status_code == 303
    item.refresh_from_db()
    assert str(item.rate.normalize()) == "5.1"
    assert stig.post(at(cast, f"{item.id}/"), HINGE | {"rate": "6", "revision": "1"}).status_code in (409, 422)
    item.refresh_from_db()
    assert str(item.rate.normalize()) == "5.1"


def test_a_retired_item_is_offered_no_more(cast: Cast) -> None:
    stig = visitor(cast.stig)
    stig.post(at(cast, "new/"), HINGE)
    page = stig.post(at(cast, f"{Item.objects.get().id}/retire/"), follow=True)
    assert "Brass hinge was retired." in page.text
    assert names(page) == []
    assert Item.objects.get().retired_at is not None


def test_a_viewer_reads_the_list_and_changes_nothing(cast: Cast) -> None:
    visitor(cast.stig).post(at(cast, "new/"), HINGE)
    vera, item = visitor(cast.vera), Item.objects.get()
    assert names(vera.get(at(cast))) == ["Brass hinge"]
    for rest in ("new/", f"{item.id}/", f"{item.id}/retire/"):
        assert vera.post(at(cast, rest), HINGE).status_code == 403
    assert visitor(cast.otto).get(at(cast, f"{item.id}/")).status_code == 404
