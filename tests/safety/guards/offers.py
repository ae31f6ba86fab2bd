"""What stands in the way of a quote that is decided wrongly, or twice."""

from .guard import Cut, Guard

VERBS = "books/sales/quotes.py"
TESTS = "books/sales/test_quotes.py::"
PAGES = "portal/test_quotes.py::"
SIGNING = "books/sales/test_signing.py::"

OFFERS = (
    Guard(
        "attack 1: somebody else's document",
        "a portal's quotes are one customer's",
        (Cut("reach/portal.py", "Quote.objects.of(self.customer).visible", "Quote.objects.all().visible"),),
        (f"{PAGES}test_drafts_and_others_quotes_are_not_there",),
    ),
    Guard(
        "attack 1: what was not sent yet",
        "the customer sees no draft quote",
        (
            Cut(
                "reach/portal.py",
                "Quote.objects.of(self.customer).visible_to_customer()",
                "Quote.objects.of(self.customer)",
            ),
        ),
        (f"{PAGES}test_drafts_and_others_quotes_are_not_there",),
    ),
    Guard(
        "attack 14: twice",
        "a quote is decided in the customer's name by their own people and the office alone",
        (Cut(VERBS, "    actor.must_act_for(quote.customer_id, organization_id=quote.organization_id)\n"),),
        (f"{TESTS}test_another_customer_decides_nothing",),
    ),
    Guard(
        "attack 14: twice",
        "what was decided is not decided again",
        (
            Cut(
                VERBS,
                "    if quote.state not in (Quote.State.SENT, Quote.State.DRAFT):\n"
                '        raise Refused("QUOTE_DECIDED", how_it_was_decided(quote))\n',
            ),
        ),
        (f"{TESTS}test_the_second_of_two_people_is_told_who_decided_and_how",),
    ),
    Guard(
        "attack 14: twice",
        "a decision names the revision that was read",
        (Cut(VERBS, "    if quote.revision != revision:", "    if quote.revision < revision:"),),
        (f"{TESTS}test_a_quote_that_was_changed_must_be_read_again",),
    ),
    Guard(
        "attack 14: twice",
        "what has expired is not decided",
        (Cut(VERBS, "    if quote.is_expired(organizations.today(quote.organization_id)):", "    if False:"),),
        (f"{TESTS}test_what_has_expired_can_not_be_decided",),
    ),
    Guard(
        "attack 14: twice",
        "only what is offered can be chosen",
        (Cut(VERBS, "    if chosen - {line.position for line in lines if line.is_optional}:", "    if False:"),),
        (f"{TESTS}test_only_an_optional_line_can_be_chosen",),
    ),
    Guard(
        "attack 14: twice",
        "a quote becomes something once",
        (
            Cut("books/sales/conversions.py", "    if made:", "    if False:"),
            Cut("books/sales/conversions.py", "    if quote.state != Quote.State.ACCEPTED:", "    if False:"),
        ),
        (f"{TESTS}test_a_quote_becomes_an_invoice_once",),
    ),
    Guard(
        "attack 14: twice",
        "two people who decide at the same moment make one decision",
        (
            Cut(VERBS, "    quote = lock(quote)\n    actor", "    actor"),
            Cut(VERBS, "    ledger.lock_of(quote)\n"),
        ),
        ("safety/test_races.py::test_twenty_decide_a_quote_at_once_and_it_is_decided_once",),
        database="postgresql",
    ),
    Guard(
        "attack 22: a signature on changed content",
        "what was signed is of the revision that was signed",
        (
            Cut(
                "paper/signed_quotes.py",
                "    return signed_pdf_of(document, document.revision)",
                "    return signed_pdf_of(document, 1)",
            ),
        ),
        ("paper/test_signed_quotes.py::test_what_was_edited_afterwards_has_no_signed_file_and_the_old_one_has",),
    ),
    Guard(
        "attack 22: a signature on changed content",
        "the signature is of exactly what was accepted, to the byte",
        (Cut("books/sales/signing.py", "sha256=sha256(signed_bytes(revision.accepted))", "sha256=sha256(b'')"),),
        (f"{SIGNING}test_who_signs_when_from_where_and_what_is_kept",),
    ),
    Guard(
        "attack 22: a signature on changed content",
        "verify finds a revision that was changed under its signature",
        (Cut("books/sales/checks.py", "        if digest != signature.sha256:", "        if False:"),),
        (f"{SIGNING}test_verify_says_when_what_was_signed_is_not_what_is_kept",),
    ),
    Guard(
        "attack 22: a signature on changed content",
        "the signed file that counts is the first, and stays as it is",
        (
            Cut(
                "books/sales/signing.py",
                "    if not signature.file:\n        signature.file",
                "    if True:\n        signature.file",
            ),
        ),
        (f"{SIGNING}test_the_first_file_that_was_made_is_the_one_that_counts",),
    ),
    Guard(
        "attack 22: a signature on changed content",
        "where a signature is asked for, nothing is accepted without one",
        (Cut("books/sales/signing.py", "    if not is_asked(", "    if is_asked("),),
        (f"{SIGNING}test_a_blank_one_is_no_signature",),
    ),
    Guard(
        "attack 22: a signature on changed content",
        "staff who accept on the customer's word sign nothing in their name",
        (Cut("books/sales/signing.py", '    if actor.kind != "contact":\n        return None\n'),),
        (f"{SIGNING}test_staff_accept_on_the_customers_word_without_a_signature",),
    ),
    Guard(
        "attack 7: forwarding hands over authority",
        "who came by a link decides nothing, whichever door they came by",
        (Cut(VERBS, '    if actor.kind == "link":', "    if False:"),),
        (f"{SIGNING}test_who_came_by_a_link_signs_and_decides_nothing",),
    ),
    Guard(
        "attack 15: stored script",
        "a drawn signature is numbers alone",
        (
            Cut(
                "books/sales/signing.py",
                "    is_readable = len(drawn) <= LONGEST_DRAWING and _STROKES.fullmatch(drawn)",
                "    is_readable = True",
            ),
        ),
        (f"{SIGNING}test_what_is_not_only_strokes_is_refused",),
    ),
)
