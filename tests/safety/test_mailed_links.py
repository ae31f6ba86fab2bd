"""A mailed link, and the session that it opens, tried at every route: one document, to read and to pay."""

from typing import Any

import pytest

from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.events import Event
from tests.routes import catalogue
from tests.routes.catalogue import ROWS, Row, row
from tests.support.attacks import ask, nothing_changes, some_of, text_of
from tests.support.cast import visitor
from tests.support.world import Side, World

pytestmark = pytest.mark.every_route

# What a link is good for. Everything else is there for who signs in, or for everybody.
BY_LINK = {"portal:invoice", "portal:invoice_pdf", "portal:pay", "portal:quote", "portal:quote_pdf"} | {
    "portal:retainer_invoice",
    "portal:retainer_invoice_pdf",
    "portal:pay_retainer",
    "portal:sales_order",
    "portal:sales_order_pdf",
    "portal:attempt",
    "portal:attempt_return",
    "portal:attempt_cancel",
    "portal:payment",
    "portal:payment_pdf",
    "portal:file",
    "portal:file_small",
}
CLOSED = [row for row in ROWS if row.door in ("portal", "office") and not row.is_public]


def bearer(side: Side) -> Any:
    """A browser in which the link of this side's invoice was opened."""
    client = visitor()
    answer = client.post(row("portal:link").address(side), {"open": "yes"})
    assert answer.headers["Location"] == row("portal:invoice").address(side)
    return client


def as_a_stranger(client: Any, row: Row, side: Side, address: str) -> None:
    """Every method is answered exactly as it is to somebody without a link, and changes nothing."""
    with nothing_changes(address):
        theirs = list(ask(client, row.methods, address, row.body(side)))
        strangers = list(ask(visitor(), row.methods, address, row.body(side)))
        for (what, mine), (_same, other) in zip(theirs, strangers, strict=True):
            assert mine.status_code == other.status_code in (302, 404), f"{what} answered {mine.status_code}"
            assert mine.headers.get("Location") == other.headers.get("Location"), what
            assert side["invoice"].number not in text_of(mine), what


def test_the_routes_that_a_link_is_good_for_are_these() -> None:
    marked = {name for name, (_, entry) in catalogue.routes().items() if getattr(entry.callback, "by_link", False)}
    assert marked == BY_LINK


def test_a_link_opens_its_own_invoice_and_no_other_page(world: World) -> None:
    client = bearer(world.harbour)
    for name in ("portal:invoice", "portal:invoice_pdf", "portal:pay"):
        assert client.get(row(name).address(world.harbour)).status_code == 200
    for one in CLOSED:
        if one.name not in ("portal:invoice", "portal:invoice_pdf", "portal:pay"):
            as_a_stranger(client, one, world.harbour, one.address(world.harbour))


def test_nor_any_id_of_the_same_customer_or_of_others(world: World, thorough: bool) -> None:
    """Above all none of what is of the same type, which a link that opened too much would show."""
    client, own = bearer(world.harbour), world.harbour
    rows = [row(name) for name in sorted(BY_LINK)]
    tried = 0
    for one in rows:
        (parameter,) = set(one.parameters) - {"portal_name", "customer_id"}
        for side in (world.harbour, *world.others):
            found = some_of(side.ids(), one, parameter, thorough=thorough)
            its = type(side.rows[one.named(parameter)])
            found |= {name: id for name, id in side.ids().items() if type(side.rows[name]) is its}
            for id in set(found.values()) - {own.key("invoice")}:
                for where in {side.key("portal_name"), own.key("portal_name")}:
                    for customer in {side.key("customer"), own.key("customer")}:
                        there = {"portal_name": where, "customer_id": customer, parameter: id}
                        answer = client.get(one.address(own, **there))
                        assert answer.status_code in (302, 404), one.address(own, **there)
                        tried += 1
    assert tried > 500


def test_nor_its_own_invoice_below_another_portal_or_customer(world: World) -> None:
    client, own = bearer(world.harbour), world.harbour
    for one in [row(name) for name in sorted(BY_LINK)]:
        as_a_stranger(client, one, own, one.address(own, portal_name=world.quay.key("portal_name")))
        as_a_stranger(client, one, own, one.address(own, customer_id=world.tidewater.key("customer")))


def test_a_link_of_one_portal_is_none_at_another(world: World) -> None:
    for side, other in ((world.harbour, world.quay), (world.quay, world.harbour)):
        address = row("portal:link").address(side, portal_name=other.key("portal_name"))
        with nothing_changes(address):
            for what, answer in ask(visitor(), {"HEAD", "GET", "POST"}, address, {"open": "yes"}):
                assert answer.status_code == 404, what
                assert side["invoice"].number not in text_of(answer)


def test_one_letter_of_a_token_changed_opens_nothing(world: World) -> None:
    token = world.harbour.key("link_token")
    assert len(token) == 43
    for place in (0, 7, 21, 42):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        address = row("portal:link").address(world.harbour, token=other)
        with nothing_changes(address):
            assert visitor().post(address, {"open": "yes"}).status_code == 404


def test_no_table_holds_what_a_mailed_link_opens_with(world: World) -> None:
    from tests.support.refusals import everything

    bearer(world.harbour)
    is_kept = world.harbour.key("link_token") in repr(everything())
    assert not is_kept  # compared before, since pytest would explain for minutes where it was found


def test_a_form_from_elsewhere_does_not_open_it(world: World) -> None:
    address = row("portal:link").address(world.tidewater)
    with nothing_changes(address):
        assert visitor(csrf=True).post(address, {"open": "yes"}).status_code == 403


def test_who_forwards_a_mail_hands_over_that_document_and_is_known_by_name(world: World) -> None:
    """What is done by a link is never taken for done by its recipient; it is revoked for them alone."""
    one: Invoice = world.tidewater["invoice"]
    Invoice.objects.filter(id=one.id).update(viewed_at=None, viewed_by=None)
    client = bearer(world.tidewater)
    assert client.get(row("portal:invoice").address(world.tidewater)).status_code == 200
    by = Event.objects.filter(name="invoice.viewed", subject_id=one.id).latest("id").by
    assert (by.kind, by.name) == ("link", world.tidewater.people["contact"].full_name)
    office = world.harbour.browser("staff")
    revoked = office.post(row("office:invoice_link_revoke").address(world.tidewater), {})
    assert revoked.status_code == 303
    assert client.get(row("portal:invoice").address(world.tidewater)).status_code == 403
    assert bearer(world.harbour)


def test_a_link_is_revoked_at_its_own_invoice_only(world: World) -> None:
    revoke = row("office:invoice_link_revoke")
    owner = world.harbour.browser("owner")
    for side in world.others:
        with nothing_changes(revoke):
            answer = owner.post(revoke.address(world.harbour, link_id=side.key("link")), {})
            assert answer.status_code == 404
