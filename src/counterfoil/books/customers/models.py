"""Who the business sells to, the people there, and who of them may open the portal."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.formats import person_name
from counterfoil.foundation.ids import Row
from counterfoil.foundation.tokens import MailedSecret

ADDRESS_KEYS = ("attention", "street", "street2", "city", "region", "postal_code", "country", "phone")


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Questions about customers."""

    def present(self) -> "CustomerQuerySet":
        """Those that were not merged into another one."""
        return self.filter(merged_into__isnull=True)

    def of(self, organization: Organization) -> "CustomerQuerySet":
        return self.filter(organization=organization).present()


class Customer(Row):
    """A company or person that the organization sells to, in one currency."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        INDIVIDUAL = "individual", _("Individual")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)  # display name, case-folded: sorted and unique by this
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.COMPANY)
    company_name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    currency_fixed = models.BooleanField(default=False)  # with the first posting, or the first project
    language = models.CharField(max_length=10, default="en")
    payment_days = models.PositiveSmallIntegerField(default=30)
    tax_id = models.CharField(max_length=50, blank=True)
    is_tax_exempt = models.BooleanField(default=False)
    exemption_reason = models.CharField(max_length=200, blank=True)
    billing_address = models.JSONField(default=dict)
    shipping_address = models.JSONField(default=dict)
    notes = models.TextField(blank=True)
    may_pay_by_bank = models.BooleanField(default=False)
    stops_reminders = models.BooleanField(default=False)  # nobody is reminded by itself
    revision = models.PositiveIntegerField(default=1)
    making_key = models.CharField(max_length=43, blank=True)  # of the form that made it, so that sending twice is once
    made_at = models.DateTimeField()
    # Who has all that was this customer's, since they were found to be the same. Never one that was merged itself.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(null=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name_key"],
                condition=Q(merged_into__isnull=True),
                name="customer_name_once",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False) & ~Q(merged_into=F("id")),
                name="customer_merged_into_another",
            ),
            models.UniqueConstraint(
                fields=["organization", "making_key"], condition=~Q(making_key=""), name="customer_made_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="customer_newest")]

    def __str__(self) -> str:
        return self.display_name


class CustomerWord(Row):
    """A word of a customer's name, or two characters that follow each other in it: by what it is found."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "word"], name="customer_word_once")]
        indexes = [models.Index(fields=["organization", "word", "customer"], name="customer_word")]


class ContactPersonQuerySet(models.QuerySet["ContactPerson"]):
    """Questions about contact persons."""

    def current(self) -> "ContactPersonQuerySet":
        """Those who were not retired."""
        return self.filter(retired_at__isnull=True)

    def who_are(self, ids: Iterable[int]) -> "ContactPersonQuerySet":
        """Those with these ids, and who stands by now for those of them that were found to be the same person."""
        ids = list(ids)
        gone = ContactPerson.objects.filter(id__in=ids, same_as__isnull=False)
        return self.filter(Q(id__in=ids) | Q(id__in=gone.values("same_as")))

    def with_access(self) -> "ContactPersonQuerySet":
        """Those who may open the portal now."""
        return self.current().filter(access=ContactPerson.Access.ENABLED)


class ContactPerson(Row):
    """Somebody at a customer. The user is who accepted the invitation, not whoever has the e-mail written here."""

    class Access(models.TextChoices):
        DISABLED = "disabled", _("Disabled")
        INVITED = "invited", _("Invited")
        ENABLED = "enabled", _("Enabled")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    salutation = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    mobile = models.CharField(max_length=50, blank=True)
    designation = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, default="en")
    mails_off = models.JSONField(default=list)  # what they do without: `mail_choices`
    is_primary = models.BooleanField(default=False)
    access = models.CharField(max_length=20, choices=Access.choices, default=Access.DISABLED)
    enabled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    links_ended_at = models.DateTimeField(null=True)  # what was mailed to them before opens nothing any more
    retired_at = models.DateTimeField(null=True)
    # Who stands for this person since their customers were merged and turned out to have them both.
    same_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    making_key = models.CharField(max_length=43, blank=True)
    made_at = models.DateTimeField()

    objects = ContactPersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "email"],
                condition=Q(retired_at__isnull=True) & ~Q(email=""),
                name="contact_email_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "making_key"], condition=~Q(making_key=""), name="contact_made_once"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_primary=True, retired_at__isnull=True), name="contact_one_primary"
            ),
            models.UniqueConstraint(
                fields=["customer", "user"],
                condition=Q(retired_at__isnull=True, user__isnull=False, access="enabled"),
                name="contact_user_once",
            ),
            models.CheckConstraint(
                condition=~Q(access="enabled") | Q(user__isnull=False, enabled_at__isnull=False),
                name="contact_enabled_has_user_and_time",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(access="disabled"), name="contact_retired_has_no_access"
            ),
            models.CheckConstraint(
                condition=Q(same_as__isnull=True) | Q(retired_at__isnull=False), name="contact_same_is_retired"
            ),
        ]
        indexes = [models.Index(fields=["user", "customer"], name="contact_user")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name as its script writes it, in Chinese family name first without a space; failing that, the e-mail."""
        return person_name(self.first_name, self.last_name) or self.email


class Invitation(MailedSecret):
    """A contact person's way in. The link works once, and only for the address that it went to."""

    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="invitations")
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="invitation_one_open",
            )
        ]
