"""What stands in the way of making an invoice of a schedule twice, or of what is stopped, deleted or out of date."""

from .guard import Cut, Guard

VERBS = "books/sales/recurring_invoices.py"
TESTS = "books/sales/test_recurring_invoices.py::"
PAYING = "portal/test_deleted_profiles.py::"

RECURRING = (
    Guard(
        "recurring invoices",
        "each date has its invoice once",
        (
            Cut(
                VERBS,
                "first_from(day + timedelta(days=1), made=profile.made)",
                "first_from(day, made=profile.made)",
            ),
            Cut(VERBS, "            RecurringRun.objects.create(", "            dict("),
        ),
        (f"{TESTS}test_asked_again_on_the_day_there_is_none_to_make",),
    ),
    Guard(
        "recurring invoices",
        "a date that has its invoice is not come back to",
        (
            Cut(
                VERBS,
                "return max(today, profile.last_on + timedelta(days=1)) if profile.last_on else today",
                "return today",
            ),
        ),
        (f"{TESTS}test_an_edit_changes_what_comes_and_makes_no_date_twice",),
    ),
    Guard(
        "recurring invoices",
        "none is made while it is stopped, or after it was deleted",
        (
            Cut(VERBS, "    if not is_on or day is None or", "    if day is None or"),
            Cut(VERBS, "RecurringInvoice.objects.present().active()", "RecurringInvoice.objects.all()"),
        ),
        (
            f"{TESTS}test_what_passes_while_it_is_stopped_is_not_made_up",
            f"{TESTS}test_a_deleted_one_makes_no_more_and_what_it_made_stands",
        ),
    ),
    Guard(
        "recurring invoices",
        "a tax that nobody could choose any more is not charged",
        (Cut(VERBS, "    if not customer.is_tax_exempt and retired.exists():", "    if False:"),),
        (f"{TESTS}test_what_a_person_could_not_choose_any_more_is_not_charged",),
    ),
    Guard(
        "recurring invoices",
        "two at once wait for each other",
        (
            Cut(
                VERBS,
                "    ledger.lock_of(profile)\n    profile = lock(profile)\n",
                "    profile.refresh_from_db()\n",
            ),
        ),
        (f"{TESTS}test_who_comes_second_finds_it_made",),
        "postgresql",
    ),
    Guard(
        "attack 11: changed after it was authorised",
        "a payment from a page that knew of a recurring invoice is refused when that was deleted since",
        (Cut("books/payments/profiles.py", "    if len(of(told)) < len(told):", "    if False:"),),
        (f"{PAYING}test_a_page_that_was_open_when_it_was_deleted_is_refused_and_the_next_one_pays",),
    ),
)
