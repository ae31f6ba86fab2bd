"""The one style sheet: its layers, what it may not contain, its size, and how it is served."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from counterfoil.design import sheet

LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\((?!from)", re.IGNORECASE)
NAMED = re.compile(r"(?<![\w-])(?:white|black|gray|grey|red|green|blue|yellow|orange|silver)(?![\w-])")

# Black is a mask's word for "keep", white is the paper of a printed page and of a code that a camera reads.
NAMED_ALLOWED = {"document": {"black", "white"}, "print": {"white"}}


def css(name: str) -> str:
    """One file without its comments."""
    return re.sub(r"/\*.*?\*/", "", (sheet.FOLDER / f"{name}.css").read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_layers_are_declared_before_anything_else():
    assert sheet.text().startswith("@layer reset,tokens,base,layout,components,utilities;")


def test_every_file_is_in_the_sheet_and_every_name_is_a_file():
    assert {path.stem for path in sheet.FOLDER.glob("*.css")} == set(sheet.ORDER)


@pytest.mark.parametrize("name", [name for name in sheet.ORDER if name != "print"])
def test_every_rule_is_in_a_layer(name):
    outside = re.sub(r"@layer [a-z, ]+;", "", css(name)).strip()
    depth = 0
    for part in re.split(r"([{}])", outside):
        if depth == 0 and part.strip() not in ("", "}", "{"):
            assert part.strip().startswith("@layer "), part
        depth += {"{": 1, "}": -1}.get(part, 0)
    assert depth == 0


@pytest.mark.parametrize("name", sheet.ORDER)
def test_nothing_is_forced_but_in_print_and_under_reduced_motion(name):
    text = css(name)
    without_motion = re.sub(r"@media \(prefers-reduced-motion: reduce\) \{.*?\}\s*\}", "", text, flags=re.DOTALL)
    if name != "print":
        assert "!important" not in without_motion


@pytest.mark.parametrize("name", [name for name in sheet.ORDER if name != "tokens"])
def test_colours_are_named_in_the_tokens_alone(name):
    values = re.sub(r"@(?:media|supports|container)[^{]*", "", css(name))
    assert not LITERAL.findall(values)
    assert set(NAMED.findall(values)) <= NAMED_ALLOWED.get(name, set())


@pytest.mark.parametrize("name", sheet.ORDER)
def test_no_rule_hangs_on_an_id_or_on_a_physical_side(name):
    selectors = re.findall(r"([^{};]+)\{", css(name))
    assert not [selector for selector in selectors if re.search(r"#[a-z]", selector)]
    assert not re.findall(r"[{;]\s*(?:margin|padding|border)-(?:left|right|top|bottom)\b", css(name))
    assert not re.findall(r"[{;]\s*(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height)):", css(name))


def test_every_token_that_is_used_is_declared():
    text = sheet.text()
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
    declared = set(re.findall(r"[{; ](--[a-z0-9-]+):", text))
    assert used <= declared


def test_the_whole_look_travels_in_less_than_nine_kilobytes():
    assert len(sheet.compressed()) < 9_000


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a  {\n  color : red ;\n}\n", "a{color : red}"),
        ("/* words { } */ b { c: d, e }", "b{c:d,e}"),
        (
            'i::before { content: "a  {  /* not a comment */ ;  b"; }',
            'i::before{content:"a  {  /* not a comment */ ;  b"}',
        ),
        ("a :hover { x: calc(1px + 2px) }", "a :hover{x:calc(1px + 2px)}"),
        ("@media (width < 5rem) and (hover) { a { b: c; } }", "@media (width < 5rem) and (hover){a{b:c}}"),
        ("a/**/b { c: d }", "a b{c:d}"),
    ],
)
def test_only_what_means_nothing_is_taken_out(written, sent):
    assert sheet._tightened(written) == sent


def test_the_sheet_is_served_for_good_under_its_digest():
    answer = Client().get(f"/look/{sheet.digest()}.css")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content.decode() == sheet.text()
    assert not answer.cookies


def test_the_sheet_is_sent_compressed_to_who_takes_it():
    answer = Client().get(f"/look/{sheet.digest()}.css", headers={"accept-encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert gzip.decompress(answer.content).decode() == sheet.text()


def test_the_address_of_another_version_leads_to_this_one():
    answer = Client().get("/look/0123456789abcdef.css")
    assert (answer.status_code, answer["Location"]) == (302, f"/look/{sheet.digest()}.css")
    assert "immutable" not in answer.get("Cache-Control", "")


def test_an_organizations_colour_is_a_sheet_of_its_own():
    answer = Client().get("/brand/ffd400.css")
    assert answer.content == b":root{--brand:#ffd400}"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("colour", ["fff", "ffd40", "ffd4000", "FFD400", "red", "ffd40g", "ffd400}x", "..%2Fffd400"])
def test_what_is_no_colour_has_no_sheet(colour):
    assert Client().get(f"/brand/{colour}.css").status_code == 404


def test_no_template_of_the_look_has_style_or_script_within():
    folder = Path(sheet.__file__).parent / "templates"
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"\sstyle=|<style|\son(?!ly=)[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|\|safe\b|data:image", text
        ), path
