"""What is mailed to open one document."""

from django.db import models

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.tokens import MailedSecret


class DocumentLink(MailedSecret):
    """What opens one document without signing in, for the person whom it was mailed to."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    sending_id = models.BigIntegerField()  # the event of the sending: written again, its mail has the same link
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending_id", "contact"], name="document_link_once_per_sending"),
        ]
        indexes = [models.Index(fields=["document_kind", "document_id"], name="document_link_of")]
