"""What the customer signed, of the present revision or of an earlier one."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from counterfoil.design.answers import pdf_answer
from counterfoil.paper.signed_quotes import signed_pdf_of
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("quotes.read")
@require_safe
def signed(request: OfficeRequest, quote_id: int, number: int) -> HttpResponse:
    """The signed file of a revision, as it was sealed."""
    quote = get_object_or_404(request.reach.quotes, id=quote_id)
    content = signed_pdf_of(quote, number)
    if content is None:
        raise Http404
    return pdf_answer(content, f"{quote.file_name}-{number}-signed.pdf")
