"""What stands in the way of reminding somebody who should not be reminded, or twice."""

from .guard import Cut, Guard

REMINDERS_FILE = "books/payments/reminders.py"
TESTS = "books/payments/test_reminders.py::"

REMINDERS = (
    Guard(
        "reminders",
        "nobody is reminded of what is open because money went back, until a person says so",
        (
            Cut(REMINDERS_FILE, "    if invoice.reopened_at is not None:", "    if False:"),
            Cut(REMINDERS_FILE, ".unpaid().filter(reopened_at__isnull=True)", ".unpaid()"),
        ),
        (f"{TESTS}test_what_is_open_because_money_went_back_waits_for_a_persons_word",),
    ),
    Guard(
        "reminders",
        "nobody is reminded of what is disputed",
        (Cut(REMINDERS_FILE, "    if taken_back.filter(shares__invoice=invoice).exists():", "    if False:"),),
        (f"{TESTS}test_what_is_disputed_is_not_reminded_of_until_that_has_ended",),
    ),
    Guard(
        "reminders",
        "nobody is reminded of what is being paid already",
        (Cut(REMINDERS_FILE, "    if payable_minor(invoice) == 0:", "    if False:"),),
        (f"{TESTS}test_what_is_being_paid_already_is_not_reminded_of",),
    ),
    Guard(
        "reminders",
        "each step of an invoice is told of once",
        (
            Cut(REMINDERS_FILE, "return wanted.exclude(Exists(reminded))", "return wanted"),
            Cut(REMINDERS_FILE, "    ReminderStep.objects.create(", "    dict("),
        ),
        (f"{TESTS}test_each_step_is_sent_once_on_its_day",),
    ),
    Guard(
        "reminders",
        "what was looked for is looked at again under the lock",
        (Cut(REMINDERS_FILE, "    if not is_wanted or _in_the_way(invoice) or not to:", "    if not to:"),),
        (f"{TESTS}test_what_happens_between_looking_and_reminding_counts",),
    ),
    Guard(
        "reminders",
        "nobody is reminded of what was overdue long before they were switched on",
        (Cut(REMINDERS_FILE, "max(organization.reminded_since or today, today - LATE)", "today - 9 * LATE"),),
        (f"{TESTS}test_what_was_overdue_long_before_they_were_switched_on_is_left_alone",),
    ),
)
