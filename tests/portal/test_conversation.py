"""What a customer reads and says about an invoice in their portal."""

import re
from typing import Any

import pytest
from django.test import Client

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.sales import invoices
from tests.support import mailed
from tests.support.attacks import nothing_changes
from tests.support.books import draft_invoice, invoice, many_comments, pay
from tests.support.cast import Cast, actor, visitor


def url(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/{rest}"


def say(client: Client, one: Any, text: str, **more: Any) -> Any:
    headers = more.pop("headers", {})
    return client.post(url(one, "comments/"), {"text": text, **more}, headers=headers)


def said_on(page: Any) -> list[str]:
    return [str(line.text) for line in page.context["conversation"].lines]


def test_ana_asks_and_reads_the_answer_but_not_what_the_office_says_to_itself(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    answer = say(ana, one, "Could the vinyl go up on the 30th?")
    assert (answer.status_code, answer.headers["Location"]) == (303, url(one, "#conversation"))
    comments.add(one, "They asked for Net 45 last year.", by=cast.by_olga)
    comments.add(one, "Yes, in the morning.", by=cast.by_olga, shown=True, mentions=[cast.stig.id])
    page = ana.get(url(one))
    assert said_on(page) == ["Could the vinyl go up on the 30th?", "Yes, in the morning."]
    for absent in ("Net 45", "Stig Holm", "Only we see this", "Show in portal"):
        assert absent not in page.text
    sides = [(line.who, line.side, line.is_theirs) for line in page.context["conversation"].lines]
    assert sides == [
        ("Ana Moreau", "Harbour Bakery Ltd", False),
        ("Olga Lindqvist", "Lindqvist & Zhou Studio", True),
    ]


def test_whatever_the_form_says_a_customers_comment_is_shown_and_tells_nobody_else(cast: Cast) -> None:
    one = invoice(cast)
    say(visitor(cast.ana), one, "Hello", shown="", is_shown="", tell=[cast.stig.id], customer="1", contact="2")
    said = Comment.objects.get()
    assert (said.is_shown, said.mentions, said.contact_id, said.customer_id) == (True, [], cast.ana.id, cast.bakery.id)


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    too_long = "x" * 4_001
    with nothing_changes("A comment that is too long"):
        answer = say(ana, one, too_long, making_key="a-key")
    assert answer.status_code == 422
    assert "Please say it in at most 4,000 characters." in answer.text
    assert too_long in answer.text
    assert 'value="a-key"' in answer.text
    assert 'id="conversation"' in answer.text
    assert one.number in answer.text
    assert say(ana, one, " \n").status_code == 422


def test_a_double_click_says_it_once(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    _of_files, key = re.findall(r'name="making_key" value="([^"]{20,})"', ana.get(url(one)).text)
    for _again in range(2):
        assert say(ana, one, "Once", making_key=key).status_code == 303
    assert Comment.objects.count() == 1
    _of_files, another = re.findall(r'name="making_key" value="([^"]{20,})"', ana.get(url(one)).text)
    assert another != key


def test_htmx_is_led_to_what_was_just_said(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    answer = say(ana, one, "Here I am", headers={"HX-Request": "true"})
    assert answer.headers["Location"] == url(one, f"?said={Comment.objects.get().id}")
    page = ana.get(answer.headers["Location"]).text
    assert page.count("data-focus") == 1
    assert "data-focus" not in ana.get(url(one)).text


def test_line_breaks_and_links_are_kept_and_markup_is_text(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    say(ana, one, "One\r\ntwo: https://a.test/x\n<b onclick=alert(1)>three</b>")
    page = ana.get(url(one)).text
    assert "One\ntwo: " in page
    assert '<a href="https://a.test/x" rel="nofollow noopener noreferrer">https://a.test/x</a>' in page
    assert "&lt;b onclick=alert(1)&gt;three&lt;/b&gt;" in page
    assert "<b onclick" not in page


def test_nothing_is_said_where_nothing_is_seen(cast: Cast) -> None:
    draft, theirs, foreign = draft_invoice(cast), invoice(cast, cast.tidewater), invoice(cast, cast.foyle)
    with nothing_changes("A comment on what isn't theirs"):
        for one in (draft, theirs, foreign):
            below_own = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/comments/"
            assert visitor(cast.ana).post(below_own, {"text": "Hello"}).status_code == 404
        assert say(visitor(cast.bruno), invoice_of(cast), "Hello").status_code == 404
        assert say(visitor(cast.olga), invoice_of(cast), "Hello").status_code == 404


def invoice_of(cast: Cast) -> Any:
    return invoices.Invoice.objects.filter(customer=cast.bakery).latest("id")


def test_who_came_by_a_mailed_link_neither_reads_nor_writes(cast: Cast) -> None:
    sent = mailed.mail(cast, cast.ana)
    comments.add(sent.invoice, "Between us two", by=cast.by_ana)
    bearer = sent.opened()
    page = bearer.get(sent.at())
    assert page.status_code == 200
    assert "Between us two" not in page.text
    assert 'id="conversation"' not in page.text
    with nothing_changes("A comment by link"):
        assert bearer.post(sent.at("comments/"), {"text": "Hello"}).status_code == 302
    assert not page.wsgi_request.reach.comments.on(sent.invoice).exists()


def test_the_newest_fifty_and_earlier_ones_by_key(cast: Cast) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    comments.add(one, "Only for us", by=cast.by_olga)
    many_comments(cast, one, 120)
    first = ana.get(url(one))
    assert said_on(first) == [f"No. {n}" for n in range(70, 120)]
    assert first.context["conversation"].later == ""
    second = ana.get(first.context["conversation"].earlier)
    assert said_on(second) == [f"No. {n}" for n in range(20, 70)]
    third = ana.get(second.context["conversation"].earlier)
    assert (said_on(third), third.context["conversation"].earlier) == ([f"No. {n}" for n in range(20)], "")
    assert said_on(ana.get(second.context["conversation"].later)) == said_on(first)
    assert said_on(ana.get(url(one, "?comments=%00"))) == said_on(first)


@pytest.mark.parametrize("count", [10, 1000])
def test_the_page_stays_within_eight_queries(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    many_comments(cast, one, count)
    ana.get(url(one))
    with django_assert_max_num_queries(8):
        assert len(said_on(ana.get(url(one)))) == min(count, 50)


def test_in_chinese(cast: Cast) -> None:
    one = invoice(cast, cast.yunshan)
    comments.add(one, "可以", by=actor(cast.olga), shown=True)
    page = visitor(cast.wei, language="zh-Hans").get(url(one)).text
    assert "对话" in page
    assert "写评论" in page
