"""What stands in the way of a quote that is decided wrongly, or twice."""

from .guard import Cut, Guard

VERBS = "books/sales/quotes.py"
TESTS = "books/sales/test_quotes.py::"
PAGES = "portal/test_quotes.py::"

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
            Cut(VERBS, "    ledger.lock(quote.customer_id)\n"),
        ),
        ("safety/test_races.py::test_twenty_decide_a_quote_at_once_and_it_is_decided_once",),
        database="postgresql",
    ),
)
