"""The number by which tax offices know a business, as people write it and as machines take it."""

import re

from counterfoil.foundation.formats import country_names

_NOT_OF_IT = re.compile(r"[^A-Z0-9]")
_WORDS = re.compile(r"^(VATNO|VATREG|VATID|VAT|USTIDNR|USTID|UST|MWST|TVA|IVA|GSTIN|GST|EIN|ABN)(?=[A-Z]{2}\w*\d|\d)")
_SPECIAL = {"EL", "XI"}  # Greece and Northern Ireland, which tax offices call otherwise

VAT, OTHER = "VA", "FC"


def tax_number(written: str) -> tuple[str, str] | None:
    """The bare number with its scheme: "VA" for one of VAT, which begins with its country's letters, else "FC".

    None where there is none.
    """
    bare = _WORDS.sub("", _NOT_OF_IT.sub("", written.upper()))
    if not any(one.isdigit() for one in bare):
        return None
    country = bare[:2]
    is_vat = country in _SPECIAL or country in country_names("en")
    return bare, VAT if is_vat else OTHER
