"""How a letter becomes a mail's text and its HTML, which say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.languages import current

BRAND = "17616f"
INK, PAPER = "16211f", "ffffff"


@dataclass(frozen=True)
class Button:
    """The one thing to do with a letter. The address may contain `links.OPENER`."""

    label: str
    address: str


@dataclass(frozen=True)
class Letter:
    """What a mail says, finished and in its recipient's language.

    Of a kind that organizations can write otherwise (`template`), `values` are what its placeholders say.
    """

    subject: str
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    button: Button | None = None
    closing: Sequence[str] = ()
    unsubscribing: str = ""  # where its recipient says that they do without; contains `links.OPENER`
    greets: bool = True  # or its paragraphs do
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def one_line(text: str, *, most: int = 200) -> str:
    """Text as it may stand in a header or a heading: control characters and line breaks become spaces."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())[:most]


def typeset(letter: Letter, *, to: str, organization: Organization | None, portal: str = "") -> tuple[str, str]:
    """The plain text and the HTML of a letter, in the language that is spoken now; `portal` is its reader's own."""
    name = organization.name if organization else "Counterfoil"
    colour = _colour(organization)
    context = {
        "letter": letter,
        "greeting": greeting(to) if letter.greets else "",
        "portal": portal,
        "organization_name": one_line(name),
        "organization": organization,
        "monogram": monogram(name),
        "language": current(),
        "colour": f"#{colour}",
        "on_colour": f"#{_readable_on(colour)}",
    }
    text, html = (render_to_string(f"outbound/mail/letter.{kind}", context) for kind in ("txt", "html"))
    return text.lstrip("\n"), html


def greeting(to: str) -> str:
    """How a mail begins, in the language that is spoken now."""
    return _("Hello %(name)s,") % {"name": one_line(to)} if to else _("Hello,")


def monogram(name: str) -> str:
    """What stands for a logo, since mail programs fetch no pictures: LZ for Lindqvist & Zhou, 云 for 云杉."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "·"
    if ord(words[0][0]) >= 0x2E80:
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


def _colour(organization: Organization | None) -> str:
    chosen = organization.brand_colour.lower() if organization else BRAND
    is_colour = len(chosen) == 6 and all(digit in "0123456789abcdef" for digit in chosen)
    return chosen if is_colour else BRAND


def _readable_on(colour: str) -> str:
    """White or ink, whichever has the greater contrast (WCAG 2, relative luminance in thousandths)."""
    channels = [int(colour[place : place + 2], 16) for place in (0, 2, 4)]
    luminance = sum(weight * _linear(channel) for weight, channel in zip((2126, 7152, 722), channels, strict=True))
    return PAPER if luminance < 1_790_000 else INK


def _linear(channel: int) -> int:
    """An sRGB channel made linear, 0 to 1000, near enough for choosing between two colours."""
    return channel * channel * 1000 // 65_025
