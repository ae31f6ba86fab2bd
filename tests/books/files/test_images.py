"""A logo that somebody uploads is drawn anew, or refused."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from counterfoil.books.files.images import LARGEST_BYTES, safe_logo, small
from counterfoil.foundation.refusal import Refused


def picture(kind, size=(800, 200), mode="RGB", **saving):
    written = io.BytesIO()
    Image.new(mode, size, "teal").save(written, kind, **saving)
    return written.getvalue()


def opened(data):
    return Image.open(io.BytesIO(data))


def refusal(data):
    with pytest.raises(Refused) as caught:
        safe_logo(data)
    return caught.value.code


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/png")])
def test_a_picture_is_kept_small(kind, mime):
    data, found = safe_logo(picture(kind))

    assert found == mime
    assert opened(data).size == (512, 128)


def test_a_tall_one_is_kept_as_small_as_it_is_shown():
    assert opened(safe_logo(picture("PNG", (1200, 1200)))[0]).size == (160, 160)


def test_a_small_one_keeps_its_size_and_what_shines_through():
    data, _ = safe_logo(picture("PNG", (40, 30), "RGBA"))

    assert opened(data).size == (40, 30)
    assert opened(data).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_understood(mode):
    written = io.BytesIO()
    Image.new(mode, (20, 20)).save(written, "PNG")

    assert opened(safe_logo(written.getvalue())[0]).size == (20, 20)


def test_a_printers_jpeg_is_understood():
    assert opened(safe_logo(picture("JPEG", mode="CMYK"))[0]).mode == "RGB"


def test_nothing_but_the_pixels_stays():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    place = Image.Exif()
    place[0x010E] = "secret place"
    with_notes = picture("PNG", pnginfo=notes, icc_profile=b"profile of somebody", exif=place)
    with_place = picture("JPEG", exif=place, comment=b"secret place")

    for data in (with_notes, with_place):
        clean, _ = safe_logo(data)
        assert set(opened(clean).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for trace in (b"script", b"secret", b"profile"):
            assert trace not in clean


def test_what_hides_behind_the_picture_is_gone():
    clean, _ = safe_logo(picture("PNG") + b"<?php system($_GET[0]); ?>")

    assert b"php" not in clean


def test_a_photograph_lying_on_its_side_is_set_upright():
    turned = Image.Exif()
    turned[0x0112] = 6

    assert opened(safe_logo(picture("JPEG", (120, 60), exif=turned))[0]).size == (60, 120)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain words",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        picture("GIF"),
        picture("BMP"),
        picture("TIFF"),
        picture("PNG")[:60],
        picture("JPEG")[:200],
        picture("WEBP")[:30],
    ],
)
def test_anything_else_is_refused(data):
    assert refusal(data) == "LOGO_KIND"


def test_a_file_too_large_is_refused_unread():
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"0" * LARGEST_BYTES) == "LOGO_SIZE"


@pytest.mark.parametrize("side", [5_001, 60_000])
def test_a_picture_that_unpacks_to_far_more_is_refused_by_its_head(side):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")

    assert refusal(bomb) == "LOGO_SIZE"


# Small pictures of what is uploaded


def test_a_small_picture_has_nothing_but_its_pixels():
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "secret words", {2: (51.5, 0.0, 0.0)}
    data = picture("JPEG", (4_000, 2_000), exif=exif, icc_profile=b"profile of somebody")
    assert b"secret words" in data
    assert b"profile of somebody" in data
    clean = small(io.BytesIO(data))
    assert (opened(clean).format, opened(clean).size) == ("WEBP", (480, 240))
    assert not opened(clean).getexif()
    assert b"profile" not in clean


def test_one_that_was_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(small(io.BytesIO(picture("JPEG", (400, 200), exif=exif)))).size == (200, 400)


def test_what_can_not_be_drawn_has_no_small_picture():
    whole = picture("PNG", (600, 600))
    assert small(io.BytesIO(whole[: len(whole) // 2])) is None


def test_a_large_jpeg_is_read_small_and_a_large_png_is_not_read():
    assert opened(small(io.BytesIO(picture("JPEG", (6_000, 5_000), "L")))).size == (480, 400)
    assert small(io.BytesIO(picture("PNG", (6_000, 5_000), "1"))) is None
