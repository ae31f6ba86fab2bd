"""**Invite to portal** for customers that are ticked in the list: once each, with who was left out and why."""

from typing import Any

import pytest

from counterfoil.books.customers import portal_access
from counterfoil.books.customers.models import ContactPerson, Customer, Invitation
from counterfoil.books.organizations import staff
from counterfoil.outbound import batches, spreading
from counterfoil.outbound.models import Batch, Mail
from tests.support.attacks import Page, nothing_changes
from tests.support.cast import Cast, person, visitor
from tests.support.merging import duplicate
from tests.support.refusals import refused


@pytest.fixture
def five(cast: Cast) -> dict[str, Any]:
    """One customer of each kind, by what stands in the way."""
    made = {name: duplicate(cast, name) for name in ("Fine", "Invited", "No address", "Nobody")}
    for name, email in (("Fine", "fay@fine.test"), ("Invited", "ina@invited.test"), ("No address", "")):
        person(made[name], name, "Person", email, by=cast.by_olga, access=False)
    first = ContactPerson.objects.get(customer=made["Invited"])
    portal_access.configure(made["Invited"], {first.id}, by=cast.by_olga)
    return made | {"Enabled": cast.bakery}


def list_of(cast: Cast) -> str:
    return f"/office/{cast.studio.id}/customers/"


def ask(client: Any, cast: Cast, customers: Any) -> Any:
    (form,) = [form for form in Page(client.get(list_of(cast)).text).forms if "batch_key" in form.values]
    sent = {"document": [one.id for one in customers], "batch_key": form.values["batch_key"]}
    return client.post(f"{list_of(cast)}invitations/", sent)


def test_each_is_invited_once_and_who_is_left_out_is_told_with_why(cast: Cast, five: dict[str, Any]) -> None:
    olga = visitor(cast.olga)
    answer = ask(olga, cast, five.values())
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert "Inviting to the portal" in olga.get(page).text
    before = Invitation.objects.count()
    assert batches.run_due() == 1
    assert Invitation.objects.count() == before + 1
    text = olga.get(page).text
    for words in (
        "1 person was invited.",
        "There is no contact person yet. Add one first.",
        "No address Person has no e-mail address",
        "Invited Person was invited before and hasn&#x27;t accepted yet.",
        "Ana Moreau has access already.",
        f'href="{list_of(cast)}"',
    ):
        assert words in text
    while spreading.spread_due():
        pass
    assert Mail.objects.filter(template="portal_invitation", recipient="fay@fine.test").count() == 1
    assert ContactPerson.objects.get(customer=five["Fine"]).access == "invited"


def test_a_worker_that_died_goes_on_and_invites_nobody_twice(cast: Cast, five: dict[str, Any]) -> None:
    ask(visitor(cast.olga), cast, five.values())
    batch = Batch.objects.get()
    Batch.objects.filter(id=batch.id).update(done=3)
    batches.run_due()
    batch.refresh_from_db()
    assert (batch.done, len(batch.refused)) == (5, 2)


def test_sending_the_form_twice_is_one_batch_and_ticking_nothing_none(cast: Cast, five: dict[str, Any]) -> None:
    olga = visitor(cast.olga)
    (form,) = [form for form in Page(olga.get(list_of(cast)).text).forms if "batch_key" in form.values]
    sent = {"document": [five["Fine"].id], "batch_key": form.values["batch_key"]}
    places = {olga.post(f"{list_of(cast)}invitations/", sent).headers["Location"] for _ in range(2)}
    assert (len(places), Batch.objects.count()) == (1, 1)
    assert ask(olga, cast, ()).headers["Location"] == list_of(cast)
    assert "Tick at least one customer first." in olga.get(list_of(cast)).text


def test_only_who_may_invite_does_and_only_their_own_customers(cast: Cast, five: dict[str, Any]) -> None:
    vera, otto = visitor(cast.vera), visitor(cast.otto)
    assert "data-select-all" not in vera.get(list_of(cast)).text
    with nothing_changes("inviting"):
        assert vera.post(f"{list_of(cast)}invitations/", {"document": [five["Fine"].id]}).status_code == 403
        otto.post(f"/office/{cast.quay.id}/customers/invitations/", {"document": [five["Fine"].id]})
        olga = visitor(cast.olga)
        together = f"/office/{cast.studio.id}/invoices/together/"
        assert olga.post(together, {"document": [five["Fine"].id], "act": "invite"}).status_code == 404


def test_who_was_demoted_meanwhile_invites_nobody(cast: Cast, five: dict[str, Any]) -> None:
    ask(visitor(cast.stig), cast, [five["Fine"]])
    staff.change_role(cast.stig, role="viewer", by=cast.by_olga)
    batches.run_due()
    assert ContactPerson.objects.get(customer=five["Fine"]).access == "disabled"
    assert Batch.objects.get().refused


def test_the_verb_refuses_in_words(cast: Cast, five: dict[str, Any]) -> None:
    for name, code in (("Nobody", "NOBODY"), ("No address", "NO_EMAIL"), ("Invited", "ALREADY_INVITED")):
        with refused(code):
            portal_access.invite_primary(five[name], by=cast.by_olga)
    with refused("HAS_ACCESS"):
        portal_access.invite_primary(Customer.objects.get(id=cast.bakery.id), by=cast.by_olga)
    with refused("NOT_ALLOWED"):
        portal_access.invite_primary(five["Fine"], by=cast.by_ana)
