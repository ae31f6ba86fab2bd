"""Guards of statements: that they add up, whose they are, and to whom they are mailed."""

from .guard import Cut, Guard

LEDGER = "books/ledger/statements.py"
BOOKS = "books/ledger/test_statements.py::"
PORTAL = "portal/test_statements.py::"
OFFICE = "office/test_statement.py::"

STATEMENTS = (
    Guard(
        "attack 1: somebody else's document",
        "what happened in a statement happened to its customer",
        (
            Cut(LEDGER, "Leg.objects.filter(customer=customer, currency", "Leg.objects.filter(currency"),
            Cut(LEDGER, "posting__customer=customer, posting__counts_on", "posting__counts_on"),
        ),
        (
            f"{BOOKS}test_a_statement_tells_of_one_customer",
            f"{PORTAL}test_another_customers_statement_is_not_found",
        ),
    ),
    Guard(
        "attack 1: somebody else's document",
        "a statement is mailed to people of its customer",
        (Cut(LEDGER, "filter(customer=customer, id__in=to)", "filter(id__in=to)"),),
        (f"{OFFICE}test_a_statement_is_sent_to_somebody_or_not_at_all",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "only staff of the organization mail a statement",
        (Cut(LEDGER, "    by.must_be_staff_of(customer.organization_id)\n"),),
        (f"{OFFICE}test_a_statement_is_sent_to_somebody_or_not_at_all",),
    ),
    Guard(
        "statements are what the organization shows",
        "where they are switched off there are none",
        (Cut("portal/statements.py", 'if not is_on(reach.organization, "statements"):', "if False:"),),
        (f"{PORTAL}test_where_statements_are_switched_off_there_are_none",),
    ),
    Guard(
        "statements agree with the ledger",
        "a period opens with what was before its first day",
        (Cut(LEDGER, "counts_on__gte=month, counts_on__lt=day", "counts_on__gte=month, counts_on__lte=day"),),
        (f"{BOOKS}test_a_period_opens_with_what_was_before_its_first_day",),
    ),
    Guard(
        "statements agree with the ledger",
        "the months before are whole",
        (Cut(LEDGER, "month__lt=month", "month__lte=month"),),
        (f"{BOOKS}test_a_period_opens_with_what_was_before_its_first_day",),
    ),
    Guard(
        "statements agree with the ledger",
        "what is dated ahead is owed today, as on the home page",
        (Cut(LEDGER, "period.last if period.last < today else date.max", "period.last"),),
        (f"{BOOKS}test_what_is_dated_ahead_is_a_part_of_today_and_of_its_own_day_once_that_has_come",),
    ),
    Guard(
        "statements agree with the ledger",
        "and is before what is still to come",
        (Cut(LEDGER, "period.first if period.first <= today else date.max", "period.first"),),
        (f"{BOOKS}test_what_is_dated_ahead_is_a_part_of_today_and_of_its_own_day_once_that_has_come",),
    ),
    Guard(
        "statements agree with the ledger",
        "a chargeback that was won undoes the chargeback, and no refund",
        (Cut(LEDGER, "told == UNDONE and undid == CHARGED_BACK", "False"),),
        (f"{BOOKS}test_a_chargeback_is_an_adjustment_and_a_refund_is_not",),
    ),
    Guard(
        "statements agree with the ledger",
        "no money is posted that no statement tells of",
        (
            Cut(
                "books/ledger/ledger.py",
                "if kinds.has_no_row(kind, frozenset(leg.account for leg in legs)):",
                "if False:",
            ),
        ),
        (f"{BOOKS}test_what_a_statement_could_not_tell_of_is_not_posted",),
    ),
)
