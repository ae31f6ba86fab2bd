"""What each of the fourteen rules of docs/money.md rests on."""

from .guard import Cut, Guard

ATTEMPTS = "books/payments/attempts.py"
COLLECTING = "books/payments/test_collecting.py::"
COMPARING = "books/payments/reconciling.py"
RECONCILING = "books/payments/test_reconciling.py::"
SEVERAL = "portal/test_paying_several.py::"
CHARGEBACKS = "books/payments/test_chargebacks.py::"
RETURNS = "books/payments/test_returns.py::"
WALLS = "books/payments/test_walls.py::"

MONEY = (
    Guard(
        "rule 1: the attempt is stored before the call",
        "one of two that serve the same form asks the gateway, and who gave up is not charged",
        (Cut(ATTEMPTS, "    if attempt.state != PaymentAttempt.State.CREATED:\n        return attempt, False\n"),),
        (f"{COLLECTING}test_what_was_let_go_meanwhile_is_not_charged",),
    ),
    Guard(
        "rule 1: the attempt is stored before the call",
        "the same form sent again gives the attempt that it made",
        (Cut(ATTEMPTS, "    if earlier is not None:\n        return same_again(earlier, shares)\n"),),
        ("books/payments/test_attempts.py::test_the_same_form_sent_twice_is_one_attempt",),
    ),
    Guard(
        "rule 1: the attempt is stored before the call",
        "what may have been created is looked up, and not created again",
        (Cut("books/payments/collecting.py", "found = gateway.find(order_for(attempt))", "found = None"),),
        (f"{COLLECTING}test_a_payment_whose_creation_was_not_answered_is_found_and_closed",),
    ),
    Guard(
        "rule 2: unique keys",
        "no two payments of one thing at the gateway",
        (
            Cut(
                "books/payments/models/payments.py",
                'fields=["gateway", "provider_id"], condition=~Q(provider_id=""), name="payment_provider_once"',
                'fields=["gateway", "provider_id", "id"], condition=~Q(provider_id=""), name="payment_provider_once"',
            ),
        ),
        (f"{WALLS}test_a_payment_at_the_gateway_is_one_payment_here",),
    ),
    Guard(
        "rule 2: unique keys",
        "no two attempts with one key",
        (
            Cut(
                "books/payments/models/attempts.py",
                "idempotency_key = models.CharField(max_length=64, unique=True)",
                "idempotency_key = models.CharField(max_length=64)",
            ),
        ),
        (f"{WALLS}test_an_idempotency_key_is_one_attempts",),
    ),
    Guard(
        "rule 3: webhook and return page end in the same function",
        "what was paid is not booked again by the next who asks",
        (
            Cut(
                ATTEMPTS,
                "if attempt.state != PaymentAttempt.State.PAID and snapshot.state == State.PAID:",
                "if snapshot.state == State.PAID:",
            ),
        ),
        ("books/payments/test_races.py::test_everybody_who_hears_of_it_at_once_books_it_once",),
    ),
    Guard(
        "rule 4: an event is a hint",
        "the body is checked before anything is read from it",
        (
            Cut(
                "books/payments/gateways/sandbox.py",
                "if not hmac.compare_digest(expected.encode(), given.encode()):",
                "if False:",
            ),
        ),
        ("api/test_webhooks.py::test_a_forged_event_is_refused",),
    ),
    Guard(
        "rule 5: an event and its effect are one",
        "the event is kept in the transaction of what it did",
        (
            Cut(
                ATTEMPTS,
                "    GatewayEvent.objects.create(gateway_id=attempt.gateway_id, event_id=event_id, at=clock.now())\n",
            ),
        ),
        ("api/test_webhooks.py::test_the_same_event_again_changes_nothing",),
    ),
    Guard(
        "rule 6: order never matters",
        "a confirmed payment never becomes failed",
        (
            Cut(
                ATTEMPTS,
                "    if attempt.state == PaymentAttempt.State.PAID:\n        if attempt.payment",
                "    if snapshot.state == State.PAID:\n        if attempt.payment",
            ),
            Cut(
                ATTEMPTS,
                "    if attempt.state not in PaymentAttempt.OPEN:\n        return attempt\n    attempt.state = state\n",
                "    attempt.state = state\n",
            ),
        ),
        (f"{COLLECTING}test_what_was_paid_never_becomes_failed",),
    ),
    Guard(
        "rule 7: who can't have the lock is told to come again",
        "a webhook that finds the customer locked is answered with 503",
        (
            Cut(
                "books/payments/hearing.py",
                "except (OutcomeUnknown, GatewayRefused, OperationalError) as trouble:",
                "except (OutcomeUnknown, GatewayRefused) as trouble:",
            ),
            Cut("reach/references.py", "if isinstance(failure, DATABASE_LOST) else None", "if False else None"),
            Cut("reach/errors.py", "if isinstance(failure, DATABASE_LOST):", "if False:"),
        ),
        ("api/test_webhooks.py::test_while_the_customer_is_locked_the_event_must_come_again",),
    ),
    Guard(
        "rule 8: one order of locks",
        "the customer's row comes before the attempt's",
        (Cut(ATTEMPTS, "    ledger.lock_of(attempt)\n    return PaymentAttempt", "    return PaymentAttempt"),),
        ("books/payments/test_locks.py::test_each_step_of_a_payment_locks_the_customer_first",),
        database="postgresql",
    ),
    Guard(
        "rule 9: another amount or currency",
        "it is recorded, alerted and applied to nothing",
        (Cut(ATTEMPTS, "        if money is not None and money != expected:\n", "        if False:\n"),),
        (f"{COLLECTING}test_an_answer_that_does_not_fit_the_attempt_is_kept_and_applied_to_nothing",),
    ),
    Guard(
        "rule 10: a bank debit takes days",
        "what is being processed can't be paid a second time",
        (Cut(ATTEMPTS, " - sum(share.minor for share in held if share.document_id == document.id)"),),
        (f"{COLLECTING}test_what_is_processed_holds_the_money_until_it_is_known",),
    ),
    Guard(
        "rule 10: a bank debit takes days",
        "the day on which it was started is the day on which it counts",
        (
            Cut(
                ATTEMPTS,
                "lock_date.first_open_day(attempt.organization_id, attempt.started_on)",
                "organizations.today(attempt.organization_id)",
            ),
        ),
        (f"{COLLECTING}test_the_day_it_was_started_is_the_day_it_counts",),
    ),
    Guard(
        "rule 11: refunds and disputes made at the gateway",
        "they become rows of the ledger here",
        (Cut(ATTEMPTS, "            following.follow(attempt.payment, snapshot)\n", "            pass\n"),),
        (
            f"{RETURNS}test_a_refund_made_at_the_gateway_is_booked_once_and_the_office_decides",
            f"{RETURNS}test_a_chargeback_opens_the_invoice_again_and_one_that_is_won_pays_it_again",
        ),
    ),
    Guard(
        "rule 11: refunds and disputes made at the gateway",
        "what a bank takes back beyond what was left is lost, to the penny",
        (
            Cut(
                "books/payments/following.py",
                "excess_minor=max(0, money.minor - returnable_minor(payment))",
                "excess_minor=0",
            ),
        ),
        (f"{CHARGEBACKS}test_a_chargeback_of_what_was_given_back_already_is_booked_to_the_penny",),
    ),
    Guard(
        "rule 11: refunds and disputes made at the gateway",
        "money that comes back makes good first what was lost of its payment",
        (Cut("books/payments/returning.py", "    _cover(balance, payment, on=today)\n"),),
        (f"{CHARGEBACKS}test_a_refund_that_fails_after_the_chargeback_makes_good_what_was_lost",),
    ),
    Guard(
        "rule 11: refunds and disputes made at the gateway",
        "a gateway that gives back no part of a payment is not asked for one",
        (Cut("books/payments/returns.py", "not gives_parts and wish.amount.minor != payment.amount_minor", "False"),),
        (f"{RETURNS}test_a_part_is_not_asked_for_where_the_gateway_gives_none_back",),
    ),
    Guard(
        "rule 12: sums of whole minor units",
        "a group of legs sums to zero",
        (Cut("books/ledger/ledger.py", "    if sum(leg.minor for leg in legs):\n", "    if False:\n"),),
        ("books/payments/test_walls.py::test_nothing_is_posted_that_does_not_sum_to_zero",),
    ),
    Guard(
        "rule 12: sums of whole minor units",
        "what a verb within a verb has posted is not written over",
        (
            Cut(
                "books/ledger/ledger.py",
                'receivable_minor=F("receivable_minor") + receivable',
                "receivable_minor=balance.receivable_minor + receivable",
            ),
            Cut(
                "books/ledger/ledger.py",
                'credit_minor=F("credit_minor") + credit',
                "credit_minor=balance.credit_minor + credit",
            ),
        ),
        (f"{RETURNS}test_a_refund_that_failed_and_a_chargeback_that_are_heard_of_at_once_both_count",),
    ),
    Guard(
        "rule 12: sums of whole minor units",
        "a yen has no decimals and a dinar three",
        (Cut("foundation/money.py", "_DECIMALS = {1: 0, 100: 2, 1000: 3}", "_DECIMALS = {1: 2, 100: 2, 1000: 2}"),),
        ("foundation/test_money.py::test_decimals_are_those_of_iso_4217",),
    ),
    Guard(
        "rule 13: what is unknown is asked until it is known",
        "who got no answer asks again",
        (
            Cut(
                "books/payments/asking.py",
                "return attempts.postpone(attempt) if attempt.state in PaymentAttempt.OPEN else attempt",
                "return attempts.let_go(attempt)",
            ),
        ),
        (f"{COLLECTING}test_while_the_gateway_is_silent_it_is_asked_again_and_again",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "money that only the gateway knows of is told",
        (Cut("books/payments/comparing.py", "        if is_paid and sum(", "        if False and sum("),),
        (f"{RECONCILING}test_money_that_only_the_gateway_knows_of_is_told_once_until_it_is_over",),
    ),
    Guard(
        "rule 13: the gateway and the books are compared",
        "a gateway that is silent makes no difference, and ends none",
        (Cut(COMPARING, "        return _silent(comparison)\n    return _keep", "    return _keep"),),
        (f"{RECONCILING}test_a_gateway_that_is_silent_ends_nothing_that_was_known",),
    ),
    Guard(
        "what is saved is its customer's",
        "another customer's saved card is never charged",
        (
            Cut(
                "reach/portal.py",
                "return SavedMethod.objects.filter(customer_id=customer_id)",
                "return SavedMethod.objects.exclude(id=customer_id)",
            ),
            Cut(ATTEMPTS, "saved.customer_id != customer.id or ", ""),
        ),
        (f"{SEVERAL}test_another_customers_saved_card_is_never_charged",),
    ),
    Guard(
        "what is saved is its customer's",
        "who has no permission pays from no bank account",
        (
            Cut(ATTEMPTS, "        if not customer.may_pay_by_bank:", "        if False:"),
            Cut("books/payments/offering.py", "can and customer.may_pay_by_bank and", "can and"),
        ),
        (f"{SEVERAL}test_without_permission_nobody_pays_from_a_bank_account",),
    ),
    Guard(
        "what is saved is its customer's",
        "a bank account that is sent where a card was chosen is charged nothing, whatever the gateway would say",
        (Cut("books/payments/collecting.py", 'if begun.kind not in ("", attempt.method_kind):', "if False:"),),
        (f"{COLLECTING}test_what_was_sent_must_be_what_was_chosen",),
    ),
    Guard(
        "paying several at once",
        "figures that changed since they were read charge nothing",
        (Cut("portal/paying/desk.py", "    if seen != desk.seen:", "    if False:"),),
        (f"{SEVERAL}test_figures_that_grew_meanwhile_charge_nothing",),
    ),
    Guard(
        "paying several at once",
        "what is paid in one sum is never paid in part",
        (
            Cut(
                "books/payments/allocating.py",
                "        if 0 < share < one.minor and not one.document.allows_partial:",
                "        if False:",
            ),
            Cut(ATTEMPTS, "    if minor < payable and not document.allows_partial:", "    if False:"),
        ),
        (f"{SEVERAL}test_what_is_paid_in_one_sum_is_never_paid_in_part",),
    ),
    Guard(
        "rule 14: crashes",
        "a payment that was never confirmed is closed at the gateway, so that it can be paid anew",
        (
            Cut(
                "books/payments/asking.py",
                "return clock.now() - (attempt.confirm_started_at or attempt.made_at) > IN_FLIGHT",
                "return False",
            ),
        ),
        ("safety/test_crashes.py::test_killed_while_taking_a_payment_it_charges_once_and_books_once[before the call]",),
    ),
    Guard(
        "rule 14: crashes",
        "who waits never reads that it failed",
        (
            Cut(
                "portal/paying/attempts.py",
                'if attempt.state in ("failed", "cancelled"):',
                'if attempt.state != "action":',
            ),
        ),
        ("safety/test_crashes.py::test_killed_while_taking_a_payment_it_charges_once_and_books_once[after the call]",),
    ),
    Guard(
        "rule 14: crashes",
        "a refund whose answer was lost is asked for",
        (Cut("books/payments/returns.py", "ask_at=clock.now() + FIRST_ASK if is_gateway else None", "ask_at=None"),),
        ("safety/test_crashes.py::test_killed_while_giving_money_back_it_gives_it_back_once[after the call]",),
    ),
    Guard(
        "a lost database",
        "who refunds meanwhile is not led to do it again",
        (Cut("office/payments/refund.py", '    request.under_way_url = request.reach.url("payment", payment.id)\n'),),
        ("safety/test_lost_database.py::test_lost_after_the_gateway_gave_money_back_nobody_is_led_to_do_it_again",),
    ),
    Guard(
        "a lost database",
        "who pays meanwhile reads that the bank is being asked",
        (Cut("portal/paying/pages.py", '    request.under_way_url = reach.url("attempt", attempt.id)\n'),),
        ("safety/test_lost_database.py::test_lost_after_the_gateways_yes_it_is_asked_for_and_booked_once",),
    ),
)
