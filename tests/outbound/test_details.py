"""The office hears of details that customers change: bell and mail at first, with what was and what is."""

from typing import Any

from counterfoil.books.customers import own_details
from counterfoil.outbound.models import Mail, Notification
from tests.support.cast import visitor
from tests.support.telling import readers, spread


def test_the_office_is_told_by_bell_and_mail_and_is_led_to_what_changed(cast: Any) -> None:
    spread()
    Mail.objects.all().delete()
    own_details.change_person(cast.ana, {"email": "ana@new.test", "phone": "1"}, by=cast.by_ana, revision=1)
    own_details.change_customer(cast.bakery, {"tax_id": "GB1"}, by=cast.by_ana, revision=1)
    spread()
    assert readers("details.updated") == {"Olga Lindqvist", "Stig Holm", "Vera Zhou"}
    first, second = Mail.objects.order_by("id")
    assert first.recipient == second.recipient == "hello@lindqvist-zhou.test"
    assert first.subject == "Ana Moreau of Harbour Bakery Ltd changed their details."
    assert "E-mail: ana@harbour.test → ana@new.test" in first.text
    assert "Phone: empty → 1" in first.text
    assert second.subject == "Ana Moreau changed the details of Harbour Bakery Ltd."
    where = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/changes/"
    assert where in first.text
    line = Notification.objects.filter(staff=cast.stig, event__name="details.updated").first()
    assert line is not None
    assert visitor(cast.stig).get(f"/office/{cast.studio.id}/bell/{line.id}/").headers["Location"] == where
    assert visitor(cast.stig).get(where).status_code == 200
