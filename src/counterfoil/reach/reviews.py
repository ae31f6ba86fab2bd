"""What customers think of an organization, brought along with another question of the same page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import JSONField, OuterRef, QuerySet, Subquery

from counterfoil.books.conversations.models import Review

SHOWN_TO_CUSTOMERS = 5
SHOWN_OF_ONE = 3


class Rows(Subquery):
    """The rows of a question, each as a list of `columns`, as one column of another; null where there are none."""

    template = "(SELECT json_group_array(json_array(%(columns)s)) FROM (%(subquery)s) found)"
    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        super().__init__(rows.values(*columns), columns=", ".join(columns))

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        aggregated = "(SELECT jsonb_agg(jsonb_build_array(%(columns)s)) FROM (%(subquery)s) found)"
        return self.as_sql(compiler, connection, template=aggregated)


def published(organization_id: int) -> Rows:
    """The newest that the organization shows: name, stars and words, and nothing else of who wrote them."""
    reviews = Review.objects.filter(organization_id=organization_id, published_at__isnull=False)
    return Rows(reviews.order_by("-published_at", "-id")[:SHOWN_TO_CUSTOMERS], "name", "stars", "text")


@dataclass(frozen=True)
class Read:
    """A review as the office reads it."""

    id: int
    customer_id: int
    name: str
    stars: int | None
    text: str
    made_at: datetime
    is_published: bool


def newest_of_customer() -> Rows:
    """The newest of the customer that the question around it is about: one more than their page shows."""
    reviews = Review.objects.filter(customer_id=OuterRef("id")).order_by("-id")[: SHOWN_OF_ONE + 1]
    return Rows(reviews, "id", "name", "stars", "text", "made_at", "published_at")


def read(customer: Any) -> list[Read]:
    """Those that a customer was brought with."""
    return [
        Read(number, customer.id, name, stars, text, _moment(made_at), published_at is not None)
        for number, name, stars, text, made_at, published_at in customer.newest_reviews or ()
    ]


def _moment(written: str) -> datetime:
    """SQLite keeps moments without their zone, which is UTC."""
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
