"""What stands in the way of time that is billed twice, changed after it was approved, or seen by who should not."""

from .guard import Cut, Guard

APPROVALS = "books/projects/approvals.py"
BILLED = "books/sales/billed_time.py"
BILLING = "books/projects/billing.py"
ENTRIES = "books/projects/time_entries.py"
MODELS = "books/projects/models.py"
PROJECTS = "books/projects/projects.py"
TAKING = "books/projects/taking.py"
TIMERS = "books/projects/timers.py"
TESTS = "books/projects/"
APPROVING = f"{TESTS}test_approvals.py::"
LOGGING = f"{TESTS}test_time_entries.py::"
INVOICING = f"{TESTS}test_billing.py::"
RACES = f"{TESTS}test_time_races.py::"
INVOICES = "books/sales/test_billed_time.py::"
SEEING = "reach/test_time.py::"

TIME = (
    Guard(
        "time",
        "what its customer was asked about or approved is not changed",
        (Cut(ENTRIES, "if approval.state in (Approval.State.AWAITING, Approval.State.APPROVED):", "if False:"),),
        (f"{LOGGING}test_time_is_fixed_while_its_customer_is_asked_and_once_they_approved",),
    ),
    Guard(
        "time",
        "what is on an invoice is not changed",
        (Cut(ENTRIES, "    if billed_time.billed([entry.id]):", "    if False:"),),
        (f"{LOGGING}test_time_is_fixed_while_it_is_billed",),
    ),
    Guard(
        "time",
        "what is in an approval stays billable and in its period",
        (Cut(ENTRIES, "    _must_fit_its_approval(entry)\n", ""),),
        (f"{LOGGING}test_time_in_an_approval_stays_billable_and_in_its_period",),
    ),
    Guard(
        "time",
        "an approval whose time changed is read again before it is sent",
        (Cut(APPROVALS, ', revision=F("revision") + 1', ""),),
        (f"{LOGGING}test_an_approval_whose_time_changed_must_be_read_again_before_it_is_sent",),
    ),
    Guard(
        "attack 14: twice",
        "time that is billed is not billed again",
        (Cut(MODELS, "return self.filter(~Exists(_billed()), is_billable=True)", "return self.billable()"),),
        (f"{INVOICING}test_only_time_until_a_day_is_billed",),
    ),
    Guard(
        "attack 14: twice",
        "the database has a piece of time billed once",
        (
            Cut(
                "books/sales/models/invoices.py",
                'models.UniqueConstraint(fields=["entry_id"], condition=Q(stands=True), name="time_billed_once"),',
                "",
            ),
        ),
        (f"{INVOICES}test_the_database_bills_nothing_twice",),
    ),
    Guard(
        "attack 14: twice",
        "an invoice of time is not valid again while another one has the time",
        (
            Cut(BILLED, "    if other := elsewhere", "    if False and (other := elsewhere"),
            Cut(BILLED, ".first():", ".first()):"),
        ),
        (f"{INVOICES}test_it_is_not_valid_again_while_another_invoice_has_some_of_its_time",),
    ),
    Guard(
        "attack 14: twice",
        "the form that bills time makes one invoice",
        (
            Cut(BILLING, "    if making_key and (earlier := made.first()):", "    if earlier := None:"),
            Cut("books/sales/invoices.py", "    if is_made:\n        return invoice\n", ""),
        ),
        (f"{INVOICING}test_the_same_form_twice_is_one_invoice",),
    ),
    Guard(
        "time",
        "a line that is taken off gives its time back, whatever other lines there are",
        (Cut(BILLED, ".filter(source_line_id__isnull=False)", ""),),
        (f"{INVOICES}test_a_line_that_is_taken_off_gives_its_time_back",),
    ),
    Guard(
        "time",
        "a void invoice gives its time back",
        (Cut(BILLED, "        billed.update(stands=False)\n", ""),),
        (f"{INVOICES}test_void_gives_time_back_and_valid_again_takes_it",),
    ),
    Guard(
        "attack 21: status by mass assignment",
        "an invoice bills no time of another project's lines",
        (Cut("books/sales/invoices.py", "known = billed_time.lines_of(invoice)", "return list(lines)"),),
        (f"{INVOICES}test_an_edited_invoice_claims_no_other_projects_lines",),
    ),
    Guard(
        "time",
        "only what its customer approved is billed, if the business says so",
        (Cut(BILLING, "return entries.approved() if wants_approval else entries", "return entries"),),
        (f"{INVOICING}test_only_what_its_customer_approved_if_the_business_says_so",),
    ),
    Guard(
        "rule of a fixed cost",
        "no more is billed than is left",
        (Cut(BILLING, "    if wish.fixed_minor > left:", "    if False:"),),
        (f"{INVOICING}test_no_more_of_a_fixed_cost_is_billed_than_is_left",),
    ),
    Guard(
        "rule of a fixed cost",
        "an invoice is not valid again beyond it",
        (Cut("books/sales/invoices.py", "    billed_time.must_be_welcome_again(invoice)\n", ""),),
        (f"{INVOICING}test_what_is_void_or_thrown_away_is_left_of_the_cost_again",),
    ),
    Guard(
        "time",
        "no rate goes while there is time that is billed by it",
        (
            Cut(
                PROJECTS,
                "    if content.billing == Project.Billing.STAFF:\n        _must_have_no_time",
                "    if False:\n        _must_have_no_time",
            ),
        ),
        (
            f"{TESTS}test_projects.py::test_no_rate_goes_while_there_is_time_that_is_billed_by_it",
            f"{TESTS}test_projects.py::test_nor_is_a_project_billed_by_rates_of_which_one_is_missing",
        ),
    ),
    Guard(
        "time",
        "nobody is billed without a rate of theirs",
        (Cut(BILLING, "        if one.member_id not in rated:", "        if False:"),),
        (f"{INVOICING}test_whose_rate_is_gone_is_billed_when_they_have_one_again",),
    ),
    Guard(
        "time",
        "a line comes to what its minutes cost",
        (
            Cut(
                BILLING,
                "return short if worked.minor(short * rate, currency) == exactly else",
                "return short if short else",
            ),
        ),
        (f"{INVOICING}test_a_third_of_an_hour_costs_a_third_of_the_rate",),
    ),
    Guard(
        "a role of one's own time",
        "timesheet staff log time of nobody else",
        (Cut(TAKING, "    if actor.role == Role.TIMESHEET and actor.id != member_id:", "    if False:"),),
        (f"{LOGGING}test_timesheet_staff_log_mend_and_take_back_their_own_time_alone",),
    ),
    Guard(
        "a role of one's own time",
        "timesheet staff change time of nobody else",
        (Cut(ENTRIES, "    if by.role == Role.TIMESHEET and found.member_id != by.id:", "    if False:"),),
        (f"{LOGGING}test_timesheet_staff_log_mend_and_take_back_their_own_time_alone",),
    ),
    Guard(
        "a role of one's own time",
        "timesheet staff stop nobody else's timer",
        (Cut(TIMERS, "    if by.id != running.member_id:", "    if False:"),),
        (f"{TESTS}test_timers.py::test_a_colleague_may_stop_it_but_timesheet_staff_only_their_own",),
    ),
    Guard(
        "a role of one's own time",
        "timesheet staff see their own time alone",
        (Cut("reach/office_time.py", "entries.filter(member=self.member) if self.logs_only else entries", "entries"),),
        (f"{SEEING}test_timesheet_staff_see_the_projects_that_they_work_on_and_their_own_time",),
    ),
    Guard(
        "a role of one's own time",
        "timesheet staff see the projects that they work on alone",
        (
            Cut(
                "reach/office_time.py",
                "projects.worked_on_by(self.member.id) if self.logs_only else projects",
                "projects",
            ),
        ),
        (
            f"{SEEING}test_timesheet_staff_see_the_projects_that_they_work_on_and_their_own_time",
            f"{SEEING}test_a_project_at_rest_and_one_that_they_are_not_on_are_none_of_theirs",
        ),
    ),
    Guard(
        "a role of one's own time",
        "timesheet staff are told of nothing else",
        (
            Cut(
                "outbound/bell.py",
                "StaffMember.objects.told_of_business().filter(organization_id=event.organization_id)",
                "StaffMember.objects.filter(organization_id=event.organization_id, joined_at__isnull=False)",
            ),
        ),
        (f"{SEEING}test_timesheet_staff_hear_of_nothing_else",),
    ),
    Guard(
        "a role of one's own time",
        "who logs time only from now on keeps nothing of what they were told before",
        (Cut("reach/office.py", "return told.none() if self.logs_only else told", "return told"),),
        (f"{SEEING}test_whoever_logs_time_only_from_now_on_does_not_keep_what_they_were_told",),
    ),
    Guard(
        "time",
        "nobody logs time who is not on the project",
        (
            Cut(
                TAKING,
                "    if not ProjectMember.objects.filter(project=project, member_id=member_id).exists():",
                "    if False:",
            ),
        ),
        (f"{LOGGING}test_only_of_who_is_on_the_project",),
    ),
    Guard(
        "time",
        "an approval is decided once, and by whom is said",
        (Cut(APPROVALS, "    if approval.decided_at is not None:", "    if False:"),),
        (f"{APPROVING}test_who_comes_second_reads_who_decided_and_how",),
    ),
    Guard(
        "time",
        "an approval is decided as it was read",
        (
            Cut(
                APPROVALS,
                "    _must_wait(approval)\n    must_be_as_seen(approval, revision)\n    move(approval, to)",
                "    _must_wait(approval)\n    move(approval, to)",
            ),
        ),
        (f"{APPROVING}test_what_was_taken_back_can_not_be_decided_and_the_customer_must_read_it_anew",),
    ),
    Guard(
        "time",
        "whoever rejects says why",
        (Cut(APPROVALS, "    if not reason:", "    if False:"),),
        (f"{APPROVING}test_rejecting_needs_a_reason_which_the_business_reads",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "nobody decides but the customer's own people, while they have access",
        (
            Cut(
                APPROVALS,
                "ContactPerson.objects.with_access().filter(id=actor.id or 0, customer_id=approval.customer_id)",
                "ContactPerson.objects.filter(id=actor.id or 0, customer_id=actor.customer_id or 0)",
            ),
        ),
        (
            f"{APPROVING}test_nobody_decides_but_the_customers_own_people_with_access",
            f"{APPROVING}test_nor_does_who_was_shut_out",
        ),
    ),
    Guard(
        "mailed links",
        "nobody decides who came by a link",
        (Cut(APPROVALS, 'if actor.kind != "contact" or not people.exists():', "if not people.exists():"),),
        (f"{APPROVING}test_nobody_decides_but_the_customers_own_people_with_access",),
    ),
    Guard(
        "time",
        "time is in one approval at most",
        (
            Cut(
                APPROVALS,
                "TimeEntry.objects.filter(free, project=project,",
                "TimeEntry.objects.filter(project=project,",
            ),
        ),
        (f"{APPROVING}test_time_is_in_one_approval_at_most_and_not_billed",),
    ),
    Guard(
        "attack 1: what was not sent yet",
        "the customer sees no draft approval, and none where the business shows none",
        (
            Cut(
                "reach/portal_time.py",
                "Approval.objects.of(self.customer).visible_to_customer()",
                "Approval.objects.of(self.customer)",
            ),
        ),
        (
            f"{SEEING}test_a_customer_sees_what_was_sent_to_them_and_no_draft",
            f"{SEEING}test_nothing_of_it_is_there_where_the_business_does_not_show_it",
        ),
    ),
    Guard(
        "attack 1: what was not sent yet",
        "the customer sees active projects alone, and none where the business shows none",
        (
            Cut(
                "reach/portal_time.py",
                "Project.objects.of(self.customer).visible_to_customer()",
                "Project.objects.of(self.customer)",
            ),
        ),
        (
            f"{SEEING}test_a_customer_sees_their_own_active_projects_and_what_is_billable_of_them",
            f"{SEEING}test_nothing_of_it_is_there_where_the_business_does_not_show_it",
        ),
    ),
    Guard(
        "attack 1: somebody else's document",
        "a portal's projects and approvals are one customer's",
        (
            Cut("reach/portal_time.py", "Project.objects.of(self.customer).visible", "Project.objects.all().visible"),
            Cut("reach/portal_time.py", "Approval.objects.of(self.customer).visible", "Approval.objects.all().visible"),
        ),
        (
            f"{SEEING}test_a_customer_sees_their_own_active_projects_and_what_is_billable_of_them",
            f"{SEEING}test_a_customer_sees_what_was_sent_to_them_and_no_draft",
        ),
    ),
    Guard(
        "attack 1: what was not sent yet",
        "the customer sees of a project what is billable",
        (Cut("reach/portal_time.py", "customer=self.customer).billable()", "customer=self.customer)"),),
        (f"{SEEING}test_a_customer_sees_their_own_active_projects_and_what_is_billable_of_them",),
    ),
    Guard(
        "races",
        "what happens to one customer's time happens one after the other",
        (
            Cut(
                TAKING,
                "ledger.lock_of(row)\n    found: Any = type(row)._default_manager.select_for_update()",
                "found: Any = type(row)._default_manager",
            ),
        ),
        (
            f"{RACES}test_of_twenty_who_approve_at_once_one_does_and_the_others_read_who",
            f"{RACES}test_of_two_approvals_of_one_time_at_once_one_has_it",
        ),
        database="postgresql",
    ),
)
