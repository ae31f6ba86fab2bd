"""What somebody sent after they were no longer signed in: kept until they have signed in again, in the same browser.

It waits, encrypted, in the session of who isn't signed in, is shown to nobody but who was signed in here last, and is
sent on only when they press the button: then it goes the way that it would have gone, with every check.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from counterfoil.foundation import clock
from counterfoil.foundation.encryption import decrypted, encrypted

from .account.look import look_of

Fields = list[tuple[str, str]]
KEPT = "kept_form"  # in the session
WHO = "last_user"  # the cookie that says who was signed in here
LEAVE = "leave_kept_form"  # the button that lets it go
KEPT_FOR = timedelta(hours=1)
LONGEST = 40_000  # characters
YEAR = 365 * 24 * 3600
STALE = "CSRF token from POST incorrect."  # what Django says of a page that was opened before signing in again


def note_who(request: HttpRequest, answer: HttpResponse) -> None:
    """Keep in this browser who is signed in."""
    reach = getattr(request, "reach", None)
    if reach is None or not request.user.is_authenticated or request.COOKIES.get(WHO) == str(request.user.pk):
        return
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(WHO, str(request.user.pk), max_age=YEAR, samesite="Lax", httponly=True, secure=secure)


def keep(request: HttpRequest) -> None:
    """Keep what was sent, if it is known who was signed in, and it is no payment and not endless."""
    who = request.COOKIES.get(WHO, "")
    if request.method != "POST" or not who or _is_payment(request):
        return
    kept = {"who": who, "path": request.get_full_path(), "at": clock.now().isoformat(), "fields": _fields(request)}
    written = json.dumps(kept)
    if len(written) <= LONGEST and ratelimit.consume(request, action="kept_form"):
        request.session[KEPT] = encrypted(written)


def over(request: HttpRequest, end: Any) -> None:
    """End a session by `end`, but for what is kept in it."""
    kept = request.session.get(KEPT)
    end()
    if kept:
        request.session[KEPT] = kept


def offer(request: HttpRequest) -> HttpResponse | None:
    """The page that offers to send on what was kept, where it was sent to; None where nothing was."""
    kept = _kept(request)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    if request.method == "POST":
        del request.session[KEPT]
        reach: Any = request.reach  # type: ignore[attr-defined]
        return HttpResponseRedirect(reach.url("home"), status=303) if LEAVE in request.POST else None
    return _ask(request, kept["fields"], status=200) if request.method == "GET" else None


def again(request: HttpRequest, reason: str) -> HttpResponse | None:
    """The same for a page of ours that was opened before its reader signed in anew, in another tab: its token is stale.

    Only for what a browser says was sent from here. Elsewhere nobody can make it say so.
    """
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    is_account = "/account/" in request.path
    if reason != STALE or not is_ours or not request.user.is_authenticated or is_account or _is_payment(request):
        return None
    return _ask(request, _fields(request), status=403)


def _ask(request: HttpRequest, fields: Iterable[tuple[str, str]], *, status: int) -> HttpResponse:
    reach = getattr(request, "reach", None)
    look = look_of(reach.organization, language_url="") if reach and reach.door == "portal" else {}
    context = look | {"fields": fields, "leave": LEAVE, "is_kept": status == 200}
    answer = render(request, "reach/kept_form.html", context, status=status)
    add_never_cache_headers(answer)
    return answer


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for who is signed in now. What is too old or somebody else's is let go."""
    if not request.user.is_authenticated or KEPT not in request.session:
        return None
    kept: dict[str, Any] = json.loads(decrypted(request.session[KEPT]))
    is_theirs = kept["who"] == str(request.user.pk)
    if is_theirs and clock.now() - datetime.fromisoformat(kept["at"]) < KEPT_FOR:
        return kept
    del request.session[KEPT]
    return None


def _fields(request: HttpRequest) -> Fields:
    sent = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"]


def _is_payment(request: HttpRequest) -> bool:
    return request.path.endswith("/pay/")
