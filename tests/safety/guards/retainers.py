"""What it rests on that what is paid ahead is paid once, is its customer's alone, and is used or given back once."""

from .guard import Cut, Guard

VERBS = "books/sales/retainer_invoices.py"
TESTS = "books/sales/test_retainer_invoices.py::"
SUBJECT = "retainers"

RETAINERS = (
    Guard(
        SUBJECT,
        "one is paid whole, also where the office writes the payment down",
        (
            Cut(
                "books/payments/payments.py",
                "    if isinstance(document, RetainerInvoice) and minor < owed:",
                "    if False:",
            ),
        ),
        (f"{TESTS}test_it_is_paid_whole",),
    ),
    Guard(
        SUBJECT,
        "one is paid by itself",
        (Cut("books/payments/attempts.py", "    _must_go_together(found.values())\n"),),
        (f"{TESTS}test_a_card_pays_it_whole_and_by_itself",),
    ),
    Guard(
        SUBJECT,
        "what was paid of is not made void",
        (Cut(VERBS, "    if retainer.paid_minor:", "    if False:"),),
        (f"{TESTS}test_it_is_void_only_while_nothing_was_paid_of_it",),
    ),
    Guard(
        SUBJECT,
        "what was issued is not edited",
        (
            Cut(
                VERBS,
                "    if retainer.state != RetainerInvoice.State.DRAFT:\n"
                "        raise Refused(\n"
                '            "NOT_A_DRAFT", _("A retainer invoice that was issued isn\'t edited. '
                'Make it void and write another.")\n'
                "        )\n",
            ),
        ),
        (f"{TESTS}test_only_a_draft_is_edited_and_deleted",),
    ),
    Guard(
        SUBJECT,
        "no more of one is used than is held",
        (
            Cut(
                "books/payments/allocations.py",
                "if credit_id not in found or minor > found[credit_id].balance_minor:",
                "if credit_id not in found:",
            ),
        ),
        (f"{TESTS}test_no_more_of_it_is_used_than_is_held_nor_for_anothers_invoice",),
    ),
    Guard(
        "attack 14: twice",
        "one that was used meanwhile is looked at again before it is used",
        (Cut("books/payments/allocations.py", "    if retainer.balance_minor != held_seen:", "    if False:"),),
        (f"{TESTS}test_no_more_of_it_is_used_than_is_held_nor_for_anothers_invoice",),
    ),
    Guard(
        SUBJECT,
        "what is used for invoices is not given back from under them",
        (Cut("books/payments/returns.py", "    _must_be_held(wish, is_credit=is_credit)\n"),),
        (f"{TESTS}test_what_is_held_is_given_back_once",),
    ),
    Guard(
        SUBJECT,
        "a retainer is told in a section of its own",
        (Cut("books/ledger/statements.py", "_folded(_sharing(_rows(", "list(_sharing(_rows("),),
        ("books/ledger/test_statements.py::test_a_retainer_stands_in_a_section_of_its_own_until_it_pays_an_invoice",),
    ),
)
