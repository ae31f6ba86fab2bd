"""Finding documents by what people remember of them. Always by prefix, so that an index answers."""

import re
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from counterfoil.foundation.amounts import AmountError, parse_figure
from counterfoil.foundation.money import with_exponent
from counterfoil.foundation.pages import starts_with

M = TypeVar("M", bound=Model)


def matching(
    documents: QuerySet[M], text: str, *, also: str = "order_key", amount: str = "total_minor", of: Sequence[int] = ()
) -> QuerySet[M]:
    """Documents whose number or order number starts with the text, whatever its case; all of them without text.

    `also` names the other column that is searched; documents of the customers `of` (ids) are found too. Digits alone
    also find the number behind its prefix: 214 finds INV-000214. A figure finds what comes to exactly that, in the
    column `amount`.
    """
    key = text.casefold()
    if not key:
        return documents
    found = starts_with("number_key", key) | starts_with(also, key)
    if key.isascii() and key.isdigit():
        found |= starts_with("digits_key", key.lstrip("0") or "0")
    found |= comes_to(text, amount)
    if of:
        found |= Q(customer_id__in=of)
    return documents.filter(found)


def comes_to(text: str, column: str = "total_minor") -> Q:
    """Rows whose amount is the figure in the text, in whatever currency each is; none where that is no figure."""
    try:
        value = parse_figure(text)
    except AmountError:
        return Q(pk__in=())
    uncommon = {decimals: with_exponent(decimals) for decimals in (0, 3)}
    usual = ~Q(currency__in=[code for codes in uncommon.values() for code in codes])
    found = Q(pk__in=())
    for decimals, of_such in ((2, usual), *((places, Q(currency__in=codes)) for places, codes in uncommon.items())):
        minor = value.scaleb(decimals)
        if minor == int(minor):
            found |= Q(**{column: int(minor)}) & of_such
    return found


def last_digits(number: str) -> str:
    """The figure at the end of a number, without leading zeros: 214 of INV-000214."""
    digits = re.search(r"\d*$", number)
    return digits[0].lstrip("0") if digits else ""
