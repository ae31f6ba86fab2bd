"""Finding customers by name: by the beginnings of words and, in scripts without spaces, by pairs of characters.

Every word and pair of a name is a row, so that an index answers, on either database and for any number of customers.
"""

import re
import unicodedata
from itertools import pairwise

from counterfoil.foundation.pages import starts_with

from .models import Customer, CustomerQuerySet, CustomerWord

LONGEST = 40  # characters of a word that are kept
# Chinese characters and kana are written without spaces, everything else in words.
_EASTERN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"([{_EASTERN}]+)|((?:(?![{_EASTERN}])\w)+)")


def name_key(name: str) -> str:
    """What makes two names one: width, case and spacing do not count. Lists are sorted and searched by it."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def words(name: str) -> set[str]:
    """By what a name is found: its words, and each character that is written without spaces with the one after it."""
    found: set[str] = set()
    for eastern, word in _PIECES.findall(name_key(name)):
        found |= {*_pairs(eastern), eastern[-1]} if eastern else {word[:LONGEST]}
    return found


def named(customers: CustomerQuerySet, text: str, *, organization_id: int) -> CustomerQuerySet:
    """Those of an organization's customers whose name has each word of a text, or its beginning; all without a text."""
    key = name_key(text)
    pieces = _PIECES.findall(key)
    if not pieces:
        return customers.filter(starts_with("name_key", key))
    wanted = [
        one for eastern, word in pieces for one in (_pairs(eastern) or [eastern] if eastern else [word[:LONGEST]])
    ]
    for one in dict.fromkeys(wanted):
        having = CustomerWord.objects.filter(starts_with("word", one), organization_id=organization_id)
        customers = customers.filter(id__in=having.values("customer_id"))
    return customers


def keep_words(customer: Customer) -> None:
    """Write down by what a customer is found, in the transaction that changes its name."""
    wanted = words(customer.display_name)
    kept = CustomerWord.objects.filter(customer=customer)
    kept.exclude(word__in=wanted).delete()
    new = wanted - set(kept.values_list("word", flat=True))
    CustomerWord.objects.bulk_create(
        CustomerWord(customer=customer, organization_id=customer.organization_id, word=word) for word in sorted(new)
    )


def _pairs(piece: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(piece)]
