"""What a staff member settles for themselves."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from counterfoil.books.organizations import staff
from counterfoil.foundation.addresses import is_inside
from counterfoil.foundation.languages import known
from counterfoil.reach.doors import needs
from counterfoil.reach.languages import remember
from counterfoil.reach.requests import OfficeRequest


@needs("own.edit")
@require_POST
def language(request: OfficeRequest) -> HttpResponse:
    """The language of pages and mails from now on; also of the sign-in page in this browser."""
    chosen = known(request.POST.get("language"))
    staff.change_language(request.reach.member, language=chosen, by=request.reach.actor)
    wished = request.POST.get("next", "")
    answer = HttpResponseRedirect(wished if is_inside(wished) else request.reach.url("home"), status=303)
    remember(answer, chosen)
    return answer
