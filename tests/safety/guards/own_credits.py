"""What it rests on that customers use their own credits while they pay: where they may, theirs, once, and as read."""

from .guard import Cut, Guard

SUBJECT = "own credits"
VERBS = "books/payments/own_credit.py"
TESTS = "books/payments/test_own_credit.py::"
PAGES = "portal/test_paying_with_credits.py::"

OWN_CREDITS = (
    Guard(
        SUBJECT,
        "only where the organization allows it",
        (Cut(VERBS, "    if not modules.is_on(", "    if False and not modules.is_on("),),
        (f"{TESTS}test_only_where_the_organization_allows_it",),
    ),
    Guard(
        SUBJECT,
        "only who signs in",
        (Cut(VERBS, '    if by.kind != "contact":', "    if False:"),),
        (f"{TESTS}test_only_the_customers_own_people_who_still_have_access",),
    ),
    Guard(
        SUBJECT,
        "only who still has access",
        (Cut("books/payments/allocations.py", "        access.must_still_have(by)", "        pass"),),
        (f"{TESTS}test_only_the_customers_own_people_who_still_have_access",),
    ),
    Guard(
        SUBJECT,
        "only of what was read, so that the same form uses nothing twice",
        (
            Cut(
                VERBS,
                "    if {one.document.id: one.minor for one in payables} != dict(wish.invoices)"
                " or now != dict(wish.credits):",
                "    if False:",
            ),
        ),
        (f"{TESTS}test_the_same_form_sent_again_uses_nothing_twice",),
    ),
    Guard(
        SUBJECT,
        "a payment that failed gives it back",
        (Cut("books/payments/attempts.py", "    if attempt.used_credits:", "    if False:"),),
        (f"{TESTS}test_a_card_that_is_declined_gives_it_back",),
    ),
    Guard(
        SUBJECT,
        "what was written off meanwhile keeps it",
        (Cut(VERBS, " if invoice.state == Invoice.State.ISSUED else 0:", ":"),),
        (f"{TESTS}test_what_became_of_the_invoice_meanwhile_is_respected",),
    ),
    Guard(
        SUBJECT,
        "what is charged is what was read",
        (Cut("portal/paying/pages.py", ' or _ticked(request.POST) or (desk.own and sent["seen"]):', ":"),),
        (f"{PAGES}test_what_is_charged_is_what_was_read",),
    ),
    Guard(
        SUBJECT,
        "who came by a link sees none",
        (Cut("reach/mailed_links.py", "    @property\n    def uses_credits(self) -> bool:\n        return False\n"),),
        (f"{PAGES}test_who_came_by_a_link_sees_no_credits",),
    ),
)
