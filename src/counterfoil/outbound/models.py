"""What left the house, or waits to: notifications in the bell and mails, one row per event and recipient; and what is
done to many documents at once.
"""

from django.db import models
from django.db.models import Q

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.foundation.events import Event
from counterfoil.foundation.ids import Row


class Notification(Row):
    """One line in one person's bell. The words are made when it is shown, in the reader's language."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "staff"], condition=Q(staff__isnull=False), name="notification_staff_once"
            ),
            models.UniqueConstraint(
                fields=["event", "contact"], condition=Q(contact__isnull=False), name="notification_contact_once"
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=False, contact__isnull=True) | Q(staff__isnull=True, contact__isnull=False),
                name="notification_has_one_reader",
            ),
        ]
        indexes = [
            models.Index(fields=["staff", "-id"], name="notification_staff"),
            models.Index(fields=["contact", "-id"], name="notification_contact"),
            models.Index(fields=["staff"], condition=Q(read_at__isnull=True), name="notification_staff_unread"),
            models.Index(fields=["contact"], condition=Q(read_at__isnull=True), name="notification_contact_unread"),
        ]


class Mail(Row):
    """One mail to one recipient about one event. A link that opens something is masked in the stored text."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=40)
    recipient = models.EmailField()
    recipient_name = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(blank=True)  # where answers go; else to the organization
    language = models.CharField(max_length=10)
    message_id = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "template", "recipient"], condition=Q(event__isnull=False), name="mail_once"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="mail_due"),
            models.Index(fields=["organization", "-id"], name="mail_organization"),
            models.Index(fields=["organization", "customer", "-id"], name="mail_customer"),
            models.Index(fields=["organization", "-id"], condition=~Q(state="sent"), name="mail_not_sent"),
            models.Index(fields=["organization", "recipient", "-id"], name="mail_recipient"),
        ]


class Batch(Row):
    """Something done to many documents in the background, one after the other, for one person who can watch it."""

    class Act(models.TextChoices):
        SEND = "send"
        PDF = "pdf"
        ZIP = "zip"
        IMPORT = "import"
        DATA = "data"
        INVITE = "invite"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.JSONField()
    making_key = models.CharField(max_length=64)  # of what was asked for by which form, so that twice is once
    language = models.CharField(max_length=10)
    act = models.CharField(max_length=10, choices=Act.choices)
    document_kind = models.CharField(max_length=20)
    document_ids = models.JSONField()  # as text, in order
    done = models.PositiveSmallIntegerField(default=0)  # of them
    refused = models.JSONField(default=list)  # [[number, sentence]]: what was not done, and why
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()  # while a worker has it, when another may take it
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "making_key"], name="batch_made_once"),
            models.CheckConstraint(
                condition=Q(staff__isnull=False, contact__isnull=True) | Q(staff__isnull=True, contact__isnull=False),
                name="batch_has_one_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(finished_at__isnull=True), name="batch_due"),
            models.Index(fields=["made_at"], name="batch_made_at"),
        ]


class BatchFile(Row):
    """What a batch made, until it is thrown away."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()


class ScheduledJob(models.Model):
    """When a periodic job ran last, and until when a worker has it. One row per job, whatever the number of workers."""

    name = models.CharField(max_length=64, primary_key=True)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
