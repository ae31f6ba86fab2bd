"""What it rests on that credit is given once, used once, and is its customer's alone."""

from .guard import Cut, Guard

NOTES = "books/sales/credit_notes.py"
CREDITING = "books/sales/crediting.py"
TESTS = "books/sales/test_credit_notes.py::"
SUBJECT = "credit notes"

CREDIT_NOTES = (
    Guard(
        SUBJECT,
        "another customer's credit is not used",
        (
            Cut(
                "books/payments/unused_credit.py",
                "filter(id__in=wanted, customer_id=customer_id)",
                "filter(id__in=wanted)",
            ),
        ),
        (f"{TESTS}test_anothers_credit_is_not_used",),
    ),
    Guard(
        SUBJECT,
        "no more is used than is left",
        (
            Cut(
                "books/payments/allocations.py",
                "if credit_id not in found or minor > found[credit_id].balance_minor:",
                "if credit_id not in found:",
            ),
        ),
        (f"{TESTS}test_no_more_of_it_is_used_than_is_left",),
    ),
    Guard(
        SUBJECT,
        "what was issued is not edited",
        (
            Cut(
                NOTES,
                "    if note.state != CreditNote.State.DRAFT:\n"
                '        raise Refused("NOT_A_DRAFT", _("A credit note that was issued isn\'t edited. '
                'Make it void and write another."))\n',
            ),
        ),
        (f"{TESTS}test_only_a_draft_is_edited_and_deleted",),
    ),
    Guard(
        SUBJECT,
        "what is used is not made void",
        (
            Cut(
                NOTES,
                "    if note.balance_minor != note.total_minor:\n"
                '        raise Refused("CREDIT_USED", _("Some of this credit note is used for invoices. '
                'Take it off there first."))\n',
            ),
        ),
        (f"{TESTS}test_it_is_void_as_of_today_and_only_while_nothing_of_it_is_used",),
    ),
    Guard(
        SUBJECT,
        "no more is given back than is left",
        (
            Cut(
                NOTES,
                "    if amount.minor > note.balance_minor:\n"
                '        raise Refused("REFUND_TOO_LARGE", _("That is more than is left of this credit note."), '
                'field="amount")\n',
            ),
        ),
        (f"{TESTS}test_no_more_is_given_back_than_is_left_and_the_same_form_gives_once",),
    ),
    Guard(
        SUBJECT,
        "no more is credited than the invoice says",
        (Cut(NOTES, "    crediting.must_be_worth_it(note)\n"),),
        (f"{TESTS}test_no_more_is_credited_than_the_invoice_says",),
    ),
    Guard(
        SUBJECT,
        "an invoice with a credit note is not taken back a second time",
        (Cut("books/sales/invoices.py", "    crediting.must_not_be_noted(invoice)\n"),),
        (f"{TESTS}test_an_invoice_with_a_credit_note_is_neither_void_nor_worth_less_than_that",),
    ),
)
