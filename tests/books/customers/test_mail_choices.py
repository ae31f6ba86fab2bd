"""Which mails somebody does without, said in the portal or from a mail, and what comes all the same."""

from counterfoil.books.customers import contacts, mail_choices
from counterfoil.books.customers.models import ContactPerson
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.refusals import refused


def off(contact):
    return ContactPerson.objects.get(id=contact.id).mails_off


def by_mail(contact):
    return Actor("link", contact.id, contact.full_name, contact.organization_id, contact.customer_id)


def test_at_first_everything_comes(cast):
    assert all(mail_choices.is_wanted(cast.ana, kind.key) for kind in mail_choices.OPTIONAL)


def test_what_is_not_chosen_is_off_and_only_for_that_person(cast):
    mail_choices.choose(cast.ana, {"reply", "invoice"}, by=cast.by_ana)
    assert (off(cast.ana), off(cast.sam)) == (["file_shared"], [])
    mail_choices.choose(cast.ana, {"reply"}, by=cast.by_ana)
    assert Event.objects.get(name="contact.mails_chosen").data["off"] == {"was": [], "now": ["file_shared"]}


def test_from_a_mail_one_kind_is_switched_and_the_others_stay(cast):
    mail_choices.choose(cast.ana, {"reply"}, by=cast.by_ana)
    for _ in range(2):
        mail_choices.switch(cast.ana, "reply", is_wanted=False, by=by_mail(cast.ana))
    assert off(cast.ana) == ["reply", "file_shared"]
    mail_choices.switch(cast.ana, "file_shared", is_wanted=True, by=by_mail(cast.ana))
    assert off(cast.ana) == ["reply"]


def test_what_always_comes_cant_be_switched_off(cast):
    mail_choices.switch(cast.ana, "invoice", is_wanted=False, by=cast.by_ana)
    assert off(cast.ana) == []
    assert mail_choices.kind_of("receipt") is None


def test_nobody_chooses_for_somebody_else(cast):
    for by in (actor(cast.sam), cast.by_olga, by_mail(cast.sam), actor(cast.bruno)):
        with refused("NOT_YOURS"):
            mail_choices.choose(cast.ana, set(), by=by)
        with refused("NOT_YOURS"):
            mail_choices.switch(cast.ana, "reply", is_wanted=False, by=by)


def test_a_token_is_good_for_one_person_kind_and_address(cast):
    token = mail_choices.token_of(cast.ana, "reply")
    assert mail_choices.find(cast.ana.id, "reply", token, organization_id=cast.studio.id) == cast.ana
    for contact_id, kind, organization_id in (
        (cast.sam.id, "reply", cast.studio.id),
        (cast.ana.id, "file_shared", cast.studio.id),
        (cast.ana.id, "invoice", cast.studio.id),
        (cast.ana.id, "reply", cast.quay.id),
    ):
        assert mail_choices.find(contact_id, kind, token, organization_id=organization_id) is None
    assert mail_choices.find(cast.ana.id, "reply", f"{token}é", organization_id=cast.studio.id) is None
    contacts.edit(cast.ana, contacts.ContactContent(first_name="Ana", email="a@new.test"), by=cast.by_olga, revision=1)
    assert mail_choices.find(cast.ana.id, "reply", token, organization_id=cast.studio.id) is None
