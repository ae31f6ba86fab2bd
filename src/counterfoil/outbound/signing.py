"""What was signed is sealed as soon as it was accepted, so that nobody waits for it."""

from counterfoil.books.sales.models import Quote
from counterfoil.foundation.events import Event, on
from counterfoil.paper.signed_quotes import signed_pdf_of


@on("quote.accepted")
def seal_what_was_signed(event: Event) -> None:
    """Make the signed file of the revision that was accepted, unless it is there."""
    if event.data.get("is_signed"):
        signed_pdf_of(Quote.objects.get(id=event.subject_id), int(event.data["revision"]))
