"""An organization's logo, for everybody: it stands on the sign-in page. The address changes when the picture does."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.addresses import rooted

from .doors import public

FOREVER = "public, max-age=31536000, immutable"


def logo_url(organization: Organization) -> str:
    """Where its logo is; empty until it has one."""
    if not organization.logo_digest:
        return ""
    return rooted("logo", organization.id, organization.logo_digest)


@public("the logo on the sign-in page")
@require_safe
def show(_request: HttpRequest, organization: int, digest: str) -> HttpResponse:
    """The picture, which was made harmless before it was stored."""
    found = Organization.objects.filter(id=organization, logo_digest=digest).values_list("logo", "logo_kind").first()
    if found is None or not found[0]:
        raise Http404
    return HttpResponse(
        bytes(found[0]),
        content_type=found[1],
        headers={"Cache-Control": FOREVER, "Content-Security-Policy": "default-src 'none'; sandbox"},
    )
