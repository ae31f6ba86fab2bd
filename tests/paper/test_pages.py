"""How a document goes over pages, and what happens to words that are too long."""

from dataclasses import replace

from counterfoil.paper.sheet import Fact, Line, Paid, Party, Passage, Total
from tests.paper.sheets import CHINESE, ENGLISH, RECEIPT, pages, read, words

URL = "https://example.com/" + "abc-def/" * 30
WORD = "x" * 300


def numbered(count):
    return tuple(
        Line(f"Item {n:03}", f"{n}.00", "1", f"{n}.00", "Described in a few words") for n in range(1, count + 1)
    )


def inside_the_margins(sheet):
    """Whether every word starts within the margins of an A4 page, and no run of letters is wider than it."""
    starts, longest = [], 0

    def note(text, matrix, text_matrix, font, size):
        if text.strip():
            starts.append(matrix[0] * text_matrix[4] + matrix[2] * text_matrix[5] + matrix[4])

    for page in read(sheet).pages:
        text = page.extract_text(visitor_text=note)
        longest = max(longest, *(len(word) for word in text.split()))
    return min(starts) >= 55 and max(starts) <= 540 and longest <= 110


def test_sixty_lines_repeat_the_heads_and_number_the_pages():
    texts = pages(replace(ENGLISH, lines=numbered(60)))

    assert len(texts) > 2
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Registered in England and Wales" in text
    for text in texts[:-1]:
        assert "Quantity" in text
    for text in texts[1:]:
        assert "Invoice INV-000209" in text


def test_three_hundred_lines_all_arrive_in_order():
    text = words(replace(ENGLISH, lines=numbered(300)))

    assert [int(part[:3]) for part in text.split("Item ")[1:] if part[:3].isdigit()] == list(range(1, 301))


def test_totals_stay_together_wherever_the_page_ends():
    for count in range(8, 22):
        texts = pages(replace(ENGLISH, lines=numbered(count)))
        (page,) = [text for text in texts if "Balance due" in text]
        assert "Subtotal" in page
        assert "£1,380.00" in page


def test_a_row_is_never_cut_in_two():
    lines = tuple(Line("Board", "1.00", description="top row\nmiddle\nmiddle\nmiddle\nlast row") for _ in range(40))
    texts = pages(replace(ENGLISH, lines=lines))

    assert len(texts) > 3
    for text in texts:
        assert text.count("top row") == text.count("last row")


def test_a_description_longer_than_a_page_goes_on_over_the_next():
    texts = pages(replace(ENGLISH, lines=(Line("Long", "1.00", description="word " * 3000),)))

    assert sum(text.count("word") for text in texts) == 3000
    assert max(text.count("word") for text in texts) < 1200


def test_long_words_and_addresses_wrap_and_come_out_whole():
    sheet = replace(
        ENGLISH,
        organization=Party(WORD, (URL,), WORD),
        customer=Party("客户" * 60, (URL,), WORD),
        number=WORD[:60],
        facts=(Fact(WORD, URL), Fact("Due date", WORD)),
        lines=(Line(URL, "1.00", "1", "1.00", WORD),),
        totals=(Total(WORD, "£1.00"), Total("Balance due", "£1.00", emphasis=True)),
        notes=Passage(URL),
    )

    assert inside_the_margins(sheet)
    assert words(sheet).replace(" ", "").count(URL) >= 4


def test_large_figures_leave_room_for_the_words():
    description = "Hand-drawn lettering, two rounds"
    line = Line(
        "Work", "9,999,999,999.00", "1,000,000.123456 hours", "9,999,999,999.000000", description, discount="100.0000%"
    )
    (page,) = pages(replace(ENGLISH, lines=(line,)))

    assert description in page
    assert "1,000,000.123456 hours" in page
    assert "9,999,999,999.000000" in page


def test_a_receipt_for_many_invoices_goes_over_pages():
    paid = tuple(Paid(f"INV-{n:06}", "£1.00", "Paid in full") for n in range(60))
    texts = pages(replace(RECEIPT, receipt=replace(RECEIPT.receipt, paid=paid)))

    assert len(texts) > 1
    assert sum(text.count("Paid in full") for text in texts) == 60


def test_long_chinese_wraps():
    sheet = replace(CHINESE, notes=Passage("感谢您的惠顾，" * 80), lines=CHINESE.lines * 40)

    assert inside_the_margins(sheet)
    assert words(sheet).replace(" ", "").count("感谢您的惠顾，") == 80
