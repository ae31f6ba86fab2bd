"""The door at which gateways tell that something happened. Nothing is believed without the gateway's signature."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from counterfoil.books.payments import hearing
from counterfoil.reach.doors import public

ANSWERS: dict[type[Exception], int] = {
    hearing.UnknownAccount: 404,
    hearing.BadSignature: 400,
    hearing.NotConfigured: 503,
    hearing.ComeAgain: 503,
}


@public("webhook, verified by signature")
@csrf_exempt
@require_POST
def hear(request: HttpRequest, gateway_id: int) -> HttpResponse:
    """200 once it is taken or is none of ours; 503 asks the gateway to send it again."""
    try:
        hearing.hear(gateway_id, request.headers, request.body)
    except tuple(ANSWERS) as trouble:
        return HttpResponse(status=ANSWERS[type(trouble)])
    return HttpResponse(status=200)
