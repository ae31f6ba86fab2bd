"""Pictures that people upload, kept harmless: known by their content, drawn anew, and small."""

import io
import struct
import warnings
import zlib

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from counterfoil.foundation.refusal import Refused

LARGEST_BYTES = 4 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
LOGO_BOX = (512, 160)  # sharp where it is largest, at the head of a printed page
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
        with warnings.catch_warnings():
            # We count the pixels ourselves, before any is read.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
                if picture.width * picture.height > LARGEST_PIXELS:
                    raise _too_large()
                return _drawn_anew(picture)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise Refused("LOGO_KIND", _("A logo must be a PNG, JPEG or WebP picture."), field="logo") from error


def _too_large() -> Refused:
    return Refused("LOGO_SIZE", _("A logo may have up to 4 MB and 25 million pixels."), field="logo")


def _drawn_anew(picture: Image.Image) -> tuple[bytes, str]:
    kind = "JPEG" if picture.format == "JPEG" else "PNG"
    upright = ImageOps.exif_transpose(picture)
    pixels = upright.convert("RGB" if kind == "JPEG" else "RGBA")
    pixels.thumbnail(LOGO_BOX, Image.Resampling.LANCZOS)
    # Pasting takes the pixels and leaves comments, profiles and positions behind.
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    written = io.BytesIO()
    if kind == "JPEG":
        clean.save(written, kind, quality=90)
    else:
        clean.save(written, kind, optimize=True)
    return written.getvalue(), f"image/{kind.lower()}"
