"""Guards of imports: whole or not at all, once, for one organization, and with the balances of their files."""

from .guard import Cut, Guard

RUNNING = "imports/running.py"
DOCUMENTS, PAYMENTS = "imports/documents.py", "imports/payments.py"
RUN, DONE = "imports/test_running.py::", "imports/test_documents.py::"

IMPORTS = (
    Guard(
        "imports are whole or nothing",
        "what died in the middle leaves nothing",
        (
            Cut(
                RUNNING,
                "        with transaction.atomic():\n            if Import",
                "        if True:\n            if Import",
            ),
        ),
        (f"{RUN}test_what_died_in_the_middle_leaves_nothing_and_is_done_whole_afterwards",),
    ),
    Guard(
        "imports are whole or nothing",
        "what is in the way when it is written keeps the whole file out",
        (
            Cut(
                RUNNING,
                'if plan.problems.found:\n                raise Refused("HAS_PROBLEMS", "")',
                "if False:\n                pass",
            ),
        ),
        (f"{RUN}test_what_changed_since_it_was_checked_is_checked_again_and_nothing_is_written",),
    ),
    Guard(
        "imports are done once",
        "a document that is here is known by its number or id",
        (
            Cut(
                DOCUMENTS,
                "if here is None:\n            self._must_be_open",
                "if True:\n            self._must_be_open",
            ),
        ),
        (f"{DONE}test_the_same_file_again_changes_nothing",),
    ),
    Guard(
        "imports keep the books right",
        "a total that its lines don't come to is refused",
        (Cut(DOCUMENTS, "if abs(off) > len(content.lines):", "if False:"),),
        (f"{DONE}test_a_bad_row_is_named_and_nothing_is_written",),
    ),
    Guard(
        "imports keep the books right",
        "another currency than the customer's is refused",
        (Cut(DOCUMENTS, 'if code not in ("", customer.currency):', "if False:"),),
        (f"{DONE}test_a_bad_row_is_named_and_nothing_is_written",),
    ),
    Guard(
        "imports keep the books right",
        "an invoice owes afterwards what its own file says",
        (Cut(PAYMENTS, 'elif left < stated or not self.setting.options.get("more_to_come"):', "elif False:"),),
        ("imports/test_payments.py::test_balances_that_would_differ_from_the_files_own_are_refused",),
    ),
    Guard(
        "imports keep the books right",
        "no number is used twice",
        (
            Cut(
                "books/sales/bulk.py",
                "        numbering.move_past(organization.id, model.numbered_as, numbers)",
                "        pass",
            ),
        ),
        (f"{DONE}test_numbering_goes_on_after_them",),
    ),
    Guard(
        "imports are no news",
        "nobody is reminded of a step that was before",
        (Cut("books/sales/bulk.py", "    _remember_steps(organization, made, now)\n"),),
        (f"{DONE}test_nobody_is_mailed_or_reminded_of_what_was_before",),
    ),
    Guard(
        "imports are no news",
        "what waits for its payments is neither paid online nor reminded of",
        (Cut("books/sales/bulk.py", "gateway_ids=[] if one.is_held else None", "gateway_ids=None"),),
        (f"{DONE}test_one_that_waits_for_its_payments_is_not_paid_online",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "only an owner of the organization imports",
        (
            Cut("imports/imports.py", '    by.must_be_staff_of(organization.id, "owner")\n'),
            Cut("imports/imports.py", '    actor.must_be_staff_of(one.organization_id, "owner")\n'),
        ),
        (f"{RUN}test_only_an_owner_of_the_organization_imports",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "whoever is no owner any more imports nothing",
        (Cut(RUNNING, "            batches.must_still_work_here(batch)\n"),),
        (f"{RUN}test_whoever_is_no_owner_any_more_imports_nothing",),
    ),
)
