"""The portal's lists as files, and what a customer does to several rows at once."""

import csv
import io
import zipfile
from typing import Any

from counterfoil.outbound import batches
from counterfoil.outbound.models import Batch
from tests.support.books import draft_invoice, invoice, pay, quote
from tests.support.cast import Cast, visitor


def url(cast: Cast, rest: str) -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/{rest}"


def file(cast: Cast, rest: str) -> list[dict[str, str]]:
    answer = visitor(cast.ana).get(url(cast, rest))
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def tick(cast: Cast, path: str, *documents: Any, **more: str) -> Any:
    ids = [str(one.id) for one in documents]
    return visitor(cast.ana).post(url(cast, path), {"document": ids, "batch_key": "k"} | more)


def test_the_file_of_invoices_is_the_customers_own_in_the_customers_words(cast: Cast) -> None:
    one = invoice(cast, amount="80")
    draft_invoice(cast)
    invoice(cast, cast.tidewater)
    (row,) = file(cast, "invoices/?format=csv")
    assert (row["Number"], row["Status"], row["Balance"]) == (one.number, "Unpaid", "80.00")
    assert "Customer" not in row


def test_files_of_quotes_and_payments(cast: Cast) -> None:
    offer, paid = quote(cast), pay(cast, cast.bakery, 1_250)
    assert [(row["Number"], row["Status"]) for row in file(cast, "quotes/?format=csv")] == [
        (offer.number, "Awaiting approval")
    ]
    assert [(row["Number"], row["Amount"]) for row in file(cast, "payments/?format=csv")] == [(paid.number, "12.50")]


def test_what_is_ticked_goes_to_the_payment_page(cast: Cast) -> None:
    first, second = invoice(cast), invoice(cast)
    answer = tick(cast, "invoices/paying/", first, second)
    assert answer["Location"] == url(cast, f"pay/?invoice={first.id}&invoice={second.id}")


def test_paying_nothing_says_so(cast: Cast) -> None:
    answer = visitor(cast.ana).post(url(cast, "invoices/paying/"), {}, follow=True)
    assert "Tick at least one document first." in answer.text


def test_what_is_ticked_is_packed_for_whoever_asked_alone(cast: Cast) -> None:
    first, foreign, draft = invoice(cast), invoice(cast, cast.tidewater), draft_invoice(cast)
    where = tick(cast, "invoices/together/", first, foreign, draft, act="zip")["Location"]
    assert Batch.objects.get().document_ids == [str(first.id)]
    batches.run_due()
    ana = visitor(cast.ana)
    assert "The ZIP file is ready" in ana.get(where).text
    with zipfile.ZipFile(io.BytesIO(ana.get(f"{where}file/").content)) as packed:
        assert packed.namelist() == [f"{first.number}.pdf"]
    assert visitor(cast.sam).get(where).status_code == 404
    assert visitor(cast.sam).get(f"{where}file/").status_code == 404


def test_a_customer_can_send_nothing(cast: Cast) -> None:
    assert tick(cast, "invoices/together/", invoice(cast), act="send").status_code == 404
    assert not Batch.objects.exists()
