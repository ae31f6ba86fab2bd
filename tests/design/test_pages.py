"""The shells, and the pages that are one message."""

import json
import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from counterfoil.design import samples

ERRORS = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "design/access_ended.html"]


def shell(name, **changes):
    context = samples.page(name, None) | changes
    return render_to_string(f"design/{name}.html", context, RequestFactory().get("/here/?a=1"))


@pytest.mark.parametrize("name", ERRORS)
def test_a_message_needs_neither_request_nor_database_nor_static_files(name, settings):
    settings.STORAGES = {"staticfiles": {"BACKEND": "tests.design.no_such_storage"}}
    markup = render_to_string(name, {})
    assert "<h1>" in markup
    assert "data-whole" in markup
    assert "<script" not in markup


def test_a_failure_says_its_reference():
    assert "<code>K7Q2</code>" in render_to_string("500.html", {"reference": "K7Q2"})
    assert "<code>" not in render_to_string("500.html", {})


@pytest.mark.parametrize("name", ["portal", "office"])
def test_a_shell_names_its_landmarks_and_skips_to_the_content(name):
    markup = shell(name)
    assert '<a class="unseen button" href="#main">Skip to content</a>' in markup
    assert markup.count("<main") == markup.count('id="main"') == 1
    assert '<nav class="sidebar" id="nav" popover aria-label="Main menu">' in markup
    ids = re.findall(r'\sid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:popovertarget|aria-labelledby)="([^"]+)"', markup):
        assert target in ids


def test_signing_out_is_a_post():
    markup = shell("portal", sign_out_url="/out/")
    assert re.search(r'<form method="post" action="/out/"><input type="hidden" name="csrfmiddlewaretoken"', markup)
    assert "Sign out" in markup


def test_the_office_menu_has_its_groups():
    markup = shell("office")
    sales = re.search(r'<div class="group" role="group" aria-labelledby="nav-2">.*?</div>', markup, re.DOTALL).group()
    assert '<p id="nav-2">Sales</p>' in sales
    assert [label for label in ("Customers", "Items", "Invoices", "Payments received") if label in sales] == [
        "Customers",
        "Items",
        "Invoices",
        "Payments received",
    ]
    assert "Settings" not in sales


def test_the_page_says_where_one_is():
    assert re.findall(r'aria-current="page"><svg.*?</svg>([^<]+)', shell("office")) == ["Invoices"]


def test_the_bell_counts_in_words_too():
    assert 'aria-label="Notifications, 3 unread"' in shell("office")
    none = shell("office", unread=0)
    assert 'aria-label="Notifications"' in none
    assert 'class="count"' not in none
    assert ">99+</span>" in shell("office", unread=120)


def test_with_one_customer_there_is_nothing_to_switch():
    markup = shell("portal", switcher=[samples.Link("Harbour Bakery Ltd", current=True)])
    assert 'popovertarget="switcher"' not in markup
    assert "Switch to" not in markup
    assert "Harbour Bakery Ltd" in markup


def test_the_language_switch_returns_to_this_page():
    markup = shell("portal", language_url="/language/")
    assert '<input type="hidden" name="next" value="/here/?a=1">' in markup
    assert 'name="language" value="zh-hans" lang="zh-Hans"' in markup
    assert "简体中文" in markup


def test_what_holds_for_every_page_stands_above_it():
    markup = shell("portal", test_money=True, watching={"name": "Ana <b>", "language": "en", "stop_url": "/stop/"})
    assert "Sandbox: no real money" in markup
    assert "Viewing the portal as <b>Ana &lt;b&gt;</b>. Read only." in markup
    assert '<form class="watching row" lang="en" method="post" action="/stop/">' in markup
    assert "Sandbox" not in shell("portal")


def test_the_organizations_message_is_text():
    assert "&lt;script&gt;" in shell("portal", banner="<script>")


def test_htmx_is_told_to_run_nothing_and_what_to_swap():
    markup = shell("office")
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", markup).group(1))
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    swaps = {rule["code"]: rule["swap"] for rule in config["responseHandling"]}
    assert swaps == {"204": False, "[23]..": True, "409|422": True, "[45]..": False}
    assert "htmx-2" not in markup
