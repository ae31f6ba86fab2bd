"""Whether this process can do its work, for whoever watches it. It tells nothing else."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .doors import public


@public("health for a load balancer, shows no data")
@never_cache
@require_safe
def show(_request: HttpRequest) -> HttpResponse:
    """200 if the database answers, 503 if it doesn't."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
