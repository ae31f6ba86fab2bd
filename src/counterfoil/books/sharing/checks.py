"""What must be true of files; `verify` asks."""

from collections.abc import Iterator

from counterfoil.books.files import keeping
from counterfoil.books.ledger.verify import check


@check
def files_have_their_content() -> Iterator[str]:
    """No row is without what was uploaded, nor without the small picture of it."""
    for key in keeping.missing():
        yield f"The store of files has nothing of {key}."
