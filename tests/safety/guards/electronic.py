"""What keeps an electronic invoice from saying something else than the paper around it."""

from .guard import Cut, Guard

SUBJECT = "the electronic invoice"
FOLDER = "paper/electronic/"
TESTS = "paper/test_electronic.py::"

ELECTRONIC = (
    Guard(
        SUBJECT,
        "its sums are the printed ones, to the last unit",
        (
            Cut(
                f"{FOLDER}sums.py",
                "    left = group.base_minor + discount - shipping\n",
                "    left = group.base_minor\n",
            ),
        ),
        (f"{TESTS}test_any_document_keeps_to_the_schema_and_the_rules",),
    ),
    Guard(
        SUBJECT,
        "what the standard can't say is not said wrongly",
        (
            Cut(f"{FOLDER}missing.py", '    if exponent(snapshot["currency"]) > 2:', "    if False:"),
            Cut(f"{FOLDER}sums.py", "    if places > 2 or ", "    if "),
        ),
        (f"{TESTS}test_currencies_of_no_and_of_three_decimals",),
    ),
    Guard(
        SUBJECT,
        "where a datum is missing there is none",
        (Cut(f"{FOLDER}enclosing.py", " or missing(snapshot)"),),
        (f"{TESTS}test_what_is_missing_is_said_to_the_office_and_the_pdf_is_plain",),
    ),
    Guard(
        SUBJECT,
        "what is void carries none",
        (Cut("paper/documents.py", '    if standing.stamp == "void":\n        return pdf\n'),),
        (f"{TESTS}test_nothing_is_in_a_draft_in_what_is_void_or_where_it_is_off",),
    ),
    Guard(
        SUBJECT,
        "what was typed is text in it, and only what XML can hold",
        (Cut(f"{FOLDER}cii.py", '_UNPRINTABLE.sub("", ', "("),),
        (f"{TESTS}test_markup_in_a_name_stays_text",),
    ),
)
