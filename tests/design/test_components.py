"""Every component as markup: what belongs together is tied together, and what people typed stays text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from counterfoil.design import charts, icons, marks, samples
from counterfoil.foundation.refusal import Refused

DANGER = '<script>alert(1)</script>"'


def drawn(source, query="", **context):
    return engines["django"].from_string(source).render(context, RequestFactory().get(f"/list/{query}"))


class Tags(HTMLParser):
    """The elements of some markup: (name, attributes), in order."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def one(self, tag, **wanted):
        matching = [attrs for name, attrs in self.found if name == tag and wanted.items() <= attrs.items()]
        assert len(matching) == 1, matching
        return matching[0]

    @property
    def ids(self):
        return {attrs["id"] for _, attrs in self.found if "id" in attrs}


class Trial(forms.Form):
    name = forms.CharField(help_text="As on your invoices.")
    note = forms.CharField(widget=forms.Textarea)
    terms = forms.ChoiceField(choices=[("", "Choose"), ("30", "Net 30")])
    agreed = forms.BooleanField(label="I agree")
    kind = forms.ChoiceField(
        choices=[("a", "Company"), ("b", "Individual")], widget=forms.RadioSelect, help_text="One."
    )
    ways = forms.MultipleChoiceField(choices=[("a", "Card"), ("b", "Bank")], widget=forms.CheckboxSelectMultiple)
    logo = forms.FileField()
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Somebody else changed this meanwhile.")


SINGLE = ["name", "note", "terms", "agreed", "logo"]


def test_an_icon_is_ornament_unless_it_has_a_label():
    assert 'aria-hidden="true"' in drawn('{% icon "home" %}')
    labelled = drawn('{% icon "eye" label=label %}', label=DANGER)
    assert 'role="img"' in labelled
    assert "<script>" not in labelled
    with pytest.raises(KeyError):
        marks.icon("no-such-picture")


def test_every_icon_that_a_template_names_exists():
    names = set(icons.OUTLINES) | set(icons.SYNONYMS)
    source = Path(icons.__file__).parents[1]
    for path in source.rglob("*.html"):
        used = re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8"))
        assert set(used) <= names, path


def test_a_pill_says_its_status_in_words_and_in_its_dot():
    assert drawn('{% pill "partially_paid" "Partially paid" %}') == '<span class="pill partly">Partially paid</span>'
    assert drawn('{% pill status "Overdue" %}', status="overdue") == '<span class="pill overdue">Overdue</span>'
    assert "<script>" not in drawn("{% pill status label %}", status=DANGER, label=DANGER)


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("bound", [True, False])
def test_a_field_has_a_label_and_what_describes_it_exists(name, bound):
    form = Trial({}) if bound else Trial()
    tags = Tags(drawn("{% field bound %}", bound=form[name]))
    control = next(attrs for tag, attrs in tags.found if tag in ("input", "textarea", "select"))
    if name != "agreed":
        assert tags.one("label", **{"for": f"id_{name}"})
    assert control["id"] == f"id_{name}"
    described = set((control.get("aria-describedby") or "").split())
    assert described <= tags.ids
    assert (f"id_{name}-error" in described) == bound
    assert (control.get("aria-invalid") == "true") == bound
    assert (f"id_{name}-hint" in described) == (name == "name")


def test_a_box_and_its_words_are_one_target():
    markup = drawn("{% field bound %}", bound=Trial()["agreed"])
    assert re.search(r'<label class="check"><input type="checkbox"[^>]*><span>I agree</span></label>', markup)


def test_a_switch_says_that_it_is_one():
    assert Tags(drawn("{% field bound switch=True %}", bound=Trial()["agreed"])).one("input")["role"] == "switch"


def test_choices_stand_under_one_legend_that_carries_hint_and_error():
    tags = Tags(drawn("{% field bound %}", bound=Trial({})["kind"]))
    group = tags.one("fieldset")
    assert group["role"] == "radiogroup"
    assert group["aria-invalid"] == "true"
    assert set(group["aria-describedby"].split()) == {"id_kind-hint", "id_kind-error"} <= tags.ids
    boxes = [attrs for tag, attrs in tags.found if tag == "input"]
    assert [box["id"] for box in boxes] == ["id_kind_0", "id_kind_1"]
    assert not any("aria-describedby" in box for box in boxes)


def test_several_boxes_are_a_group_and_no_radio_group():
    group = Tags(drawn("{% field bound %}", bound=Trial({})["ways"])).one("fieldset")
    assert "role" not in group
    assert "aria-invalid" not in group
    assert group["aria-describedby"] == "id_ways-error"


def test_a_currency_belongs_to_its_field():
    markup = drawn('{% field bound money="SEK" inputmode="decimal" %}', bound=Trial()["name"])
    control = Tags(markup).one("input")
    assert control["inputmode"] == "decimal"
    assert control["aria-describedby"].split()[0] == "id_name-sign"
    assert '<span class="sign" id="id_name-sign">SEK</span>' in markup


def test_what_a_page_adds_reaches_the_control():
    markup = drawn(
        '{% field bound hx_get="/x/" class="code" label="Other" hint="Hint" optional=True %}', bound=Trial()["note"]
    )
    control = Tags(markup).one("textarea")
    assert (control["hx-get"], control["class"]) == ("/x/", "input code")
    assert 'Other <span class="muted">(optional)</span>' in markup
    assert ">Hint</p>" in markup


def test_a_field_without_visible_label_still_has_one():
    assert '<label for="id_name" class="unseen">Name</label>' in drawn(
        "{% field bound bare=True %}", bound=Trial()["name"]
    )


def test_a_hidden_field_is_nothing_but_itself():
    assert drawn("{% field bound %}", bound=Trial()["revision"]).startswith('<input type="hidden"')


def test_what_was_typed_comes_back_as_text():
    markup = drawn("{% field bound %}", bound=Trial({"name": DANGER})["name"])
    assert "<script>" not in markup
    assert Tags(markup).one("input")["value"] == DANGER


def test_the_summary_of_mistakes_leads_to_each_field():
    form = Trial({})
    fields = "".join(drawn("{% field bound %}", bound=bound) for bound in form)
    markup = drawn("{% errors form %}", form=form)
    tags = Tags(markup)
    assert tags.one("div", role="alert")["tabindex"] == "-1"
    targets = [attrs["href"][1:] for tag, attrs in tags.found if tag == "a"]
    assert targets == ["id_name", "id_note", "id_terms", "id_agreed", "id_kind_0", "id_ways_0", "id_logo"]
    assert set(targets) <= Tags(fields).ids
    assert "Somebody else changed this meanwhile." in markup


def test_the_summary_takes_several_forms_and_sets_of_forms():
    class Quiet(forms.Form):
        line = forms.CharField()

    formset = forms.formset_factory(Quiet, extra=0, min_num=1, validate_min=True)
    rows = formset({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-line": ""})
    markup = drawn("{% errors form rows %}", form=Quiet({}), rows=rows)
    assert re.findall(r'href="#([^"]+)"', markup) == ["id_line", "id_form-0-line"]
    assert "Please submit at least 1 form." in markup


def test_nothing_wrong_is_nothing_said():
    assert not drawn("{% errors form %}{% refusal none %}", form=Trial(), none=None).strip()


@pytest.mark.parametrize(
    ("kind", "role"), [("ok", "status"), ("wrong", "alert"), ("info", None), ("warn", None), ("say", None)]
)
def test_a_notice_is_announced_as_its_kind_asks(kind, role):
    markup = drawn("{% notice kind title=title %}{{ text }}{% endnotice %}", kind=kind, title="Saved.", text=DANGER)
    tags = Tags(markup)
    assert tags.found[0][1].get("role") == role
    assert tags.found[0][1]["class"] == f"notice {kind}"
    assert "<script>" not in markup


def test_a_refusal_shows_its_sentence_and_the_codes_that_people_read_out():
    payment = drawn("{% refusal refusal %}", refusal=Refused("CP3003", "The payment was declined."))
    assert "The payment was declined." in payment
    assert "<code>CP3003</code>" in payment
    other = drawn("{% refusal refusal %}", refusal=Refused("QUOTE_DECIDED", DANGER))
    assert 'data-code="QUOTE_DECIDED"' in other
    assert "<code>" not in other
    assert "<script>" not in other
    assert Tags(other).one("div", role="alert")


def test_a_dialog_is_named_and_can_be_closed_without_a_script():
    markup = drawn("{% dialog key title %}<p>Body</p>{% enddialog %}", key="decline", title=DANGER)
    tags = Tags(markup)
    assert tags.one("dialog")["aria-labelledby"] in tags.ids
    assert "open" not in tags.one("dialog")
    close = tags.one("button")
    assert (close["commandfor"], close["command"], close["aria-label"]) == ("decline", "close", "Close")
    assert "<script>" not in markup
    assert "open" in Tags(drawn('{% dialog "a" "A" open=True %}{% enddialog %}')).one("dialog")


def test_a_menu_is_a_button_and_what_it_opens():
    tags = Tags(drawn('{% menu "more" "More" end=True %}<a href="#">Copy</a>{% endmenu %}'))
    assert tags.one("button")["popovertarget"] in tags.ids
    assert tags.one("div") == {"class": "menu end", "id": "more", "popover": None}
    assert Tags(drawn('{% menu "row" "Actions" only=True %}{% endmenu %}')).one("button")["aria-label"] == "Actions"


def test_an_empty_list_says_what_will_appear():
    markup = drawn('{% empty "quote" "No quotes yet" text %}{% endempty %}', text=DANGER)
    assert "No quotes yet" in markup
    assert "<script>" not in markup
    assert 'class="row"' not in markup
    assert 'class="row"' in drawn('{% empty "quote" "None" %}<a href="#">New</a>{% endempty %}')


def test_paging_knows_newer_and_older_and_no_numbers():
    assert not drawn("{% pager none none %}", none=None).strip()
    markup = drawn('{% pager none "?after=9" note="Newest first" %}', none=None)
    tags = Tags(markup)
    assert tags.one("a")["href"] == "?after=9"
    assert tags.one("span", **{"class": "button"})["aria-disabled"] == "true"


@pytest.mark.parametrize(
    ("query", "options", "order", "href"),
    [
        ("", "", None, "?sort=due"),
        ("", 'first="-"', None, "?sort=-due"),
        ("", 'current="-due"', "descending", "?sort=due"),
        ("?sort=due", "", "ascending", "?sort=-due"),
        ("?sort=-due", 'current="due"', "descending", "?sort=due"),
        ("?q=a%26b&after=7&sort=number", "", None, "?q=a%26b&sort=due"),
        ("?status=paid&status=open&before=2", "", None, "?status=paid&status=open&sort=due"),
    ],
)
def test_a_column_sorts_and_keeps_the_rest_of_the_address(query, options, order, href):
    tags = Tags(drawn('{% sort_header "due" "Due date" ' + options + " %}", query))
    assert tags.one("th").get("aria-sort") == order
    assert tags.one("a")["href"] == href


def test_tabs_and_filters_mark_where_one_is():
    items = [samples.Link("All", "?"), samples.Link("Paid", "?status=paid", current=True)]
    tabs = Tags(drawn('{% tabs items "Customer" %}', items=items))
    assert tabs.one("nav")["aria-label"] == "Customer"
    assert tabs.one("a", href="?status=paid")["aria-current"] == "page"
    assert "aria-current" not in tabs.one("a", href="?")
    assert (
        Tags(drawn('{% filters items "Status" %}', items=items)).one("a", href="?status=paid")["aria-current"] == "true"
    )


def test_the_ageing_bar_fills_its_width_and_says_its_figures():
    slices = charts.slices(samples.AGEING)
    ends = [float(part.x[:-1]) + float(part.width[:-1]) for part in slices]
    assert ends[-1] == pytest.approx(100, abs=0.02)
    assert all(float(part.width[:-1]) >= 0 for part in slices)
    markup = drawn("{% ageing buckets %}", buckets=samples.AGEING)
    assert all(bucket.label in markup and bucket.amount in markup for bucket in samples.AGEING)


def test_an_ageing_bar_of_nothing_and_of_credits_is_empty():
    for minor in (0, -500):
        assert {part.width for part in charts.slices([("Current", "£0.00", minor), ("1-30 days", "£0.00", 0)])} == {
            "0.00%"
        }


def test_the_bars_have_a_label_a_legend_and_a_table():
    markup = drawn("{% bars months %}", months=samples.MONTHS)
    assert Tags(markup).one("svg")["role"] == "img"
    assert "Show as a table" in markup
    assert all(month.invoiced in markup and month.paid in markup for month in samples.MONTHS)
    assert not drawn("{% bars months %}", months=[]).strip()


@pytest.mark.parametrize(
    ("highest", "exponent"), [(0, 2), (1, 2), (99, 0), (284_400, 2), (10**13, 2), (12_345, 3), (-5, 2)]
)
def test_the_ladder_reaches_over_the_highest_bar_in_round_steps(highest, exponent):
    months = [("Jan", "", "", highest, 0)]
    rungs, top = charts.ladder([charts.Month(*month) for month in months], exponent)
    assert top >= highest
    assert 2 <= len(rungs) <= 5
    assert rungs[0].words == "0"


@pytest.mark.parametrize(
    ("language", "minor", "words"),
    [("en", 600_000, "6,000"), ("en", 3_000_000, "30K"), ("zh-hans", 600_000, "6,000"), ("zh-hans", 3_000_000, "3万")],
)
def test_a_large_scale_is_written_short(language, minor, words):
    with translation.override(language):
        rungs, _ = charts.ladder([charts.Month("Jan", "", "", minor, 0)], 2)
    assert rungs[-1].words == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Moreau", "AM"),
        ("ana", "A"),
        ("Jean Luc van der Berg", "JB"),
        ("魏佳宁", "佳宁"),
        ("王芳", "王芳"),
        ("", "?"),
        ("…", "?"),
    ],
)
def test_initials_are_what_people_would_write(name, letters):
    assert marks.initials(name) == letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lindqvist & Zhou Studio", "LZ"), ("云杉设计有限公司", "云"), ("Counterfoil", "C"), ("", "?")],
)
def test_a_monogram_stands_for_an_organization(name, letters):
    assert marks.monogram(name) == letters


def test_a_logo_is_a_picture_or_the_monogram():
    assert Tags(drawn('{% logo "Studio" "/logo.png" %}')).one("img") == {
        "class": "logo",
        "src": "/logo.png",
        "alt": "",
        "height": "32",
    }
    assert ">S</span>" in drawn('{% logo "Studio" "" %}')


@pytest.mark.parametrize(("colour", "href"), [("#FFD400", "/brand/ffd400.css"), ("17616f", "/brand/17616f.css")])
def test_a_colour_becomes_a_link(colour, href):
    assert Tags(drawn("{% brand_sheet colour %}", colour=colour)).one("link")["href"] == href


@pytest.mark.parametrize("colour", [None, "", "red", "#fff", DANGER, "17616f\n"])
def test_what_is_no_colour_links_to_nothing(colour):
    assert not drawn("{% brand_sheet colour %}", colour=colour)


def test_languages_are_written_as_html_does():
    assert drawn('{% html_lang "zh-hans" %} {% html_lang "en" %} {% html_lang "pt-br" %}') == "zh-Hans en pt-BR"
    with translation.override("zh-hans"):
        assert drawn("{% html_lang %}") == "zh-Hans"


def test_a_list_of_fifty_rows_costs_little():
    import time

    markup = '{% for row in rows %}{% pill "overdue" row %}{% icon "eye" label=row %}{% endfor %}'
    template = engines["django"].from_string(markup)
    rows = [f"Row {place}" for place in range(50)]
    template.render({"rows": rows})
    best = min(_seconds(lambda: template.render({"rows": rows}), time.perf_counter) for _ in range(20))
    assert best < 0.01


def _seconds(act, clock):
    start = clock()
    act()
    return clock() - start
