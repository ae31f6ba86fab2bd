"""Sales orders in the office: writing, opening, invoicing in parts, and what their pages show."""

from dataclasses import replace
from typing import Any

from counterfoil.books.sales import conversions, invoices, quotes, sales_orders
from counterfoil.books.sales.models import Invoice, Quote, SalesOrder
from counterfoil.foundation import clock
from tests.support.books import draft_order, invoice_of, order, quote
from tests.support.cast import Cast, visitor


def url(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/sales-orders/{rest}"


def typed(**more: str) -> dict[str, str]:
    line = {"line-0-name": "Shop sign", "line-0-quantity": "4", "line-0-rate": "50"}
    return {"dated": clock.today("Europe/London").isoformat(), "do": "save", **line, **more}


def fields(page: Any) -> dict[str, str]:
    """What the editor would post: its form, and each line with the hidden fields that it has."""
    form, posted = page.context["form"], {"do": "save"}
    posted |= {name: form[name].value() or "" for name in form.fields if name in ("dated", "revision", "making_key")}
    for line in page.context["lines"]:
        bound = line["form"]
        posted |= {bound.add_prefix(name): str(bound[name].value() or "") for name in bound.fields}
    return {name: str(value) for name, value in posted.items()}


def test_writing_and_opening_an_order(cast: Cast) -> None:
    olga = visitor(cast.olga)
    olga.post(url(cast, f"new/?customer={cast.bakery.id}"), typed())
    one = SalesOrder.objects.get()
    assert (one.standing, one.total_minor) == ("draft", 20_000)
    answer = olga.post(url(cast, f"{one.id}/opening/"), {"revision": 1}, follow=True)
    assert "The sales order is open." in answer.text
    assert "SO-000001" in answer.text


def test_a_part_is_invoiced_and_both_pages_lead_to_each_other(cast: Cast) -> None:
    one = order(cast)
    line_id = one.lines.get().source_line_id
    olga = visitor(cast.olga)
    page = olga.get(url(cast, f"{one.id}/invoice/"))
    assert page.context["form"].initial[f"quantity-{line_id}"] == 4
    form = {"revision": 1, "making_key": "k" * 20, f"quantity-{line_id}": "1.5"}
    answer = olga.post(url(cast, f"{one.id}/invoice/"), form)
    made = Invoice.objects.get()
    assert (answer.status_code, made.total_minor) == (303, 15_000)
    assert answer["Location"].endswith(f"/invoices/{made.id}/")
    assert f"/sales-orders/{one.id}/" in olga.get(answer["Location"]).text
    shown = olga.get(url(cast, f"{one.id}/"))
    assert f"/invoices/{made.id}/" in shown.text
    assert [(line["ordered"], line["invoiced"], line["left_written"]) for line in shown.context["lines"]] == [
        ("4", "1.5", "2.5")
    ]
    assert "Partially invoiced" in shown.text
    olga.post(url(cast, f"{one.id}/invoice/"), form)
    assert Invoice.objects.count() == 1


def test_too_much_is_said_beside_the_line(cast: Cast) -> None:
    one = order(cast)
    name = f"quantity-{one.lines.get().source_line_id}"
    answer = visitor(cast.olga).post(url(cast, f"{one.id}/invoice/"), {"revision": 1, name: "5"})
    assert answer.status_code == 422
    assert answer.context["form"].errors[name] == ["Only 4 are not invoiced yet."]
    nothing = visitor(cast.olga).post(url(cast, f"{one.id}/invoice/"), {"revision": 1, name: ""})
    assert "Say how much of at least one line is to be invoiced." in nothing.text


def test_what_changed_meanwhile_must_be_read_again(cast: Cast) -> None:
    one = order(cast)
    sales_orders.edit(one, sales_orders.content_of(one, list(one.lines.all())), by=cast.by_olga, revision=1)
    answer = visitor(cast.olga).post(
        url(cast, f"{one.id}/invoice/"), {"revision": 1, f"quantity-{one.lines.get().source_line_id}": "1"}
    )
    assert answer.status_code == 409
    assert not Invoice.objects.exists()


def test_what_goes_with_a_part_is_said_where_there_is_any(cast: Cast) -> None:
    plain, shipped = order(cast), order(cast, shipping_minor=500)
    olga, words = visitor(cast.olga), "go with the first invoice"
    assert words not in olga.get(url(cast, f"{plain.id}/invoice/")).text
    assert words in olga.get(url(cast, f"{shipped.id}/invoice/")).text


def test_an_edited_invoice_still_knows_its_line_of_the_order(cast: Cast) -> None:
    one = order(cast)
    made = invoice_of(cast, one, 3)
    olga, at = visitor(cast.olga), f"/office/{cast.studio.id}/invoices/{made.id}/edit/"
    posted = fields(olga.get(at)) | {"line-0-quantity": "2", "payment_days": "14"}
    assert olga.post(at, posted).status_code == 303
    made.refresh_from_db()
    assert [(line.quantity, line.source_line_id) for line in made.lines.all()] == [(2, one.lines.get().source_line_id)]
    posted |= {"line-0-quantity": "5", "revision": str(made.revision)}
    answer = olga.post(at, posted)
    assert answer.status_code == 422
    assert "5 of “Shop sign” would be invoiced, and 4 were ordered." in answer.text


def test_a_copy_of_an_invoice_is_of_no_order(cast: Cast) -> None:
    one = order(cast)
    made = invoice_of(cast, one, 4)
    olga, at = visitor(cast.olga), f"/office/{cast.studio.id}/invoices/new/?customer={cast.bakery.id}&copy={made.id}"
    assert olga.post(at, fields(olga.get(at)) | {"payment_days": "14"}).status_code == 303
    copy = Invoice.objects.latest("id")
    assert (copy.came_from_id, [line.source_line_id for line in copy.lines.all()]) == (None, [None])


def test_an_edited_order_keeps_what_is_invoiced_of_its_lines(cast: Cast) -> None:
    one = order(cast)
    invoice_of(cast, one, 3)
    olga, at = visitor(cast.olga), url(cast, f"{one.id}/edit/")
    answer = olga.post(at, fields(olga.get(at)) | {"line-0-quantity": "2"})
    assert answer.status_code == 422
    assert "3 of “Shop sign” are invoiced already" in answer.text
    assert olga.post(at, fields(olga.get(at)) | {"line-0-quantity": "6"}).status_code == 303
    one.refresh_from_db()
    assert (one.revision, one.standing) == (2, "partially_invoiced")


def test_a_quote_becomes_an_order_and_both_lead_to_each_other(cast: Cast) -> None:
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    olga, at = visitor(cast.olga), f"/office/{cast.studio.id}/quotes/{one.id}/"
    answer = olga.post(f"{at}sales-order/", {"revision": 1})
    made = SalesOrder.objects.get()
    assert answer["Location"] == url(cast, f"{made.id}/")
    page = olga.get(at)
    assert url(cast, f"{made.id}/") in page.text
    assert page.context["can_be_made"] is False
    assert f"{at}edit/" not in page.text
    assert at in olga.get(url(cast, f"{made.id}/")).text


def test_only_what_can_be_done_is_offered(cast: Cast) -> None:
    opened, invoiced, closed = order(cast), order(cast), order(cast)
    made = invoice_of(cast, invoiced, 4)
    closed = sales_orders.close(closed, by=cast.by_olga, revision=1)
    olga = visitor(cast.olga)

    def acts(one: Any) -> set[str]:
        text = olga.get(url(cast, f"{one.id}/")).text
        return {act for act in ("invoice", "closing", "reopening", "void") if f"/sales-orders/{one.id}/{act}/" in text}

    assert acts(opened) == {"invoice", "closing", "void"}
    assert acts(invoiced) == set()
    assert acts(closed) == {"reopening", "void"}
    invoices.delete(made, by=cast.by_olga, revision=1)
    assert acts(invoiced) == {"invoice", "closing", "void"}


def test_it_is_closed_by_hand_and_opened_again(cast: Cast) -> None:
    one, stig = order(cast), visitor(cast.stig)
    for act, state in (("closing", "closed"), ("reopening", "open")):
        assert stig.post(url(cast, f"{one.id}/{act}/"), {"revision": one.revision}).status_code == 303
        rows = stig.get(url(cast, f"?status={state}")).context["rows"]
        assert [row["number"] for row in rows] == [one.number], act


def test_an_earlier_revision_can_be_read(cast: Cast) -> None:
    one = order(cast)
    content = sales_orders.content_of(one, list(one.lines.all()))
    sales_orders.edit(one, replace(content, terms="Half at the start."), by=cast.by_olga, revision=1)
    stig = visitor(cast.stig)
    assert "Half at the start." in stig.get(url(cast, f"{one.id}/")).text
    earlier = stig.get(url(cast, f"{one.id}/revisions/1/")).text
    assert one.number in earlier
    assert "Half at the start." not in earlier


def test_the_list_filters_by_what_people_read(cast: Cast) -> None:
    some = {"draft": draft_order(cast), "open": order(cast), "partially-invoiced": order(cast), "closed": order(cast)}
    invoice_of(cast, some["partially-invoiced"], 1)
    invoice_of(cast, some["closed"])
    some["void"] = sales_orders.void(order(cast), by=cast.by_olga, revision=1)
    olga = visitor(cast.olga)
    for status, one in some.items():
        rows = olga.get(url(cast, f"?status={status}")).context["rows"]
        assert [row["url"] for row in rows] == [url(cast, f"{one.id}/")], status


def test_a_viewer_reads_and_writes_nothing(cast: Cast) -> None:
    one = order(cast)
    vera = visitor(cast.vera)
    page = vera.get(url(cast, f"{one.id}/"))
    assert page.status_code == 200
    assert "Make an invoice" not in page.text
    for at in ("invoice/", "closing/", "void/"):
        assert vera.post(url(cast, f"{one.id}/{at}"), {"revision": 1}).status_code == 403


def test_what_an_accepted_quote_becomes_is_chosen_in_the_settings(cast: Cast) -> None:
    olga, at = visitor(cast.olga), f"/office/{cast.studio.id}/settings/quotes/"
    cast.studio.refresh_from_db()
    answer = olga.post(at, {"accepted_becomes": "sales_order", "revision": cast.studio.revision}, follow=True)
    assert "Saved." in answer.text
    one = quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    made = SalesOrder.objects.get()
    assert (made.came_from_id, Quote.objects.get(id=one.id).state) == (one.id, "accepted")
    assert "Counterfoil made a sales order of" in olga.get(f"/office/{cast.studio.id}/quotes/{one.id}/").text


def test_its_pages_take_as_many_queries_with_ten_invoices_as_with_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    one = order(cast, lines=(("Shop sign", 40, "10"),))
    for _part in range(10):
        invoice_of(cast, one, 1)
    olga = visitor(cast.olga)
    olga.get(url(cast))
    with django_assert_max_num_queries(16):
        olga.get(url(cast, f"{one.id}/"))
    with django_assert_max_num_queries(8):
        olga.get(url(cast))
    with django_assert_max_num_queries(10):
        olga.get(url(cast, f"{one.id}/invoice/"))


def test_an_order_is_found_by_its_number_and_its_customer(cast: Cast) -> None:
    one = conversions.quote_to_sales_order(
        quotes.accept(quote(cast, order_number="PO-7"), by=cast.by_ana, revision=1), by=cast.by_olga, revision=1
    )
    olga = visitor(cast.olga)
    for query in ("?q=po-7", "?q=harbour"):
        assert [row["url"] for row in olga.get(url(cast, query)).context["rows"]] == [url(cast, f"{one.id}/")], query
