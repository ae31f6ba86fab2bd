"""The lock date at the office's door: its page, what staff read who meet it, and how an owner goes past it."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, visitor
from tests.support.locking import days_ago, lock
from tests.support.refusals import everything


def url(cast: Cast, path: str = "") -> str:
    return f"/office/{cast.studio.id}/{path}"


def lock_page(cast: Cast, data: dict[str, Any] | None = None, *, path: str = "") -> Any:
    cast.studio.refresh_from_db()
    address = url(cast, f"settings/lock-date/{path}")
    if data is None:
        return visitor(cast.olga).get(address)
    return visitor(cast.olga).post(address, {"revision": cast.studio.revision} | data)


def editor(invoice: Invoice, **more: Any) -> dict[str, Any]:
    """The editor of an invoice as its page posts it."""
    line = {"name": "Boards, repainted", "quantity": "1", "rate": "95", "description": "", "unit": "", "discount": ""}
    return {
        "revision": invoice.revision,
        "dated": invoice.dated.isoformat(),
        "payment_days": "30",
        "notes": "Thank you for waiting",
        **{f"line-0-{name}": value for name, value in line.items()},
        **more,
    }


def test_an_owner_locks_moves_and_unlocks_and_reads_the_history(cast: Cast) -> None:
    assert lock_page(cast, {"until": "2026-09-30"}).status_code == 303
    page = lock_page(cast).text
    assert "They are locked up to and including 30 Sep 2026." in page
    assert "Olga Lindqvist locked the books up to and including 30 Sep 2026." in page
    answer = lock_page(cast, {"until": "2026-08-31"})
    assert answer.status_code == 422
    assert "Say why: this opens days that were locked." in answer.text
    assert 'value="2026-08-31"' in answer.text
    assert lock_page(cast, {"until": "2026-08-31", "reason": "A late bill"}).status_code == 303
    assert lock_page(cast, {"reason": ""}, path="remove/").status_code == 422
    assert lock_page(cast, {"reason": "New software"}, path="remove/").status_code == 303
    page = lock_page(cast).text
    for said in ("Nothing is locked now.", "Reason: A late bill", "Reason: New software"):
        assert said in page
    assert "unlocked the books, which were locked up to and including 31 Aug 2026." in page


@pytest.mark.parametrize(("until", "said"), [("2999-01-01", "Choose a day before today"), ("yesterday", "valid date")])
def test_what_is_wrong_is_said_beside_the_day(cast: Cast, until: str, said: str) -> None:
    before = everything()
    answer = lock_page(cast, {"until": until})
    assert answer.status_code == 422
    assert said in answer.text
    assert everything() == before


def test_staff_who_press_a_button_read_who_can_do_it(cast: Cast) -> None:
    one = invoice(cast, dated=days_ago(40))
    lock(cast)
    before = everything()
    data = {"revision": one.revision, "lock_reason": "I want to"}
    answer = visitor(cast.stig).post(url(cast, f"invoices/{one.id}/void/"), data, follow=True)
    assert "An owner can do it all the same, by saying why." in answer.text
    assert everything() == before


def test_an_owner_who_presses_a_button_is_asked_why_and_then_it_is_done(cast: Cast) -> None:
    one = invoice(cast, dated=days_ago(40))
    lock(cast)
    olga, address = visitor(cast.olga), url(cast, f"invoices/{one.id}/void/")
    asked = olga.post(address, {"revision": one.revision})
    assert asked.status_code == 409
    assert "Do it all the same" in asked.text
    assert f'name="revision" value="{one.revision}"' in asked.text
    unsaid = olga.post(address, {"revision": one.revision, "lock_reason": "  "})
    assert (unsaid.status_code, "This field is required." in unsaid.text) == (409, True)
    one.refresh_from_db()
    assert one.state == "issued"
    done = olga.post(address, {"revision": one.revision, "lock_reason": "Written twice <b>"})
    assert done.status_code == 303
    for page in (f"invoices/{one.id}/", "settings/lock-date/", ""):
        text = olga.get(url(cast, page)).text
        assert f"Olga Lindqvist made {one.number} of Harbour Bakery Ltd void." in text
        assert "Reason: Written twice &lt;b&gt;" in text


def test_to_whom_it_was_to_be_sent_is_kept(cast: Cast) -> None:
    draft = draft_invoice(cast, dated=days_ago(40))
    lock(cast)
    data = {"revision": draft.revision, "to": [cast.ana.id, cast.sam.id]}
    asked = visitor(cast.olga).post(url(cast, f"invoices/{draft.id}/sending/"), data)
    for contact in (cast.ana, cast.sam):
        assert f'name="to" value="{contact.id}"' in asked.text
    done = visitor(cast.olga).post(url(cast, f"invoices/{draft.id}/sending/"), data | {"lock_reason": "It was due"})
    assert done.status_code == 303
    assert Event.objects.get(name="invoice.sent").reason == "It was due"


def test_the_editor_keeps_what_was_typed_and_asks_an_owner_why(cast: Cast) -> None:
    one = invoice(cast, dated=days_ago(40))
    lock(cast)
    address = url(cast, f"invoices/{one.id}/edit/")
    refused = visitor(cast.stig).post(address, editor(one, do="save"))
    assert refused.status_code == 422
    assert "An owner can do it all the same" in refused.text
    assert "lock_reason" not in refused.text
    asked = visitor(cast.olga).post(address, editor(one, do="send"))
    assert asked.status_code == 422
    for kept in ("lock_reason", "Boards, repainted", "Thank you for waiting"):
        assert kept in asked.text
    assert 'name="do" value="send">Do it all the same' in asked.text
    # Working out the totals keeps the question and what was answered.
    worked_out = visitor(cast.olga).post(address, editor(one, do="update", lock_reason="A wrong rate"))
    assert 'value="A wrong rate"' in worked_out.text
    one.refresh_from_db()
    assert one.total_minor == 10_000
    assert visitor(cast.olga).post(address, editor(one, do="save", lock_reason="A wrong rate")).status_code == 303
    one.refresh_from_db()
    assert one.total_minor == 9_500
    assert Event.objects.get(name="invoice.revised").reason == "A wrong rate"


def test_recording_a_payment_keeps_what_was_typed_and_asks_an_owner_why(cast: Cast) -> None:
    lock(cast)
    data = {"recording_key": "k", "amount": "40.00", "paid_on": days_ago(10).isoformat(), "mode": "cash"}
    data |= {"reference": "Till 4"}
    address = url(cast, f"payments/new/?customer={cast.bakery.id}")
    refused = visitor(cast.stig).post(address, data | {"lock_reason": "I want to"})
    assert (refused.status_code, "lock_reason" in refused.text) == (422, False)
    asked = visitor(cast.olga).post(address, data)
    assert (asked.status_code, "Till 4" in asked.text, "Do it all the same" in asked.text) == (422, True, True)
    assert visitor(cast.olga).post(address, data | {"lock_reason": "Found in the till"}).status_code == 303
    assert Event.objects.get(name="payment.recorded").reason == "Found in the till"


def test_taking_a_payment_off_asks_an_owner_why(cast: Cast) -> None:
    one = invoice(cast, dated=days_ago(40))
    with clock.travel(by=-timedelta(days=20)):
        payment = pay(cast, cast.bakery, 5_000, {one.id: 5_000})
    lock(cast)
    address = url(cast, f"payments/{payment.id}/invoices/{one.id}/taking-off/")
    asked = visitor(cast.olga).post(address)
    assert (asked.status_code, "Do it all the same" in asked.text) == (409, True)
    assert visitor(cast.olga).post(address, {"lock_reason": "The wrong invoice"}).status_code == 303
    assert Event.objects.get(name="credit.taken_off").reason == "The wrong invoice"


def test_it_speaks_chinese(cast: Cast) -> None:
    type(cast.olga).objects.filter(id=cast.olga.id).update(language="zh-Hans")
    one = invoice(cast, dated=days_ago(40))
    lock(cast)
    asked = visitor(cast.olga).post(url(cast, f"invoices/{one.id}/void/"), {"revision": one.revision})
    for said in ("账目已锁定至", "说明理由后仍可办理", "仍然办理"):
        assert said in asked.text
