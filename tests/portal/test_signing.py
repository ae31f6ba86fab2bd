"""Signing in the portal: what is asked for, what is refused, and which PDF everybody gets afterwards."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from counterfoil.books.sales import forwarding, quotes
from counterfoil.books.sales.models import Quote, QuoteSignature
from counterfoil.outbound import enclosures, spreading
from counterfoil.outbound.models import Mail
from tests.support.books import quote
from tests.support.cast import Cast, visitor
from tests.support.signing import DRAWN, ask, seal_of, signed


def at(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/quotes/{one.id}/{rest}"


def office(cast: Cast, one: Any, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/quotes/{one.id}/{rest}"


def test_a_signature_is_asked_for_where_the_organization_does(cast: Cast) -> None:
    one, ana = quote(cast), visitor(cast.ana)
    assert 'name="signature_name"' not in ana.get(at(one)).text
    ask(cast)
    page = ana.get(at(one)).text
    assert 'name="signature_name"' in page
    assert "The time, your network address and your browser are kept with it." in page


def test_a_blank_one_is_refused_in_words_and_keeps_what_was_chosen(cast: Cast) -> None:
    ask(cast)
    one = quote(cast, extra="40")
    form = {"revision": 1, "with": ["1"], "signature_name": " ", "signature_drawn": "10,10 12,12"}
    answer = visitor(cast.ana).post(at(one, "acceptance/"), form)
    assert answer.status_code == 422
    assert answer.text.count("Sign first: type your name, or draw your signature.") == 2
    assert answer.context["total_with"] == "£140.00"
    assert 'value="10,10 12,12"' in answer.text
    assert Quote.objects.get().state == "sent"


def test_what_was_typed_stays_while_the_total_is_looked_at_without_scripts(cast: Cast) -> None:
    ask(cast)
    one = quote(cast, extra="40")
    answer = visitor(cast.ana).get(at(one, "?with=1&signature_name=Ana+Moreau"))
    assert 'value="Ana Moreau"' in answer.text


def test_the_signed_pdf_is_what_everybody_gets(cast: Cast) -> None:
    ask(cast)
    one, ana, olga = quote(cast, extra="40"), visitor(cast.ana), visitor(cast.olga)
    form = {"revision": 1, "with": ["1"], "signature_name": "Ana Moreau", "signature_drawn": DRAWN}
    answer = ana.post(at(one, "acceptance/"), form, headers={"User-Agent": "Tester/1 \t<b>"}, follow=True)
    assert "Accepted and signed by Ana Moreau on" in answer.text
    kept = QuoteSignature.objects.get()
    assert (kept.address, kept.user_agent, kept.drawn) == ("127.0.0.1", "Tester/1 <b>", DRAWN)
    pdf = ana.get(at(one, "pdf/")).content
    assert seal_of(pdf, cast.studio).bottom_line
    assert olga.get(office(cast, one, "pdf/")).content == pdf
    assert visitor(cast.vera).get(office(cast, one, "revisions/1/signed/")).content == pdf
    one.refresh_from_db()
    forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
    while spreading.spread_due():
        pass
    (enclosed,) = enclosures.of(Mail.objects.get(template="forwarded"))
    assert enclosed.content == pdf


def test_after_it_was_edited_the_old_signature_is_in_its_history_and_nowhere_else(cast: Cast) -> None:
    one, ana, olga = signed(quote(cast), by=cast.by_ana), visitor(cast.ana), visitor(cast.olga)
    pdf = ana.get(at(one, "pdf/")).content
    content = quotes.content_of(one, list(one.lines.all()))
    quotes.edit(one, replace(content, terms="Half at the start."), by=cast.by_olga, revision=1)
    for page in (at(one, "pdf/"), office(cast, one, "pdf/")):
        plain = (ana if page.startswith("/portal") else olga).get(page).content
        assert "/Sig" not in str(PdfReader(BytesIO(plain)).trailer["/Root"].get("/AcroForm"))
        assert b"/ByteRange" not in plain
    assert olga.get(office(cast, one, "revisions/1/signed/")).content == pdf
    assert olga.get(office(cast, one, "revisions/2/signed/")).status_code == 404
    history = olga.get(office(cast, one)).text
    assert f"{cast.ana.full_name} accepted and signed revision 1." in history
    assert office(cast, one, "revisions/1/signed/") in history


def test_on_the_customers_word_it_is_said_that_nobody_signed(cast: Cast) -> None:
    ask(cast)
    one, olga = quote(cast), visitor(cast.olga)
    assert "only the customer can do that, in the portal." in olga.get(office(cast, one)).text
    answer = olga.post(office(cast, one, "acceptance/"), {"revision": 1, "signature_name": "Ana"}, follow=True)
    assert "Without a signature." in answer.text
    assert not QuoteSignature.objects.exists()
    assert b"/ByteRange" not in olga.get(office(cast, one, "pdf/")).content


def test_nothing_that_is_typed_or_sent_along_is_more_than_text(cast: Cast) -> None:
    ask(cast)
    one, ana = quote(cast), visitor(cast.ana)
    name = '#read("/etc/passwd") <script>alert(1)</script>'
    form = {"revision": 1, "signature_name": name, "signature_drawn": "x"}
    assert "<script>alert(1)" not in ana.post(at(one, "acceptance/"), form).text
    ana.post(at(one, "acceptance/"), form | {"signature_drawn": ""}, headers={"User-Agent": "#eval(1+1) <script>"})
    pdf = ana.get(at(one, "pdf/")).content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    for part in ("#read(", "<script>", "#eval(1+1)"):
        assert part in text
    assert "root:" not in text


def test_another_customer_and_another_organization_get_no_signed_file(cast: Cast) -> None:
    one = signed(quote(cast), by=cast.by_ana)
    elsewhere = at(one, "pdf/").replace(str(cast.bakery.id), str(cast.bruno.customer_id))
    assert visitor(cast.bruno).get(elsewhere).status_code == 404
    assert visitor(cast.ana).get(office(cast, one, "revisions/1/signed/")).status_code == 404
    theirs = office(cast, one, "revisions/1/signed/").replace(str(cast.studio.id), str(cast.quay.id))
    assert visitor(cast.otto).get(theirs).status_code == 404


def test_the_pages_keep_their_budget(cast: Cast, django_assert_max_num_queries: Any) -> None:
    ask(cast)
    waiting, accepted = quote(cast, extra="40"), signed(quote(cast), by=cast.by_ana)
    ana, olga = visitor(cast.ana), visitor(cast.olga)
    for one in (waiting, accepted):
        ana.get(at(one))
        with django_assert_max_num_queries(8):
            assert ana.get(at(one)).status_code == 200
        with django_assert_max_num_queries(12):
            assert olga.get(office(cast, one)).status_code == 200
