"""Pictures that people upload, kept harmless: known by their content, drawn anew, and small."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from counterfoil.foundation.refusal import Refused

LARGEST_BYTES = 4 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
LOGO_BOX = (512, 160)  # sharp where it is largest, at the head of a printed page
MOST_PIXELS = 120_000_000  # of what is only kept: more than a telephone takes
SMALL_BOX = (480, 480)
# Not SVG: it is a program, with scripts, links and files of its own.
_KINDS = ("PNG", "JPEG", "WEBP")
# What Pillow raises for pictures that are cut off, lie about themselves or are none.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


def safe_logo(data: bytes) -> tuple[bytes, str]:
    """The picture drawn anew, at most 512 by 160 pixels and without anything but its pixels, and its MIME type.

    PNG, JPEG and WebP are taken, whatever the file's name says; a JPEG stays one, the others become PNG.
    Raises Refused: LOGO_SIZE (more than 4 MB or 25 million pixels), LOGO_KIND (anything else than such a picture).
    """
    if len(data) > LARGEST_BYTES:
        raise _too_large()
    try:
        with _opened(io.BytesIO(data)) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise _too_large()
            return _drawn_anew(picture)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise Refused("LOGO_KIND", _("A logo must be a PNG, JPEG or WebP picture."), field="logo") from error


def must_have_few_pixels(content: IO[bytes]) -> None:
    """Raises Refused: FILE_PIXELS (more than 120 million), FILE_BROKEN (no such picture). Nothing is unpacked."""
    try:
        with _opened(content) as picture:
            if picture.width * picture.height <= MOST_PIXELS:
                return
    except Image.DecompressionBombError:
        pass
    except _BROKEN as error:
        raise Refused("FILE_BROKEN", _("It is damaged: no picture can be made of it.")) from error
    raise Refused("FILE_PIXELS", _("A picture may have up to 120 million pixels."))


def small(content: IO[bytes]) -> bytes | None:
    """It drawn anew as WebP, at most 480 pixels wide and high and without anything but its pixels.

    None where that would take too much memory, and where it can't be drawn.
    """
    try:
        with _opened(content) as picture:
            picture.draft("RGB", SMALL_BOX)  # a JPEG is read no larger than it needs to be
            if picture.width * picture.height > LARGEST_PIXELS:
                return None
            clean, written = _pixels_of(picture, "RGBA", SMALL_BOX), io.BytesIO()
            clean.save(written, "WEBP", quality=80)
            return written.getvalue()
    except _BROKEN:
        return None


@contextmanager
def _opened(content: IO[bytes]) -> Iterator[Image.Image]:
    content.seek(0)
    with warnings.catch_warnings():
        # We count the pixels ourselves, before any is read.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(content, formats=_KINDS) as picture:
            yield picture


def _too_large() -> Refused:
    return Refused("LOGO_SIZE", _("A logo may have up to 4 MB and 25 million pixels."), field="logo")


def _drawn_anew(picture: Image.Image) -> tuple[bytes, str]:
    kind = "JPEG" if picture.format == "JPEG" else "PNG"
    clean, written = _pixels_of(picture, "RGB" if kind == "JPEG" else "RGBA", LOGO_BOX), io.BytesIO()
    if kind == "JPEG":
        clean.save(written, kind, quality=90)
    else:
        clean.save(written, kind, optimize=True)
    return written.getvalue(), f"image/{kind.lower()}"


def _pixels_of(picture: Image.Image, mode: str, box: tuple[int, int]) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    pixels = upright.convert(mode)
    pixels.thumbnail(box, Image.Resampling.LANCZOS)
    # Pasting takes the pixels and leaves comments, profiles and positions behind.
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    return clean
