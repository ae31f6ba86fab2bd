"""Who hears of what was uploaded and shared, by bell and by mail, in which words, and who never does."""

from typing import Any

from counterfoil.books.conversations import comments
from counterfoil.books.files import keeping
from counterfoil.books.organizations import notifications, organizations
from counterfoil.books.organizations.notifications import Preference
from counterfoil.books.sharing import shared_files
from counterfoil.outbound.models import Mail, Notification
from tests.support.books import draft_invoice, invoice
from tests.support.cast import actor, visitor
from tests.support.telling import mailed, readers, spread
from tests.support.uploads import PDF, put, upload


def test_the_office_hears_of_what_a_customer_uploads_and_by_mail_if_it_wants(quiet_cast: Any) -> None:
    cast = quiet_cast
    put(cast.bakery, ("plan.pdf", PDF), by=cast.by_ana)
    spread()
    assert readers("file.uploaded") == {"Olga Lindqvist", "Stig Holm", "Vera Zhou", "Sam Okafor"}
    assert not Mail.objects.exists()
    bell = visitor(cast.stig).get(f"/office/{cast.studio.id}/bell/").text
    assert "Ana Moreau of Harbour Bakery Ltd uploaded “plan.pdf”." in bell
    notifications.change(cast.studio, {"file.uploaded": Preference(mail_primary=True, in_list=True)}, by=cast.by_olga)
    put(cast.bakery, ("a.pdf", PDF), ("b.pdf", PDF), by=cast.by_ana)
    spread()
    (mail,) = Mail.objects.all()
    assert mail.subject == "Ana Moreau of Harbour Bakery Ltd uploaded 2 files."
    assert f"/office/{cast.studio.id}/customers/{cast.bakery.id}/documents/" in mail.text


def test_of_a_document_it_says_which_and_leads_there(quiet_cast: Any, sent: Any) -> None:
    cast = quiet_cast
    put(sent, ("plan.pdf", PDF), by=cast.by_ana)
    spread()
    line = Notification.objects.get(event__name="file.uploaded", staff=cast.stig)
    where = visitor(cast.stig).get(f"/office/{cast.studio.id}/bell/{line.id}/").headers["Location"]
    assert where == f"/office/{cast.studio.id}/invoices/{sent.id}/#files"
    line = Notification.objects.get(event__name="file.uploaded", contact=cast.sam)
    where = visitor(cast.sam).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/{line.id}/").headers["Location"]
    assert where == f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{sent.id}/#files"


def test_customers_hear_of_what_is_shared_each_in_their_language(quiet_cast: Any) -> None:
    cast = quiet_cast
    put(cast.bakery, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    put(cast.yunshan, ("合同.pdf", PDF), by=cast.by_olga, shown=True)
    spread()
    assert mailed("file_shared") == {"ana@harbour.test", "sam@harbour.test", "wei@yunshan.test"}
    assert readers("file.shared") == {"Ana Moreau", "Sam Okafor", str(cast.wei)}
    mail = Mail.objects.get(recipient="ana@harbour.test")
    assert mail.subject == "Lindqvist & Zhou Studio shares a document with you"
    assert "Olga Lindqvist shared “plan.pdf” with you." in mail.text
    assert f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/" in mail.text
    assert "合同.pdf" in Mail.objects.get(recipient="wei@yunshan.test").text
    assert "文件" in Mail.objects.get(recipient="wei@yunshan.test").subject


def test_of_a_document_those_hear_who_take_part_in_it(quiet_cast: Any, sent: Any) -> None:
    cast = quiet_cast
    put(sent, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    spread()
    assert mailed("file_shared") == {"ana@harbour.test"}
    assert readers("file.shared") == {"Ana Moreau"}
    mail = Mail.objects.get()
    assert f"invoices/{sent.id}/#files" in mail.text
    assert f"added “plan.pdf” to {sent.number}." in mail.text


def test_nobody_of_the_customer_hears_of_what_only_we_see(quiet_cast: Any, sent: Any) -> None:
    cast = quiet_cast
    file = put(cast.bakery, ("margin.pdf", PDF), by=cast.by_olga)
    put(sent, ("margin.pdf", PDF), by=cast.by_olga)
    put(draft_invoice(cast), ("margin.pdf", PDF), by=cast.by_olga, shown=True)
    with keeping.taken_in([upload("margin.pdf", PDF)]) as kept:
        comments.add(sent, "For us", by=cast.by_olga, files=kept)
    shared_files.remove(file, by=actor(cast.stig))
    spread()
    assert not Mail.objects.filter(customer=cast.bakery).exclude(template="office_notice").exists()
    assert not Notification.objects.filter(contact__isnull=False, event__name__startswith="file.").exists()


def test_where_the_portal_has_no_page_of_them_nobody_is_sent_there(quiet_cast: Any) -> None:
    cast = quiet_cast
    cast.studio.refresh_from_db()
    organizations.change_portal(
        cast.studio,
        portal_name="lindqvist-zhou",
        banner="",
        switches={"documents": False},
        revision=cast.studio.revision,
        by=cast.by_olga,
    )
    put(cast.bakery, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    spread()
    assert not Mail.objects.filter(template="file_shared").exists()
    assert readers("file.shared") == set()
    put(invoice(cast), ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    spread()
    assert Mail.objects.filter(template="file_shared").exists()
