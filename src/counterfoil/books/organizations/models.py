"""The business: what it is called, who works there, and how its documents are numbered and taxed."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.encryption import EncryptedField
from counterfoil.foundation.ids import Row
from counterfoil.foundation.tokens import MailedSecret


class WhatAQuoteBecomes(models.TextChoices):
    """What is made of an accepted quote by itself."""

    NOTHING = "", _("Nothing, until somebody makes it")
    INVOICE = "invoice", _("A draft invoice")
    SALES_ORDER = "sales_order", _("A sales order")
    RETAINER_INVOICE = "retainer_invoice", _("A draft retainer invoice")


def usual_reminder_days() -> list[int]:
    """When customers are reminded where nobody chose."""
    return [3, 7, 14]


class Organization(Row):
    """A business with its own books, staff, customers and portal."""

    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    street2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    email = models.EmailField()
    website = models.URLField(blank=True)
    tax_id = models.CharField(max_length=50, blank=True)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en")
    date_format = models.CharField(max_length=20, default="medium")
    fiscal_year_start = models.PositiveSmallIntegerField(default=1)

    brand_colour = models.CharField(max_length=6, default="17616f")
    logo = models.BinaryField(default=b"", blank=True)
    logo_kind = models.CharField(max_length=20, blank=True)
    logo_digest = models.CharField(max_length=32, blank=True)

    asks_for_signature = models.BooleanField(default=False)  # when a customer accepts a quote
    accepted_quote_becomes = models.CharField(max_length=20, choices=WhatAQuoteBecomes.choices, blank=True)
    bills_approved_only = models.BooleanField(default=False)  # of time: what its customer approved, and no other
    reminds = models.BooleanField(default=False)  # customers of what they owe, by itself
    reminder_days = models.JSONField(default=usual_reminder_days)  # after the due date; below zero, before it
    reminder_hour = models.PositiveSmallIntegerField(default=9)  # in the organization's time zone
    reminded_since = models.DateField(null=True)  # the day from which the days as they are now hold
    issues_electronic = models.BooleanField(default=False)  # the PDF of an invoice carries it for machines too
    two_step_for_customers = models.BooleanField(default=False)  # nothing of the portal opens without a second step
    two_step_for_staff = models.BooleanField(default=False)
    banner = models.CharField(max_length=500, blank=True)
    modules = models.JSONField(default=dict)
    locked_details = models.JSONField(default=list)  # what customers can't change of their details: `locked_details`

    mail_name = models.CharField(max_length=100, blank=True)  # whom mails say they are from; else by `name`
    reply_to = models.EmailField(blank=True)  # where answers to mails go; else to `email`

    bank_holder = models.CharField(max_length=200, blank=True)
    bank_name = models.CharField(max_length=200, blank=True)
    bank_account = models.CharField(max_length=64, blank=True)
    bank_code = models.CharField(max_length=32, blank=True)

    locked_until = models.DateField(null=True)  # nothing is posted or changed on or before it

    # Whose sample data this is: then nothing in it is real, no mail goes out of it, and it can be removed whole.
    sample_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")

    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def is_sample(self) -> bool:
        return self.sample_of_id is not None

    @property
    def address(self) -> dict[str, str]:
        """The postal address as the plain fields that `formats.address_lines` takes."""
        keys = ("street", "street2", "city", "region", "postal_code", "country")
        return {key: getattr(self, key) for key in keys}


class SigningKey(Row):
    """With what an organization seals what was signed. Nobody but itself vouches for its certificate."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+")
    key = EncryptedField()  # PKCS #8 as PEM
    certificate = models.TextField()  # X.509 as PEM
    made_at = models.DateTimeField()


class PortalName(Row):
    """A name that leads, or once led, to an organization's portal. A given-up name redirects and stays reserved."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    name = models.SlugField(max_length=63, unique=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_current=True), name="portal_name_one_current"
            )
        ]


class Role(models.TextChoices):
    """What a staff member may do in the office."""

    OWNER = "owner", _("Owner")
    STAFF = "staff", _("Staff")
    TIMESHEET = "timesheet", _("Timesheet staff")
    VIEWER = "viewer", _("Viewer")


class StaffQuerySet(models.QuerySet["StaffMember"]):
    """Staff, asked for by what they may do."""

    def at_work(self) -> "StaffQuerySet":
        """Who works there now. In sample data these are owners of the real organization, as long as they are."""
        owners = StaffMember.objects.filter(
            organization_id=OuterRef("organization__sample_of_id"),
            user_id=OuterRef("user_id"),
            role=Role.OWNER,
            removed_at__isnull=True,
        )
        is_real = Q(organization__sample_of__isnull=True)
        return self.filter(is_real | Exists(owners), removed_at__isnull=True)

    def told_of_business(self) -> "StaffQuerySet":
        """Who joined, works there still, and reads more than their own time: the others hear of nothing."""
        here = self.filter(removed_at__isnull=True, joined_at__isnull=False)
        return here.exclude(role=Role.TIMESHEET)


class StaffMember(Row):
    """A person who works for an organization. Removing one keeps their name on what they did."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    language = models.CharField(max_length=10, default="en")
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"], condition=Q(removed_at__isnull=True), name="staff_email_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "user"],
                condition=Q(removed_at__isnull=True, user__isnull=False),
                name="staff_user_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffInvitation(MailedSecret):
    """An open door for one address. The link works once."""

    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="invitations")
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="staff_invitation_one_open",
            )
        ]

    @property
    def organization_id(self) -> int:
        return self.member.organization_id


class SetupLink(models.Model):
    """The way to an organization that is not there yet. At most one row; its token is used once."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    nonce = models.CharField(max_length=43)
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="setup_link_only_one")]

    def __str__(self) -> str:
        return "the setup link"


class TaxRate(Row):
    """A rate of tax, or a group of rates that are charged together. Percent is that of a rate; a group's is derived."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    percent = models.DecimalField(max_digits=8, decimal_places=4, default=Decimal(0))
    is_group = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"], condition=Q(retired_at__isnull=True), name="tax_name_once"
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True, retired_at__isnull=True), name="tax_one_default"
            ),
            models.CheckConstraint(condition=Q(percent__gte=0) & Q(percent__lte=100), name="tax_percent_range"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxComponent(Row):
    """One rate inside a group. A compound one is charged on the base and the components before it."""

    group = models.ForeignKey(TaxRate, on_delete=models.CASCADE, related_name="components")
    rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    is_compound = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["group", "rate"], name="tax_component_once")]


class DocumentKind(models.TextChoices):
    """What gets a number of its own series."""

    QUOTE = "quote", _("Quote")
    SALES_ORDER = "sales_order", _("Sales order")
    INVOICE = "invoice", _("Invoice")
    RETAINER_INVOICE = "retainer_invoice", _("Retainer invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    PAYMENT = "payment", _("Payment")
    APPROVAL = "approval", _("Customer approval")


class NumberSeries(Row):
    """The prefix and next number of one kind of document. The row is the counter that is locked last and briefly."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    prefix = models.CharField(max_length=20)
    next_number = models.PositiveBigIntegerField(default=1)
    given = models.PositiveBigIntegerField(default=0)  # how many were given
    earlier = models.JSONField(default=dict)  # prefix given up → the first number that was not yet given under it
    digits = models.PositiveSmallIntegerField(default=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="number_series_once")]

    def written(self, number: int) -> str:
        """A number of this series as it stands on the document: INV-000042."""
        return f"{self.prefix}{number:0{self.digits}d}"


class ExternalId(Row):
    """What something that was brought over is called where it came from, so that it is brought once."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)  # what it became here: "customer", "invoice"
    external_id = models.CharField(max_length=100)
    row_id = models.BigIntegerField()
    stated_minor = models.BigIntegerField(null=True)  # what is still owed of it, as its file says

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "source", "kind", "external_id"], name="external_id_once")
        ]
        indexes = [models.Index(fields=["organization", "kind", "row_id"], name="external_id_row")]


class MailServer(Row):
    """Where an organization's mail goes out. Environment variables win over this row."""

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS")
        TLS = "tls", _("TLS")
        NONE = "none", _("None")

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.STARTTLS)
    username = models.CharField(max_length=200, blank=True)
    password = EncryptedField(blank=True)
    sender = models.EmailField()


class MailTemplate(Row):
    """What an organization says in one kind of mail, in one language, instead of the standard text.

    One that is not used was put aside, and can be taken up again.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)  # as `mail_templates.KINDS` has it
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    is_used = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "language"], name="mail_template_once")]


class NotificationPreference(Row):
    """What the office hears of one kind of event. Without a row, the event's own default holds."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=64)
    mail_primary = models.BooleanField()
    in_list = models.BooleanField()
    staff_ids = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "event"], name="notification_preference_once")]
