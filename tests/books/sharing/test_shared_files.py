"""Who may upload what to what, who sees it, and who may take it away."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.conversations import comments
from counterfoil.books.customers import portal_access
from counterfoil.books.files import keeping
from counterfoil.books.files.models import StoredFile
from counterfoil.books.sales import document_links
from counterfoil.books.sharing import shared_files
from counterfoil.foundation.events import Event
from tests.support import mailed
from tests.support.books import credit_note, draft_invoice, invoice, order, quote, retainer
from tests.support.cast import Cast, actor
from tests.support.refusals import refused
from tests.support.switches import switch
from tests.support.uploads import PDF, picture, put, upload

KEY = "a-form-of-twenty-two-c"


def told(name: str) -> list[tuple[bool, bool]]:
    return [(one.for_office, one.for_customer) for one in Event.objects.filter(name=name).order_by("id")]


def test_what_ana_uploads_to_the_account_both_sides_see(cast: Cast) -> None:
    file = put(cast.bakery, ("Ofen\u202e.png", picture()), by=cast.by_ana)
    assert (file.name, file.kind, file.is_shown, file.contact_id) == ("Ofen.png", "png", True, cast.ana.id)
    assert (file.organization_id, file.customer_id) == (cast.studio.id, cast.bakery.id)
    assert (file.document_kind, file.document_id, file.comment_id) == ("", None, None)
    assert len(file.sha256) == 64
    event = Event.objects.get(name="file.uploaded")
    assert (event.subject_kind, event.subject_id) == ("customer", cast.bakery.id)
    assert event.data["files"] == [{"id": str(file.id), "name": "Ofen.png"}]
    assert told("file.uploaded") == [(True, True)]


def test_what_the_office_uploads_is_its_own_unless_it_is_shown(cast: Cast) -> None:
    own, shown = put(cast.bakery, by=cast.by_olga), put(cast.bakery, by=cast.by_olga, shown=True)
    assert (own.is_shown, shown.is_shown) == (False, True)
    assert (told("file.added"), told("file.shared")) == ([(True, False)], [(True, True)])


@pytest.mark.parametrize("make", [invoice, quote, order, retainer, credit_note])
def test_files_belong_to_documents_of_every_type(cast: Cast, make: Any) -> None:
    switch(cast, sales_orders=True)
    one = make(cast)
    file = put(one, by=cast.by_ana)
    assert (file.document_kind, file.document_id) == (one.kind(), one.id)
    assert list(StoredFile.objects.on(one)) == [file]


def test_what_is_put_to_a_draft_is_told_to_nobody_of_the_customer(cast: Cast) -> None:
    put(draft_invoice(cast), by=cast.by_olga, shown=True)
    assert told("file.added") == [(True, False)]
    assert told("file.shared") == []


def test_the_same_form_sent_again_adds_it_once_and_another_file_with_it_too(cast: Cast) -> None:
    first = put(cast.bakery, by=cast.by_ana, making_key=KEY)
    assert put(cast.bakery, by=cast.by_ana, making_key=KEY) == first
    assert put(cast.bakery, ("other.pdf", PDF), by=cast.by_ana, making_key=KEY) != first
    shared_files.remove(first, by=cast.by_ana)
    assert put(cast.bakery, by=cast.by_ana, making_key=KEY) != first


def test_nobody_uploads_for_another_customer_or_organization_or_to_a_draft(cast: Cast) -> None:
    one, draft = invoice(cast), draft_invoice(cast)
    for subject, person in (
        (cast.bakery, cast.bruno),
        (one, cast.bruno),
        (one, cast.fia),
        (draft, cast.ana),
    ):
        with refused("NOT_YOURS"):
            put(subject, by=actor(person))
    for person in (cast.otto, cast.vera):
        with refused("NOT_ALLOWED"):
            put(one, by=actor(person))


def test_who_lost_access_or_came_by_a_link_uploads_nothing(cast: Cast) -> None:
    by_link = document_links.bearer(mailed.mail(cast).link)
    with refused("NOT_ALLOWED"):
        put(cast.bakery, by=by_link)
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga, seen={cast.ana.id, cast.sam.id})
    with refused("NOT_YOURS"):
        put(cast.bakery, by=cast.by_ana)


def test_where_customers_may_not_upload_only_the_office_does(cast: Cast) -> None:
    one = invoice(cast)
    switch(cast, uploads=False)
    for subject in (cast.bakery, one):
        with refused("UPLOADS_OFF"):
            put(subject, by=cast.by_ana)
    with refused("UPLOADS_OFF"), keeping.taken_in([upload("a.pdf", PDF)]) as kept:
        comments.add(one, "Here it is", by=cast.by_ana, files=kept)
    put(one, by=cast.by_olga)
    switch(cast, uploads=True, documents=False)
    put(one, by=cast.by_ana)
    with refused("UPLOADS_OFF"):
        put(cast.bakery, by=cast.by_ana)


def test_the_office_shows_a_file_and_hides_it_again(cast: Cast) -> None:
    file = put(cast.bakery, by=cast.by_olga)
    by_stig = actor(cast.stig)
    assert shared_files.share(file, by=by_stig).is_shown
    assert shared_files.share(file, by=by_stig).is_shown
    assert told("file.shared") == [(True, True)]
    assert not shared_files.withdraw(file, by=by_stig).is_shown
    assert told("file.withdrawn") == [(True, False)]
    for verb in (shared_files.share, shared_files.withdraw, shared_files.remove):
        for person in (cast.vera, cast.otto):
            with refused("NOT_ALLOWED"):
                verb(file, by=actor(person))
    with refused("NOT_ALLOWED"):
        shared_files.share(file, by=cast.by_ana)


def test_what_is_the_customers_own_is_not_hidden_from_them(cast: Cast) -> None:
    file = put(cast.bakery, by=cast.by_ana)
    with refused("SAID"):
        shared_files.withdraw(file, by=cast.by_olga)


def test_who_uploaded_it_to_the_account_removes_it_once(cast: Cast) -> None:
    file, of_office = put(cast.bakery, by=cast.by_ana), put(cast.bakery, by=cast.by_olga, shown=True)
    for one, person in ((file, cast.sam), (file, cast.bruno), (of_office, cast.ana)):
        with refused("NOT_YOURS"):
            shared_files.remove(one, by=actor(person))
    removed = shared_files.remove(file, by=cast.by_ana)
    assert removed.removed_by["name"] == "Ana Moreau"
    with refused("REMOVED"):
        shared_files.remove(file, by=cast.by_ana)
    assert told("file.removed") == [(True, False)]
    assert StoredFile.objects.present().get() == of_office


def test_what_was_sent_stays_as_it_was_unless_an_owner_takes_it_away(cast: Cast) -> None:
    one = invoice(cast)
    theirs, ours, internal = put(one, by=cast.by_ana), put(one, by=cast.by_olga, shown=True), put(one, by=cast.by_olga)
    by_stig = actor(cast.stig)
    with refused("NOT_YOURS"):
        shared_files.remove(theirs, by=cast.by_ana)
    for file in (theirs, ours):
        with refused("NOT_ALLOWED"):
            shared_files.remove(file, by=by_stig)
    with refused("NOT_ALLOWED"):
        shared_files.withdraw(ours, by=by_stig)
    shared_files.remove(internal, by=by_stig)
    shared_files.remove(ours, by=cast.by_olga)
    assert list(StoredFile.objects.present()) == [theirs]


def test_what_is_put_to_a_draft_anybody_of_the_staff_takes_away(cast: Cast) -> None:
    file = put(draft_invoice(cast), by=cast.by_olga, shown=True)
    assert shared_files.remove(file, by=actor(cast.stig)).removed_at


def test_whoever_reads_a_comment_sees_its_files(cast: Cast) -> None:
    one = invoice(cast)
    for shown in (False, True):
        with keeping.taken_in([upload("a.pdf", PDF)]) as kept:
            said = comments.add(one, f"Here it is {shown}", by=cast.by_olga, shown=shown, files=kept)
        file = StoredFile.objects.get(comment_id=said.id)
        assert (file.is_shown, file.document_id) == (shown, one.id)
        for verb in (shared_files.share, shared_files.withdraw):
            with refused("SAID"):
                verb(file, by=cast.by_olga)
    with keeping.taken_in([upload("a.pdf", PDF)]) as kept:
        said = comments.add(cast.bakery, "For us", by=cast.by_olga, files=kept)
    assert not StoredFile.objects.get(comment_id=said.id).is_shown


def test_the_database_holds_the_walls_too(cast: Cast) -> None:
    file = put(cast.bakery, by=cast.by_ana)
    for wrong in ({"is_shown": False}, {"document_id": 7}, {"document_kind": "invoice"}, {"removed_by": {"kind": "x"}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.filter(id=file.id).update(**wrong)
