"""What the buttons of a document's page do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, mailed, refused
from counterfoil.office.locked import acting
from counterfoil.reach.requests import OfficeRequest

from .kinds import Act, Kind


def chosen_people(request: OfficeRequest) -> dict[str, Any]:
    """The contact persons that were ticked, as a verb that mails takes them."""
    return {"to": [found for one in request.POST.getlist("to") if (found := whole_number(one))]}


def button(act: Act) -> Callable[[Kind, OfficeRequest, int], HttpResponse]:
    """Do what a button says to the revision that its page showed; what was refused is read on the document's page."""

    def press(kind: Kind, request: OfficeRequest, document_id: int) -> HttpResponse:
        reach = request.reach
        document = get_object_or_404(kind.all(reach), id=document_id)
        here, revision = reach.url(kind.name, document_id), whole_number(request.POST.get("revision", "")) or 0
        try:
            outcome = act.verb(document, by=acting(request), revision=revision, **act.reads(request))
        except Refused as refusal:
            return refused(request, here, refusal)
        there = reach.url(kind.plural) if act.goes else reach.url(act.made, outcome.id) if act.made else here
        return (mailed if act.is_mail else done)(request, there, act.said)

    return press
