"""Signing a quote: what counts as a signature, what is kept with it, and to which revision it belongs."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import organizations, signing_keys
from counterfoil.books.organizations.models import SigningKey
from counterfoil.books.sales import quotes, signing
from counterfoil.books.sales.models import Quote, QuoteRevision, QuoteSignature
from counterfoil.books.sales.signing import Signature
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event
from tests.support.books import quote
from tests.support.cast import Cast, actor
from tests.support.refusals import refused
from tests.support.signing import DRAWN, ask, signed


def test_who_signs_when_from_where_and_what_is_kept(cast: Cast) -> None:
    ask(cast)
    one = quote(cast, extra="40")
    by = replace(cast.by_ana, address="203.0.113.7")
    one = signed(one, by=by, name="  Ana\n Moreau ", chosen=[1])
    kept = QuoteSignature.objects.get()
    assert (kept.name, kept.drawn, kept.email, kept.address) == ("Ana Moreau", "", cast.ana.email, "203.0.113.7")
    assert (kept.signed_by["id"], kept.signed_at) == (cast.ana.id, one.decided_at)
    assert kept.user_agent == "Mozilla/5.0 (X11; Linux x86_64)"
    revision = one.revisions.get()
    assert kept.revision_id == revision.id
    assert kept.sha256 == sha256(signing.signed_bytes(revision.accepted)).hexdigest()
    assert revision.accepted["lines"][1]["is_chosen"] is True
    assert Event.objects.get(name="quote.accepted").data["is_signed"] is True
    assert differences() == []


def test_a_drawing_is_a_signature(cast: Cast) -> None:
    ask(cast)
    signed(quote(cast), by=cast.by_ana, name="", drawn=DRAWN)
    kept = QuoteSignature.objects.get()
    assert (kept.name, kept.drawn) == ("", DRAWN)
    assert signing.strokes(kept.drawn)[1] == [(300, 100), (420, 110)]


@pytest.mark.parametrize("blank", [None, {}, {"name": "  \n"}, {"name": " … ."}, {"drawn": "40,40 60,50"}])
def test_a_blank_one_is_no_signature(cast: Cast, blank: Any) -> None:
    ask(cast)
    one = quote(cast)
    signature = None if blank is None else Signature(**blank)
    with refused("SIGNATURE_MISSING", field="signature_name"):
        quotes.accept(one, by=cast.by_ana, revision=1, signature=signature)
    one.refresh_from_db()
    assert one.state == "sent"


def test_a_name_has_an_end(cast: Cast) -> None:
    ask(cast)
    one = quote(cast)
    with refused("SIGNATURE_TOO_LONG", field="signature_name"):
        signed(one, by=cast.by_ana, name="A" * 101)


@pytest.mark.parametrize(
    "drawn",
    [
        "601,0 0,0 300,100",
        "0,241 300,100",
        "1,2 3",
        "-1,2 300,100",
        "1.5,2 300,100",
        "٣,٤ 300,100",
        "[[1,2],[300,100]]",
        '40,120 300,60"/><script>alert(1)</script>',
        "data:image/svg+xml,<svg onload=alert(1)>",
        ";".join(["0,0 600,240"] * 4_000),
    ],
)
def test_what_is_not_only_strokes_is_refused(cast: Cast, drawn: str) -> None:
    ask(cast)
    one = quote(cast)
    with refused("SIGNATURE_UNREADABLE", field="signature_name"):
        signed(one, by=cast.by_ana, drawn=drawn)


def test_where_nobody_asks_nothing_has_to_be_signed_but_may_be(cast: Cast) -> None:
    quotes.accept(quote(cast), by=cast.by_ana, revision=1)
    assert not QuoteSignature.objects.exists()
    signed(quote(cast), by=cast.by_ana)
    assert QuoteSignature.objects.get().name == "Ana Moreau"


def test_staff_accept_on_the_customers_word_without_a_signature(cast: Cast) -> None:
    ask(cast)
    one = signed(quote(cast), by=cast.by_olga)
    assert (one.state, QuoteSignature.objects.count()) == ("accepted", 0)
    assert Event.objects.get(name="quote.accepted").data["is_signed"] is False


def test_who_came_by_a_link_signs_and_decides_nothing(cast: Cast) -> None:
    one = quote(cast)
    by_link = Actor(kind="link", id=cast.ana.id, organization_id=cast.studio.id, customer_id=cast.bakery.id, link_id=1)
    with refused("NOT_YOURS"):
        signed(one, by=by_link)
    with refused("NOT_YOURS"):
        quotes.decline(one, by=by_link, revision=1)


def test_the_same_person_signing_twice_signed_once_and_another_is_told(cast: Cast) -> None:
    ask(cast)
    one = signed(quote(cast), by=cast.by_ana)
    again = signed(one, by=cast.by_ana, name="Somebody Else")
    assert again.decided_at == one.decided_at
    assert QuoteSignature.objects.get().name == "Ana Moreau"
    with refused("QUOTE_DECIDED") as refusal:
        signed(one, by=actor(cast.sam), name="Sam Okafor")
    assert cast.ana.full_name in str(refusal.value.sentence)


def test_a_signature_is_of_the_revision_that_was_read(cast: Cast) -> None:
    ask(cast)
    one = quote(cast)
    edited(one, cast)
    with refused("QUOTE_CHANGED"):
        quotes.accept(one, by=cast.by_ana, revision=1, signature=Signature(name="Ana Moreau"))


def test_editing_what_was_signed_never_keeps_the_signature(cast: Cast) -> None:
    ask(cast)
    one = signed(quote(cast), by=cast.by_ana)
    one = edited(one, cast)
    assert (one.state, one.revision) == ("sent", 2)
    assert signing.signature_of(one, 2) is None
    old = signing.signature_of(one, 1)
    assert old is not None
    assert old.revision.accepted["lines"][0]["name"] == "Shop sign"
    assert Quote.objects.with_content().get(id=one.id).is_signed is False
    with refused("SIGNATURE_MISSING"):
        quotes.accept(one, by=cast.by_ana, revision=2)
    signed(one, by=cast.by_ana, name="Ana M.")
    assert [one.revision.revision for one in QuoteSignature.objects.order_by("id")] == [1, 2]
    assert [one.is_signed for one in signing.decisions_on(one)] == [True, True]
    assert differences() == []


def test_a_revision_is_signed_once_and_never_with_nothing(cast: Cast) -> None:
    signed(quote(cast), by=cast.by_ana)
    kept = QuoteSignature.objects.get()
    row = {field.attname: getattr(kept, field.attname) for field in kept._meta.concrete_fields} | {"id": kept.id + 1}
    for change in ({}, {"name": "", "drawn": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuoteSignature.objects.create(**row | change)


def test_the_first_file_that_was_made_is_the_one_that_counts(cast: Cast) -> None:
    signed(quote(cast), by=cast.by_ana)
    kept = QuoteSignature.objects.get()
    assert signing.keep_file(kept, b"first") == b"first"
    assert signing.keep_file(kept, b"second") == b"first"


def test_verify_says_when_what_was_signed_is_not_what_is_kept(cast: Cast) -> None:
    one = signed(quote(cast), by=cast.by_ana)
    revision = QuoteRevision.objects.get(document=one)
    changed = revision.accepted | {"total_minor": revision.accepted["total_minor"] + 1}
    QuoteRevision.objects.filter(id=revision.id).update(accepted=changed)
    assert differences() == [f"What was signed of quote {one.id} is not what is kept as accepted."]


def test_the_key_is_made_once_and_kept_encrypted(cast: Cast) -> None:
    assert signing_keys.certificate_of(cast.studio.id) == ""
    key = signing_keys.ready(cast.studio.id)
    assert signing_keys.ready(cast.studio.id).id == key.id
    assert Event.objects.filter(name="organization.signing_key_made").count() == 1
    assert key.key.startswith("-----BEGIN PRIVATE KEY-----")
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "key" FROM "{SigningKey._meta.db_table}"')
        assert "PRIVATE" not in cursor.fetchone()[0]
    assert signing_keys.ready(cast.quay.id).certificate != key.certificate


def test_an_organization_with_a_long_name_and_no_country_has_a_key_too(cast: Cast) -> None:
    type(cast.studio).objects.filter(id=cast.studio.id).update(name="设计 & Co " * 20, country="")
    assert len(signing_keys.fingerprint(signing_keys.ready(cast.studio.id).certificate)) == 95


def test_switching_it_on_makes_the_key_and_only_an_owner_does(cast: Cast) -> None:
    def switch(by: Actor) -> None:
        organizations.change_quotes(
            cast.studio, asks_for_signature=True, accepted_becomes="", revision=cast.studio.revision, by=by
        )

    with refused("NOT_ALLOWED"):
        switch(actor(cast.stig))
    switch(cast.by_olga)
    assert SigningKey.objects.get().organization_id == cast.studio.id


def edited(one: Any, cast: Cast) -> Any:
    content = quotes.content_of(one, list(one.lines.all()))
    changed = [replace(line, name="Shop sign in oak") for line in content.lines]
    return quotes.edit(one, replace(content, lines=changed), by=cast.by_olga, revision=one.revision)
