"""QR codes as drawings, for pages and for print."""

from functools import lru_cache

import segno


@lru_cache(maxsize=128)  # eight patterns are tried for each: 15 ms, and a page is often looked at again
def drawing(payload: str, *, margin: int = 0) -> str:
    """A code in black on white as SVG, `margin` modules wide of its edge: a phone needs four where no paper is around.

    Its level of correction, the characters and the size that a text leads to are those of the EPC's codes.
    """
    code = segno.make(payload, error="m", boost_error=False, micro=False, encoding="utf-8")
    return code.svg_inline(omitsize=True, border=margin, svgclass=None, lineclass=None, dark="#000", light="#fff")
