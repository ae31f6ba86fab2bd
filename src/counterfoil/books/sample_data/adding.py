"""Sample data is added: an organization of its own, made in one transaction, for whoever adds it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.accounts.models import User
from counterfoil.books.organizations import organizations, staff
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .chinese import CHINESE
from .english import ENGLISH
from .making import Bakery
from .words import Words

WORDS = {"zh-Hans": CHINESE}


@transaction.atomic
def add(organization: Organization, *, by: Actor) -> Organization:
    """Give an organization its sample data, in the language and under the account of the owner who adds it.

    Raises Refused: NOT_ALLOWED, SAMPLE (it is sample data itself), SAMPLE_THERE.
    """
    # One after the other for each organization, but nobody who writes for it waits.
    organization = Organization.objects.select_for_update(no_key=True).defer("logo").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    if organization.is_sample:
        raise Refused("SAMPLE", _("This is sample data already."))
    if Organization.objects.filter(sample_of=organization).exists():
        raise Refused("SAMPLE_THERE", _("There is sample data already. Remove it before you add it anew."))
    member = StaffMember.objects.get(id=by.id or 0)
    words = WORDS.get(member.language, ENGLISH)
    sample = _found(organization, member, words)
    owner = staff.actor(StaffMember.objects.get(organization=sample), address=by.address)
    Bakery(sample, words, owner=owner).live()
    record("sample_data.added", organization, by=by, audience="office")
    return sample


def _found(organization: Organization, member: StaffMember, words: Words) -> Organization:
    """With the currency and the clock of the real one, so that figures and days look familiar."""
    user = User.objects.get(id=member.user_id or 0)
    details = organizations.Details(
        name=words.organization,
        email=words.email,
        street=words.street,
        city=words.city,
        country=organization.country,
        currency=organization.currency,
        time_zone=organization.time_zone,
        language=member.language,
        date_format=organization.date_format,
        fiscal_year_start=organization.fiscal_year_start,
    )
    founder = organizations.Founder(name=member.name, email=user.email, language=member.language, account_id=user.id)
    return organizations.found(details, founder, sample_of=organization)
