"""What keeps sample data apart from real books, and real books from going with it."""

from .guard import Cut, Guard

SUBJECT = "sample data"
ADDING, REMOVING = "books/sample_data/adding.py", "books/sample_data/removing.py"
ADDED, REMOVED = "books/sample_data/test_adding.py::", "books/sample_data/test_removing.py::"
SENDING = "outbound/test_sample_data.py::"

SAMPLE_DATA = (
    Guard(
        SUBJECT,
        "no real organization is removed",
        (Cut(REMOVING, "objects.filter(sample_of=organization)", "objects.filter(id=organization.id)"),),
        (f"{REMOVED}test_no_real_organization_goes_whichever_is_named",),
    ),
    Guard(
        SUBJECT,
        "nobody else's is removed",
        (Cut(REMOVING, "objects.filter(sample_of=organization)", "objects.filter(sample_of__isnull=False)"),),
        (f"{REMOVED}test_whoever_removes_theirs_removes_nobody_elses",),
    ),
    Guard(
        SUBJECT,
        "only an owner removes it",
        (Cut(REMOVING, '    by.must_be_staff_of(organization.id, "owner")\n'),),
        (f"{REMOVED}test_only_an_owner_of_the_real_one_may",),
    ),
    Guard(
        SUBJECT,
        "whoever writes there just now is waited for",
        (Cut(REMOVING, "    if not _locked(samples):", "    if not samples.exists():"),),
        (f"{REMOVED}test_whoever_books_there_just_now_is_waited_for",),
        "postgresql",
    ),
    Guard(
        SUBJECT,
        "only an owner adds it",
        (Cut(ADDING, '    by.must_be_staff_of(organization.id, "owner")\n'),),
        (f"{ADDED}test_only_an_owner_may",),
    ),
    Guard(
        SUBJECT,
        "there is one for each organization, and none of sample data",
        (
            Cut(ADDING, "    if organization.is_sample:", "    if False:"),
            Cut(ADDING, "    if Organization.objects.filter(sample_of=organization).exists():", "    if False:"),
        ),
        (f"{ADDED}test_there_is_one_at_a_time",),
    ),
    Guard(
        SUBJECT,
        "it sends no mail",
        (
            Cut(
                "outbound/mail.py",
                "clock.now(), organization is not None and organization.is_sample\n",
                "clock.now(), False\n",
            ),
            Cut("outbound/servers.py", "    if organization is not None and organization.is_sample:", "    if False:"),
        ),
        (f"{SENDING}test_no_mail_goes_out_and_each_can_be_read_with_why",),
    ),
    Guard(
        SUBJECT,
        "mail about an account goes out all the same",
        (
            Cut(
                "outbound/mail.py",
                "    if organization is not None and not organization.is_sample:\n",
                "    if organization is not None:\n",
            ),
        ),
        (f"{SENDING}test_mail_about_ones_own_account_is_real_wherever_it_is_asked_for",),
    ),
    Guard(
        SUBJECT,
        "it takes no real money",
        (
            Cut(
                "books/payments/gateway_accounts.py",
                "    if organization.is_sample and account.is_live:",
                "    if False:",
            ),
        ),
        (f"{SENDING}test_only_test_money_comes_in",),
    ),
    Guard(
        SUBJECT,
        "who is no owner of the real organization any more comes no more into it",
        (Cut("books/organizations/models.py", "is_real | Exists(owners), removed_at", "removed_at"),),
        ("office/test_sample_data.py::test_who_is_no_owner_of_the_real_one_any_more_comes_no_more_there",),
    ),
)
