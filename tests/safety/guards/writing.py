"""What keeps what customers write to the business, and think of it, where it belongs."""

from .guard import Cut, Guard

MESSAGES, REVIEWS = "portal/test_messages.py::", "portal/test_reviews.py::"
WRITE, THINK, SHOWN = "books/conversations/messages.py", "books/conversations/reviews.py", "reach/reviews.py"

WRITING = (
    Guard(
        "a header in a mail's subject",
        "what a customer writes as a subject is one line",
        (Cut(WRITE, '" ".join(tidied(subject).split())', "subject.strip()"),),
        (f"{MESSAGES}test_a_subject_is_one_line_and_turns_nothing",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "nobody writes in another customer's name, or after their access ended",
        (Cut(WRITE, "    must_take_part(by, customer, is_visible=True)\n"),),
        (f"{MESSAGES}test_only_the_customers_own_people_with_access_write",),
    ),
    Guard(
        "a portal as a source of unwanted mail",
        "a customer's people write so many messages an hour",
        (Cut(WRITE, "    _must_not_be_too_many(customer)\n"),),
        (f"{MESSAGES}test_nobody_floods_the_business",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "nobody thinks in another customer's name",
        (Cut(THINK, "    must_take_part(by, customer, is_visible=True)\n"),),
        (f"{REVIEWS}test_only_the_customers_own_people_review_and_not_again_and_again",),
    ),
    Guard(
        "attack 19: internal notes leak",
        "a review is shown to other customers only while it is published",
        (
            Cut(
                SHOWN,
                "Review.objects.filter(organization_id=organization_id, published_at__isnull=False)",
                "Review.objects.filter(organization_id=organization_id)",
            ),
        ),
        (f"{REVIEWS}test_a_published_review_is_read_by_every_customer_of_the_organization_with_its_writers_name",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "and only to the organization's own",
        (
            Cut(
                SHOWN,
                "Review.objects.filter(organization_id=organization_id, published_at__isnull=False)",
                "Review.objects.filter(published_at__isnull=False)",
            ),
        ),
        (f"{REVIEWS}test_a_published_review_is_read_by_every_customer_of_the_organization_with_its_writers_name",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "only staff who may write publish a review",
        (Cut(THINK, "    by.must_be_staff_of(review.organization_id)\n"),),
        (f"{REVIEWS}test_only_staff_who_write_publish_and_only_their_own_customers",),
    ),
)
