"""The sign-in pages stand at each door's own address: `/portal/<name>/account/…` and `/office/account/…`.

Their routes know nothing of portals. This moves the part before `account/` into the script prefix, which every
reversed address follows, and keeps whose portal it is on the request.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponsePermanentRedirect
from django.urls import get_script_prefix, set_script_prefix
from django.utils.cache import add_never_cache_headers

from counterfoil.books.organizations.models import Organization, PortalName

SIGN_IN = re.compile(r"^(/portal/(?P<name>[a-z0-9-]+)|/office)(?P<rest>/account/.*)$")
BARE = re.compile(r"^/account/")


class PortalDoorMiddleware:
    """Serves the account pages below a portal's or the office's address, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.portal = None  # type: ignore[attr-defined]
        if BARE.match(request.path_info):
            return HttpResponseNotFound()
        found = SIGN_IN.match(request.path_info)
        if not found:
            return self.get_response(request)
        name = found["name"]
        if name and (answer := self._find_portal(request, name)):
            return answer
        return self._serve(request, found[1], found["rest"])

    def _find_portal(self, request: HttpRequest, name: str) -> HttpResponse | None:
        row = PortalName.objects.select_related("organization").filter(name=name).first()
        if row is None:
            return HttpResponseNotFound()
        if not row.is_current:
            current = PortalName.objects.get(organization_id=row.organization_id, is_current=True)
            path = request.get_full_path().replace(f"/{name}/", f"/{current.name}/", 1)
            answer = HttpResponsePermanentRedirect(path)
            add_never_cache_headers(answer)  # the portal may get its old name back
            return answer
        request.portal = row  # type: ignore[attr-defined]
        return None

    def _serve(self, request: HttpRequest, prefix: str, rest: str) -> HttpResponse:
        before = get_script_prefix()
        request.path_info = rest
        set_script_prefix(f"{before.rstrip('/')}{prefix}/")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(before)


def door_path(request: HttpRequest) -> str:
    """The address of the door that an account page belongs to: /portal/lindqvist-zhou/ or /office/."""
    row: PortalName | None = getattr(request, "portal", None)
    return f"/portal/{row.name}/" if row else "/office/"


def organization_of(request: HttpRequest) -> Organization | None:
    """Whose portal's account page this is; None in the office."""
    row: PortalName | None = getattr(request, "portal", None)
    return row.organization if row else None
