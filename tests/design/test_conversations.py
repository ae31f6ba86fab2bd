"""Plain text with web addresses in it: what becomes a link, and what stays text."""

import re
from html import unescape

import pytest

from counterfoil.design.conversations import linked

HREF = re.compile(r'<a href="([^"]*)" rel="nofollow noopener noreferrer">([^<]*)</a>')


def links(text: str) -> list[str]:
    """Where the links in a text lead; each shows just that."""
    markup = linked(text)
    found = [(unescape(href), unescape(shown)) for href, shown in HREF.findall(markup)]
    assert all(href == shown for href, shown in found)
    assert markup.count("<") == 2 * len(found), "there is no other markup"
    assert unescape(re.sub("<[^>]*>", "", markup)) == text, "nothing is lost"
    return [href for href, _shown in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.com", "https://example.com"),
        ("See https://example.com.", "https://example.com"),
        ("(see https://example.com/a_(b)), or", "https://example.com/a_(b)"),
        ("http://example.com:8080/a?b=c&d=e#f!", "http://example.com:8080/a?b=c&d=e#f"),
        ("https://example.com: good", "https://example.com"),
        ("HTTPS://Example.com/x", "HTTPS://Example.com/x"),
        ("请看https://example.com/页，谢谢", "https://example.com/"),
        ("（https://example.com/a）。", "https://example.com/a"),
        ("https://example.com/@ana", "https://example.com/@ana"),
        ("“https://example.com/a”", "https://example.com/a"),
        ("<https://example.com/a>", "https://example.com/a"),
    ],
)
def test_an_address_is_a_link_without_the_sentence_around_it(text: str, expected: str) -> None:
    assert links(text) == [expected]


def test_several_in_one_text() -> None:
    assert links("https://a.test, https://b.test\nhttps://c.test") == [
        "https://a.test",
        "https://b.test",
        "https://c.test",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.com",
        "//example.com",
        "example.com",
        "https://",
        "https://.",
        "https:///etc/passwd",
        "https://bank.test@evil.test/",
        "https://bank.test:secret@evil.test/",
        "https://bank.test:443@evil.test",
        "xhttps://example.com",
        "https://银行.test",
        "https://\u202eexample.com",
    ],
)
def test_what_is_no_web_address_or_pretends_to_be_another_stays_text(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'https://a.test/"onmouseover="alert(1)',
        "https://a.test/'onmouseover='alert(1)",
        "https://a.test/<script>alert(1)</script>",
        "https://a.test/\u202egpj.exe",
        "<a href='https://a.test/'>x</a>",
        "https://a.test/&quot;onclick=alert(1)",
    ],
)
def test_no_address_breaks_out_of_its_link(text: str) -> None:
    for href in links(text):
        assert href.startswith("https://a.test/")
        assert not set(href) & set('"<>\u202e')


@pytest.mark.parametrize(
    "text", ["https://a.test/" + ")" * 4_000, "http://a." * 400, "https://" + "a" * 3_900 + "@", "https://a@" * 400]
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    import time

    begun = time.perf_counter()
    linked(text)
    assert time.perf_counter() - begun < 0.2
