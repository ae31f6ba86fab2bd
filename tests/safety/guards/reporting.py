"""Guards of the reports, and of comparing the books with the gateways."""

from .guard import Cut, Guard

AGED = "books/sales/reports.py"
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
        (Cut(AGED, 'is_unpaid | Q(id__in=later.values("document_id"))', "is_unpaid"),),
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
)
