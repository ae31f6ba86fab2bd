"""What an owner saves in the settings holds from then on, and a mistake is said beside its field."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from counterfoil.books.organizations import notifications
from counterfoil.books.organizations.models import MailServer, NumberSeries, Organization
from tests.support.books import invoice
from tests.support.cast import Cast, visitor
from tests.support.mail import SmtpSink


def at(cast: Cast, rest: str) -> str:
    return f"/office/{cast.studio.id}/settings/{rest}"


def save(cast: Cast, rest: str, **typed: Any) -> Any:
    return visitor(cast.olga).post(at(cast, rest), {"revision": studio(cast).revision} | typed)


def studio(cast: Cast) -> Any:
    return Organization.objects.get(id=cast.studio.id)


DETAILS = {"name": "Lindqvist & Zhou", "email": "hello@renamed.test", "currency": "GBP", "country": "GB"} | {
    "time_zone": "Europe/London",
    "language": "en",
    "date_format": "medium",
    "fiscal_year_start": "4",
}


def test_what_the_organization_says_of_itself(cast: Cast) -> None:
    assert save(cast, "organization/", **DETAILS).status_code == 303
    assert (studio(cast).name, studio(cast).fiscal_year_start) == ("Lindqvist & Zhou", 4)
    assert "hello@renamed.test" in visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").text
    answer = save(cast, "organization/", **DETAILS | {"email": "nobody"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(file, "PNG")
    file.name = "logo.png"
    file.seek(0)
    return file


def test_colour_and_logo_are_seen_by_whoever_comes_to_the_portal(cast: Cast) -> None:
    assert save(cast, "organization/look/", brand_colour="#aa3355", logo=picture()).status_code == 303
    page = visitor().get("/portal/lindqvist-zhou/account/login/").text
    logo = f"/logo/{cast.studio.id}/{studio(cast).logo_digest}/"
    assert "/brand/aa3355.css" in page
    assert logo in page
    got = visitor().get(logo)
    assert got.headers["Content-Type"].startswith("image/")
    assert Image.open(BytesIO(b"".join(got.streaming_content) if got.streaming else got.content)).size == (40, 40)
    assert "#aa3355" in visitor().get("/brand/aa3355.css").text
    assert visitor().get(f"/logo/{cast.quay.id}/{studio(cast).logo_digest}/").status_code == 404
    assert save(cast, "organization/look/", brand_colour="petrol").status_code == 422


def test_where_the_portal_is_and_what_it_says_at_its_top(cast: Cast) -> None:
    answer = save(cast, "portal/", portal_name="studio", banner="Closed on Friday", **{"module-invoices": "on"})
    assert answer.status_code == 303
    page = visitor(cast.ana).get(f"/portal/studio/{cast.bakery.id}/")
    assert "Closed on Friday" in page.text
    assert "Statements" not in page.text  # a part that was switched off
    assert save(cast, "portal/", portal_name="Not a name").status_code == 422


def test_details_that_are_locked_are_read_by_the_customer_and_no_more(cast: Cast) -> None:
    details = f"/portal/lindqvist-zhou/{cast.bakery.id}/details/"
    assert 'name="company_name"' in visitor(cast.ana).get(f"{details}company/").text
    assert save(cast, "portal/locked-details/", locked=["company_name"]).status_code == 303
    assert 'name="company_name"' not in visitor(cast.ana).get(f"{details}company/").text
    assert save(cast, "portal/locked-details/", locked=["nothing of ours"]).status_code == 422


def test_who_of_the_staff_is_mailed_about_what(cast: Cast) -> None:
    asked = {"invoice.viewed-mail": "on", "invoice.viewed-staff": [str(cast.stig.id)]}
    assert save(cast, "portal/notifications/", **asked).status_code == 303
    kept = notifications.preferences(cast.studio.id)["invoice.viewed"]
    assert (kept.mail_primary, kept.in_list, list(kept.staff_ids)) == (True, False, [cast.stig.id])
    assert save(cast, "portal/notifications/", **{"invoice.viewed-staff": [str(cast.otto.id)]}).status_code == 422


def test_the_next_document_is_numbered_as_its_series_says(cast: Cast) -> None:
    series = NumberSeries.objects.get(organization=cast.studio, kind="invoice")
    assert "INV-" in visitor(cast.olga).get(at(cast, "numbering/")).text
    assert save(cast, f"numbering/{series.id}/", prefix="RE-", next_number="900").status_code == 303
    assert invoice(cast).number == "RE-000900"
    assert save(cast, f"numbering/{series.id}/", prefix="RE-7", next_number="900").status_code == 422


def server(sink: SmtpSink) -> dict[str, Any]:
    return {"host": sink.host, "port": str(sink.port), "security": "none", "sender": "studio@counterfoil.test"}


def test_a_mail_server_is_set_up_tried_out_and_taken_away(cast: Cast, smtp_sink: SmtpSink) -> None:
    assert save(cast, "mail-server/", **server(smtp_sink)).status_code == 303
    page = save(cast, "mail-server/test/", to="olga@elsewhere.test")
    assert "The server accepted the mail. Look into the inbox of olga@elsewhere.test." in page.text
    (mail,) = smtp_sink.messages
    assert (mail["To"], mail["From"]) == ("olga@elsewhere.test", "studio@counterfoil.test")
    answer = visitor(cast.olga).post(at(cast, "mail-server/remove/"), follow=True)
    assert "The mail server was removed. Mail waits until there is another." in answer.text
    assert not MailServer.objects.exists()
    assert "No mail server is set up yet." in save(cast, "mail-server/test/", to="olga@elsewhere.test").text


def test_a_mail_server_without_a_name_is_no_server(cast: Cast, smtp_sink: SmtpSink) -> None:
    answer = save(cast, "mail-server/", **server(smtp_sink) | {"host": "", "port": "99999"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"host", "port"}
    assert not MailServer.objects.exists()


@pytest.mark.parametrize(("number", "status"), [("GB123456789", 303), ("", 422)])
def test_electronic_invoices_need_what_they_must_say_of_the_seller(cast: Cast, number: str, status: int) -> None:
    Organization.objects.filter(id=cast.studio.id).update(tax_id=number)
    answer = save(cast, "electronic-invoices/", is_on="on")
    assert answer.status_code == status
    assert studio(cast).issues_electronic is bool(number)
