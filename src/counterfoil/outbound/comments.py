"""Who hears of what was said or shared, and in which words. What is internal is in no mail and no customer's bell."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment, Review
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.books.organizations.modules import is_on
from counterfoil.foundation.events import Event

from . import concerned


def is_of_office(event: Event) -> bool:
    """Whether the office said it, who then needs no telling; whom it is to tell is an event of its own."""
    return event.name == "comment.added" and event.by.kind != "contact"


def mentioned(event: Event, staff: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    """Those of the staff whom an event is for: all, unless it names them."""
    if event.name != "comment.mentioned":
        return staff
    return staff.filter(id__in=[int(one) for one in event.data["staff_ids"]])


def taking_part(event: Event) -> QuerySet[ContactPerson]:
    """Who of the customer hears of a comment; nobody of one that is internal."""
    if not event.for_customer:
        return ContactPerson.objects.none()
    customer_id, kind = concerned.customer_id(event), event.subject_kind
    return comments.takes_part(customer_id, document_kind=kind, document_id=event.subject_id)


def told_of_files(event: Event, organization: Organization) -> QuerySet[ContactPerson]:
    """Who of the customer hears of files: of those of the account all, where the portal has a page of them."""
    if event.subject_kind != "customer":
        return taking_part(event)
    people = ContactPerson.objects.with_access().filter(customer_id=concerned.customer_id(event))
    return people if event.for_customer and is_on(organization, "documents") else people.none()


def words_of(event: Event) -> str:
    """What was said, for a mail. Raises ValueError for what is internal, which no mail has."""
    comment = Comment.objects.get(id=int(event.data["comment_id"]))
    if not (event.for_customer and comment.is_shown):
        raise ValueError(f"Comment {comment.id} is internal.")
    return comment.text


def review_of(event: Event) -> str:
    """What a customer thinks of the business, for the office's mail."""
    review = Review.objects.get(id=int(event.data["review_id"]))
    stars = _("%(given)s of %(of)s stars") % {"given": review.stars, "of": Review.MOST_STARS} if review.stars else ""
    return f"{stars}\n{review.text}".strip()
