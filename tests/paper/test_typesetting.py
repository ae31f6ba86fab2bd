"""The same bytes for the same document, from any thread, soon."""

import datetime as dt
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image

from counterfoil.paper.sheet import Logo
from counterfoil.paper.typesetting import render
from tests.paper.sheets import AT, CHINESE, ENGLISH, RECEIPT, read, words


def picture(kind, size=(300, 100), mode="RGB"):
    written = io.BytesIO()
    Image.new(mode, size, "teal").save(written, kind)
    return written.getvalue()


def test_the_same_sheet_at_the_same_moment_is_the_same_file():
    for sheet in (ENGLISH, CHINESE, RECEIPT):
        assert render(sheet, at=AT) == render(sheet, at=AT)


def test_the_moment_counts_not_its_time_zone():
    elsewhere = AT.astimezone(dt.timezone(dt.timedelta(hours=8)))

    assert render(ENGLISH, at=AT) == render(ENGLISH, at=elsewhere)
    assert render(ENGLISH, at=AT) != render(ENGLISH, at=AT + dt.timedelta(seconds=1))


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        render(ENGLISH, at=dt.datetime(2026, 10, 28))


def test_eight_threads_print_the_same_as_one():
    sheets = [replace(sheet, number=f"INV-{n:06}") for n in range(8) for sheet in (ENGLISH, CHINESE, RECEIPT)]
    alone = [render(sheet, at=AT) for sheet in sheets]
    barrier = threading.Barrier(8)

    def together(sheet):
        barrier.wait(timeout=30)
        return render(sheet, at=AT)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(together, sheets)) == alone


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_logo_takes_the_place_of_the_initials(kind, mime):
    plain, with_logo = words(ENGLISH), replace(ENGLISH, logo=Logo(picture(kind), mime, "Lindqvist & Zhou Studio"))

    assert plain.startswith("LZ ")
    assert words(with_logo).startswith("Lindqvist")
    assert len(read(with_logo).pages[0].images) == 1


@pytest.mark.parametrize("size", [(512, 40), (40, 512), (1, 1), (512, 512)])
def test_a_logo_of_any_shape_leaves_the_rest_in_place(size):
    logo = Logo(picture("PNG", size, "RGBA"), "image/png", "Studio")

    assert len(read(replace(ENGLISH, logo=logo)).pages) == 1


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Lindqvist & Zhou Studio", "LZ"), ("云杉设计有限公司", "云"), ("studio", "S"), ("  ", ""), ("élan vital", "ÉV")],
)
def test_initials_come_from_the_name(name, initials):
    sheet = replace(ENGLISH, organization=replace(ENGLISH.organization, name=name))

    assert words(sheet).startswith(f"{initials} {name.strip()}".strip())
