"""A statement on paper: its sums, its rows over many pages, and that everything that can happen has its words."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from counterfoil.books.ledger import kinds
from counterfoil.books.ledger.kinds import Column
from counterfoil.paper import typesetting
from counterfoil.paper.sheet import Account, Entry, Sheet, Total
from counterfoil.paper.statements import COLUMNS, WORDS
from counterfoil.paper.typesetter import CannotTypeset
from tests.paper.sheets import AT, CHINESE, ENGLISH, pages, words

HEADS = ("Date", "Transaction", "Amount", "Balance")
SUMS = (Total("Opening balance", "£20.00"), Total("Paid", "−£20.00"), Total("Closing balance", "£0.00", emphasis=True))


def statement(count: int, *, of: Sheet = ENGLISH, heads: tuple[str, str, str, str] = HEADS) -> Sheet:
    entries = tuple(Entry("3 Nov 2026", "Invoice", f"INV-{n:06}", "£1.00", f"£{n:,}.00") for n in range(1, count + 1))
    account = Account(SUMS, heads, Entry("1 Nov 2026", "Opening balance", balance="£20.00"), entries)
    number = "1 Nov 2026 to 30 Nov 2026"
    empty = replace(of, facts=(), columns=None, lines=(), totals=(), payment=None, notes=None, terms=None)
    return replace(
        empty, kind="statement", title="Statement of account", number=number, bill_to="Account of", accounts=(account,)
    )


def test_it_says_whose_it_is_what_it_adds_up_to_and_what_happened():
    text = words(statement(2))
    for part in ("Statement of account 1 Nov 2026 to 30 Nov 2026", "Account of Harbour Bakery Ltd", "Paid −£20.00"):
        assert part in text
    assert "1 Nov 2026 Opening balance £20.00" in text
    assert "3 Nov 2026 Invoice INV-000001 £1.00 £1.00" in text


@pytest.mark.parametrize("count", [900, 1_100])  # as a table, and as lines
def test_every_row_arrives_in_order_and_the_head_stands_on_each_page(count):
    texts = pages(statement(count))
    assert len(texts) > 20
    for number, text in enumerate(texts, 1):
        found = " ".join(text.split())
        assert f"Page {number} of {len(texts)}" in found
        assert "Date Transaction Amount Balance" in found
        assert "Statement of account" in found
    numbers = [part[:6] for text in texts for part in text.split("INV-")[1:]]
    assert numbers == [f"{n:06}" for n in range(1, count + 1)]


def test_a_long_one_is_the_same_file_each_time_and_leaves_the_typesetter_as_small_as_it_was(monkeypatch):
    """It is set by a process of its own, which gives its memory back by ending."""
    long = statement(1_200)
    monkeypatch.setattr(typesetting, "_typesetter", None)
    first = typesetting.render(long, at=AT)
    assert first == typesetting.render(long, at=AT)
    assert first.startswith(b"%PDF")
    with pytest.raises(CannotTypeset, match="us-letter"):
        typesetting.render(replace(long, size="napkin"), at=AT)


def test_a_chinese_one_is_chinese_and_a_second_account_stands_below_with_its_title():
    sheet = statement(1, of=CHINESE, heads=("日期", "交易", "金额", "余额"))
    second = replace(sheet.accounts[0], title="预付款", sums=(Total("期末余额", "¥7.00", emphasis=True),))
    text = words(replace(sheet, accounts=(*sheet.accounts, second))).replace(" ", "")
    assert text.count("日期交易金额余额") == 2
    assert text.index("云杉设计有限公司") < text.index("预付款") < text.index("¥7.00")


def test_whatever_a_statement_tells_of_has_its_words_in_both_languages():
    told = {kind for kind, column in kinds.OWED.columns.items() if column is not None} - {"invoice.corrected"}
    assert set(WORDS) == told
    assert set(COLUMNS) == set(Column)
    for language in ("en", "zh-hans"):
        with override(language):
            assert len({str(word) for word in WORDS.values()}) == len(WORDS)
