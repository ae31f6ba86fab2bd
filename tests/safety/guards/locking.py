"""What the lock date and the opening balances rest on."""

from .guard import Cut, Guard

LEDGER = "books/ledger/ledger.py"
LOCK_DATE = "books/organizations/lock_date.py"
LOCKED = "books/payments/test_lock_date.py::"
OPENING = "books/sales/opening.py"
OPENED = "books/sales/test_opening.py::"
SETTING = "books/organizations/test_lock_date.py::"
SUBJECT = "the lock date"

LOCKING = (
    Guard(
        SUBJECT,
        "nothing is posted on a locked day",
        (
            Cut(LEDGER, "    lock_date.must_be_open(balance.organization_id, counts_on, actor=by)\n"),
            Cut(
                "books/payments/payments.py",
                '    lock_date.must_be_open(balance.organization_id, paid_on, actor=by, field="paid_on")\n',
            ),
        ),
        (f"{LOCKED}test_staff_change_nothing_of_a_locked_day",),
    ),
    Guard(
        SUBJECT,
        "what is written off counts on the invoice's day too",
        (Cut("books/sales/write_offs.py", "    must_be_open(invoice, staff=by)\n"),),
        (f"{LOCKED}test_staff_change_nothing_of_a_locked_day",),
    ),
    Guard(
        SUBJECT,
        "a write-off of a locked day is not undone",
        (
            Cut(
                "books/sales/write_offs.py",
                "must_be_open(invoice, posting.counts_on, staff=by)",
                "must_be_open(invoice, staff=by)",
            ),
        ),
        (f"{LOCKED}test_what_was_voided_or_written_off_on_a_locked_day_stays_so",),
    ),
    Guard(
        SUBJECT,
        "what was made void on a locked day stays so",
        (
            Cut(
                "books/sales/invoices.py",
                "must_be_open(invoice, voided_on, staff=by)",
                "must_be_open(invoice, staff=by)",
            ),
        ),
        (f"{LOCKED}test_what_was_voided_or_written_off_on_a_locked_day_stays_so",),
    ),
    Guard(
        SUBJECT,
        "what was used on a locked day is not taken off",
        (
            Cut(
                "books/payments/allocations.py",
                "    lock_date.must_be_open(invoice.organization_id, *ledger.used_since(invoice, credit), actor=by)\n",
            ),
        ),
        (f"{LOCKED}test_staff_change_nothing_of_a_locked_day",),
    ),
    Guard(
        SUBJECT,
        "what was taken off meanwhile doesn't count as used",
        (
            Cut(
                LEDGER,
                "[*days[kind, source_id], day] if sums[kind, source_id] else []",
                "[*days[kind, source_id], day]",
            ),
        ),
        (f"{LOCKED}test_what_was_taken_off_before_the_lock_and_applied_after_can_be_taken_off",),
    ),
    Guard(
        SUBJECT,
        "a gateway's money counts on the first open day",
        (
            Cut(
                "books/payments/attempts.py",
                "lock_date.first_open_day(attempt.organization_id, attempt.started_on)",
                "attempt.started_on",
            ),
        ),
        (f"{LOCKED}test_money_of_a_gateway_counts_on_the_first_open_day",),
    ),
    Guard(
        SUBJECT,
        "only an owner passes it, and says why",
        (
            Cut(
                LOCK_DATE,
                'return actor.kind == "staff" and actor.role == "owner" and bool(actor.reason.strip())',
                "return bool(actor.reason.strip())",
            ),
        ),
        (f"{LOCKED}test_staff_change_nothing_of_a_locked_day",),
    ),
    Guard(
        SUBJECT,
        "today and days to come are never locked",
        (Cut(LOCK_DATE, "    if until >= clock.today(organization.time_zone):\n", "    if False:\n"),),
        (f"{SETTING}test_neither_today_nor_a_day_to_come_can_be_locked",),
    ),
    Guard(
        SUBJECT,
        "who locks waits for who posts",
        (Cut(LOCK_DATE, 'READING + " FOR SHARE" if', "READING if"),),
        (f"{LOCKED}test_who_locks_waits_for_a_posting_that_is_under_way",),
        database="postgresql",
    ),
    Guard(
        "opening balances",
        "who saw another one must look again",
        (Cut(OPENING, "    if revision is not None and revision != seen:\n", "    if False:\n"),),
        (f"{OPENED}test_who_saw_another_one_must_look_again", f"{OPENED}test_people_who_set_it_at_once_make_one"),
    ),
    Guard(
        "opening balances",
        "what was posted before is reversed",
        (Cut(OPENING, "    if earlier is not None:\n", "    if False:\n"),),
        (f"{OPENED}test_another_amount_or_day_is_a_correction",),
    ),
)
