"""What stands in the way of losing, doubling or giving away something when two customers become one."""

from .guard import Cut, Guard

MERGING, PEOPLE = "books/merging/merging.py", "books/merging/people.py"
TESTS, RACES = "books/merging/test_merging.py::", "books/merging/test_races.py::"
OF_PEOPLE = "books/merging/test_people.py::"
PAYING = "portal/test_merged_customers.py::"
OFFICE = "office/test_merging.py::"

MERGED = (
    Guard(
        "merging customers",
        "nothing is done for a customer that was merged away",
        (
            Cut(
                "books/ledger/ledger.py", "    if balance.customer.merged_into_id:\n        raise customers.merged()\n"
            ),
            Cut("books/customers/customers.py", "    if customer.merged_into_id:\n        raise merged()\n"),
        ),
        (f"{TESTS}test_the_one_that_is_gone_is_found_nowhere_and_its_name_is_free",),
    ),
    Guard(
        "merging customers",
        "what was read before the merge is settled as the survivor's",
        (
            Cut(
                "books/ledger/ledger.py",
                "    while balance.customer.merged_into_id:\n"
                "        balance = _taken(balance.customer.merged_into_id)\n",
            ),
        ),
        (f"{TESTS}test_what_is_made_of_an_invoice_that_was_read_before_is_the_survivors",),
    ),
    Guard(
        "merging customers",
        "only customers of one currency",
        (Cut("books/merging/foreseeing.py", "    if gone.currency != into.currency:", "    if False:"),),
        (f"{TESTS}test_other_currencies_stay_apart",),
    ),
    Guard(
        "merging customers",
        "what is done is what was read",
        (Cut(MERGING, "    if foreseen.seen != seen:", "    if False:"),),
        (f"{TESTS}test_what_changed_since_it_was_read_is_read_again",),
    ),
    Guard(
        "merging customers",
        "both are locked, so that nothing is paid or written in between",
        (
            Cut(
                MERGING,
                "        locked[one] = ledger.lock(one)",
                '        locked[one] = CustomerBalance.objects.select_related("customer").get(customer_id=one)',
            ),
        ),
        (f"{RACES}test_a_merge_waits_for_who_has_either_of_the_two",),
        "postgresql",
    ),
    Guard(
        "merging customers",
        "in one order, whichever goes",
        (Cut(MERGING, "    for one in sorted({gone_id, into_id}):", "    for one in (gone_id, into_id):"),),
        (f"{RACES}test_of_two_merged_crosswise_one_stays",),
        "postgresql",
    ),
    Guard(
        "merging customers",
        "two accounts behind one address are not made one",
        (Cut(PEOPLE, "gone.access == stays.access == Access.ENABLED and gone.user_id != stays.user_id", "False"),),
        (f"{OF_PEOPLE}test_two_accounts_behind_one_address_are_two_people",),
    ),
    Guard(
        "merging customers",
        "a link that opened nothing any more opens nothing afterwards",
        (Cut(PEOPLE, "            dead.update(revoked_at=now)\n"),),
        (f"{OF_PEOPLE}test_a_link_that_opened_nothing_any_more_opens_nothing_afterwards",),
    ),
    Guard(
        "attack 11: changed after it was authorised",
        "a payment from a page of a customer that was merged since is refused",
        (
            Cut(
                "reach/middleware.py",
                '        _note_payment(request, reach, asked, "CP1004")\n'
                "        return merged.payment_refused(request, reach, was)\n",
                "        pass\n",
            ),
        ),
        (f"{PAYING}test_a_payment_from_a_page_that_was_open_before_is_refused_and_the_next_one_pays",),
    ),
    Guard(
        "merging customers",
        "a form of the one that is gone changes nobody else",
        (
            Cut(
                "reach/merged.py",
                "    if request.method in READING:\n        return _lasting(request",
                "    if True:\n        return _lasting(request",
            ),
        ),
        (f"{OFFICE}test_a_form_of_the_one_that_is_gone_changes_nobody_else",),
    ),
)
