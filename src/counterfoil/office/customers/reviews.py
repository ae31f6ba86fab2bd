"""What a customer's people think of the business, and whether its other customers read it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.conversations import reviews
from counterfoil.design.lists import read
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.pages import Sort
from counterfoil.office.answers import done
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest
from counterfoil.reach.reviews import SHOWN_OF_ONE
from counterfoil.reach.reviews import read as read_reviews

from .shell import customer_page, find, people_of

SORTS = {"made": Sort("id", int)}


@needs("customers.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """All of them, the newest first."""
    customer = find(request, customer_id)
    listing = read(request, request.reach.reviews.filter(customer=customer), SORTS, first="-made")
    return customer_page(
        request,
        "reviews.html",
        customer,
        people=people_of(request, customer),
        reviews=[_row(request, review) for review in listing.page.rows],
        listing=listing,
        may_publish=request.reach.may("reviews.publish"),
    )


@needs("reviews.publish")
@require_POST
def publish(request: OfficeRequest, customer_id: int, review_id: int) -> HttpResponse:
    review = _find(request, customer_id, review_id)
    reviews.publish(review, by=request.reach.actor)
    return done(request, _back(request, review), _("Your customers see this review now."))


@needs("reviews.publish")
@require_POST
def withdraw(request: OfficeRequest, customer_id: int, review_id: int) -> HttpResponse:
    review = _find(request, customer_id, review_id)
    reviews.withdraw(review, by=request.reach.actor)
    return done(request, _back(request, review), _("Your customers don't see this review any more."))


def newest(request: OfficeRequest, customer: Any) -> dict[str, Any]:
    """For the overview: the newest, with which the customer was brought, and where all are if there are more."""
    found = read_reviews(customer)
    return {
        "reviews": [_row(request, review) for review in found[:SHOWN_OF_ONE]],
        "reviews_url": request.reach.url("customer_reviews", customer.id) if len(found) > SHOWN_OF_ONE else "",
        "may_publish": request.reach.may("reviews.publish"),
    }


def _find(request: OfficeRequest, customer_id: int, review_id: int) -> Any:
    return get_object_or_404(request.reach.reviews, id=review_id, customer_id=customer_id)


def _back(request: OfficeRequest, review: Any) -> str:
    """To the overview; from the page of all of them, to that."""
    route = "customer_reviews" if request.POST.get("from") == "all" else "customer"
    return request.reach.url(route, review.customer_id)


def _row(request: OfficeRequest, review: Any) -> dict[str, Any]:
    reach = request.reach
    act = "customer_review_withdraw" if review.is_published else "customer_review_publish"
    organization = reach.organization
    return {
        "name": review.name,
        "stars": review.stars,
        "text": review.text,
        "is_published": review.is_published,
        "on": format_day_of(review.made_at, reach.language, organization.time_zone, organization.date_format),
        "url": reach.url(act, review.customer_id, review.id),
    }
