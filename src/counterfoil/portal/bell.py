"""The portal's bell: what the business sent and what became of payments, newest first."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from counterfoil.design import feeds, lists
from counterfoil.foundation.pages import Sort
from counterfoil.outbound import reading
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from .pages import page

SORTS = {"id": Sort("id")}


@needs("own.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Everything that this person was told of."""
    reach = request.reach
    listing = lists.read(request, reach.notifications, SORTS, first="-id")
    return page(
        request,
        "portal/bell/index.html",
        rows=feeds.rows(reach, listing.page.rows, {reach.customer.id: reach.customer.display_name}),
        up_to=listing.page.rows[0].id if listing.page.rows and listing.newer is None else None,
        read_url=reach.url("bell_read"),
        newer=listing.newer,
        older=listing.older,
    )


@needs("own.read")
@require_safe
def show(request: PortalRequest, notification_id: int) -> HttpResponse:
    """Go to what a line is about, which is then read. Following one's own link is all that this GET remembers."""
    notification = get_object_or_404(request.reach.notifications, id=notification_id)
    if feeds.is_opened(request) and not request.reach.is_viewing:
        reading.mark_read(notification)
    return redirect(feeds.target(request.reach, notification))


@needs("own.edit")
@require_POST
def read(request: PortalRequest) -> HttpResponse:
    """Mark as read what stood there when the page was opened."""
    reading.mark_all_read(request.reach.notifications, up_to=feeds.seen(request))
    return HttpResponseRedirect(request.reach.url("bell"), status=303)
