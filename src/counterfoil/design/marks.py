"""The small marks that a page repeats by the dozen: icons, pills, initials. Made by hand, since a list draws fifty."""

import re
import unicodedata
from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from counterfoil.design.icons import OUTLINES, SYNONYMS
from counterfoil.paper import codes

_SVG = '<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>'
_OUTLINES = {name: SafeString(outline) for name, outline in OUTLINES.items()}
_OUTLINES.update({name: _OUTLINES[other] for name, other in SYNONYMS.items()})
_SILENT = {name: format_html(_SVG, SafeString('aria-hidden="true"'), outline) for name, outline in _OUTLINES.items()}

# How far along a document is, for the dot of its pill. A status that is not here is drawn as a quiet one.
PILLS = {
    "partially_paid": "partly",
    "partially_invoiced": "partly",
    "partially_drawn": "partly",
    "partially_applied": "partly",
    "awaiting_approval": "awaiting",
    "pending": "awaiting",
    "requires_action": "awaiting",
    "written_off": "closed",
    "confirmed": "open",
    "succeeded": "paid",
    "completed": "paid",
    "active": "enabled",
    "inactive": "disabled",
    "cancelled": "void",
    "canceled": "void",
    "reversed": "refunded",
    "retired": "disabled",
    "waiting": "awaiting",
}


def icon(name: str, *, label: str = "") -> SafeString:
    """One outline. Without a label it is ornament; with one it is a picture that a screen reader names.

    Raises KeyError for a name that is not in icons.py.
    """
    if not label:
        return _SILENT[name]
    return format_html(_SVG, format_html('role="img" aria-label="{}"', label), _OUTLINES[name])


def pill(status: str, label: str) -> SafeString:
    """A status, in the words that the page has for it."""
    return _pill(status, str(label))  # a label may be one that waits for its language


@lru_cache(maxsize=512)
def _pill(status: str, label: str) -> SafeString:
    return format_html('<span class="pill {}">{}</span>', PILLS.get(status, status), label)


def stars(given: int, *, of: int = 5) -> SafeString:
    """A rating as a row of stars."""
    label = _("%(given)s of %(of)s stars") % {"given": given, "of": of}
    outline = _OUTLINES["star"]
    full = format_html('<svg class="icon on" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', outline)
    row = format_html_join("", "{}", ((full if place < given else _SILENT["star"],) for place in range(of)))
    return format_html('<span class="stars" role="img" aria-label="{}">{}</span>', label, row)


def language_buttons(*, css: str = "", every: bool = False) -> SafeString:
    """A button for each other language, in its own words; with `every` for this one too, which is marked."""
    return _language_buttons(get_language() or settings.LANGUAGE_CODE, css, bool(every))


@lru_cache(maxsize=32)
def _language_buttons(current: str, css: str, every: bool) -> SafeString:
    button = '<button name="language" value="{}" lang="{}" class="{}"{}>{}{}</button>'
    return format_html_join(
        "",
        button,
        (
            (
                code,
                html_lang(code),
                css,
                SafeString(' aria-current="true"') if code == current else "",
                _SILENT["check" if code == current else "languages"],
                get_language_info(code)["name_local"],
            )
            for code, _name in settings.LANGUAGES
            if every or code != current
        ),
    )


def html_lang(code: str | None = None) -> str:
    """A language code the way HTML writes it: zh-hans is zh-Hans."""
    first, *rest = (code or get_language() or "en").split("-")
    return "-".join([first, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


@lru_cache(maxsize=512)
def avatar(name: str, *, css: str = "") -> SafeString:
    """A person's initials in a circle. The name stands beside it, so a screen reader passes over this."""
    return format_html('<span class="{}" aria-hidden="true">{}</span>', f"avatar {css}".strip(), initials(name))


@lru_cache(maxsize=512)
def logo(name: str, url: str = "") -> SafeString:
    """An organization's logo, or its monogram until it has one."""
    if url:
        return format_html('<img class="logo" src="{}" alt="" height="32">', url)
    return format_html('<span class="logo" aria-hidden="true">{}</span>', monogram(name))


def qr(payload: str, label: str) -> SafeString:
    """A code for a phone, on white whatever the page's colours are. The label is read aloud in its place."""
    drawing = SafeString(codes.drawing(payload, margin=4))
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', label, drawing)


def initials(name: str) -> str:
    """At most two characters for a person: "Ana Moreau" is AM, 魏佳宁 is 佳宁."""
    words = _words(name)
    if not words:
        return "?"
    if _is_han(words[-1][0]):
        return words[-1][-2:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def monogram(name: str) -> str:
    """At most two characters for an organization: "Lindqvist & Zhou Studio" is LZ, 云杉设计有限公司 is 云."""
    words = _words(name)
    if not words:
        return "?"
    if _is_han(words[0][0]):
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_][\w'’.-]*", name)


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")
