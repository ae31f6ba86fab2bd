"""Guards of the reports, and of comparing the books with the gateways."""

from .guard import Cut, Guard

AGED = "books/sales/reports.py"
DIFFERING = "books/payments/comparing.py"
RECONCILING = "books/payments/reconciling.py"
COMPARING = "books/payments/test_comparing.py::"
FIGURES = "office/reports/figures.py"
PAGES = "office/test_report_figures.py::"
IN_TIME = "books/sales/test_aged_in_time.py::"

REPORTING = (
    Guard(
        "reports agree with the ledger",
        "what counts on a day belongs to what was owed at its end",
        (Cut(AGED, "counts_on__gt=on", "counts_on__gte=on"),),
        ("office/test_reports.py::test_an_earlier_day_is_as_the_ledger_had_it_then",),
    ),
    Guard(
        "reports agree with the ledger",
        "what is paid or given up since was owed then",
        (Cut(AGED, 'is_unpaid | Q(id__in=ours.values("document_id"))', "is_unpaid"),),
        (
            f"{PAGES}test_a_figure_opens_invoices_of_its_customer_its_age_and_its_day",
            f"{IN_TIME}test_what_a_day_said_it_says_for_ever_unless_something_else_counts_on_it",
        ),
    ),
    Guard(
        "reports agree with the ledger",
        "a figure opens the invoices of its own customer",
        (Cut(FIGURES, "found.filter(customer=customer), [customer", "found, [customer"),),
        (f"{PAGES}test_each_figure_of_what_is_owed_opens_exactly_the_invoices_that_it_sums",),
    ),
    Guard(
        "reports agree with the ledger",
        "money that stayed as credit has not gone",
        (Cut("books/payments/reports.py", ".exclude(way=Return.Way.CREDIT)"),),
        (f"{PAGES}test_a_day_of_payments_opens_them_each_with_its_page",),
    ),
    Guard(
        "reports agree with the ledger",
        "tax that was credited is no tax that was charged",
        (Cut(AGED, "filter=~is_credit, "),),
        ("office/test_reports.py::test_credit_counts_in_the_period_in_which_it_is_given_and_ends_with_the_invoice",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "each refund and dispute by its own id: what went back there is missed here",
        (Cut(DIFFERING, "        if other is None and one is not None:", "        if False:"),),
        (
            f"{COMPARING}test_money_that_went_back_only_at_the_gateway_is_found",
            f"{COMPARING}test_two_refunds_of_one_amount_are_told_apart",
        ),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "and what went back here is missed there",
        (Cut(DIFFERING, "        elif one is None and other is not None:", "        elif False:"),),
        (
            f"{COMPARING}test_two_refunds_of_one_amount_are_told_apart",
            f"{COMPARING}test_a_chargeback_is_taken_over_and_is_found_when_it_is_here_alone",
        ),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "an amount is one of its currency",
        (Cut(DIFFERING, "    if there != here:", "    if there.minor != here.minor:"),),
        (f"{COMPARING}test_another_currency_is_found_and_each_side_is_said_in_its_own",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "test money is no money",
        (Cut(DIFFERING, "    if snapshot.live != account.is_live:", "    if False:"),),
        (f"{COMPARING}test_test_money_at_a_live_account_is_found",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "what is under way for longer than the gateway takes is told",
        (Cut(RECONCILING, "        if is_late and ", "        if False and "),),
        (f"{COMPARING}test_what_is_under_way_for_longer_than_the_gateway_takes_is_told_until_it_ends",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "a silence is told, and once",
        (Cut(RECONCILING, "    if not is_told:", "    if True:"),),
        (f"{COMPARING}test_a_silence_rings_the_bell_once_and_the_next_one_again",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "one comparison after the other writes down what it found",
        (
            Cut(
                RECONCILING,
                "GatewayAccount.objects.select_for_update().get(id=comparison.gateway_id)\n    known =",
                "GatewayAccount.objects.get(id=comparison.gateway_id)\n    known =",
            ),
        ),
        (f"{COMPARING}test_who_writes_down_what_differs_waits_for_who_does_so_just_now",),
        database="postgresql",
    ),
)
