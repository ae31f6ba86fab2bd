"""What stands around signing in: links that are mailed, sessions, second steps, passkeys."""

from .guard import Cut, Guard

REACH, LINKS, STEP, FORMS = (
    "reach/account/links.py",
    "books/accounts/sign_in_links.py",
    "reach/account/second_step.py",
    "reach/account/second_step_forms.py",
)
LINK_TESTS, SESSION_TESTS, STEP_TESTS, ASKED_TESTS = (
    "reach/test_sign_in_links.py::",
    "reach/test_security.py::",
    "reach/test_two_step.py::",
    "reach/test_two_step_asked_for.py::",
)
WHO, BRUTE, FIXED, SCANNERS, OPEN = (
    "signing in: who signs in here is nobody's business",
    "signing in: guessing",
    "signing in: a session that was planted or stolen",
    "attack 6: mail scanners",
    "signing in: past the second step",
)

SIGNING_IN = (
    Guard(
        BRUTE,
        "links are asked for now and then, for each address, known or not",
        (Cut(REACH, 'if ratelimit.consume(request, action="sign_in_link", key=email):', "if True:"),),
        (f"{LINK_TESTS}test_asking_is_slowed_for_each_address_known_or_not",),
    ),
    Guard(
        SCANNERS,
        "a link signs in only who presses its button",
        (Cut(REACH, ' and "sign_in" in request.POST'),),
        (f"{LINK_TESTS}test_looking_and_sending_the_form_without_pressing_its_button_signs_nobody_in",),
    ),
    Guard(
        FIXED,
        "a link signs in once",
        (Cut(LINKS, "if not _open().filter(id=link.id)", "if not SignInLink.objects.filter(id=link.id)"),),
        (f"{LINK_TESTS}test_of_two_who_press_it_at_once_one_is_signed_in",),
    ),
    Guard(
        FIXED,
        "a link signs in for twenty minutes",
        (Cut(LINKS, "used_at__isnull=True, expires_at__gt=clock.now()", "used_at__isnull=True"),),
        (f"{LINK_TESTS}test_it_works_for_twenty_minutes",),
    ),
    Guard(
        FIXED,
        "a new password closes links and sessions",
        (
            Cut("reach/account/adapter.py", "        sign_in_links.close_all(user.pk)\n"),
            Cut("reach/account/adapter.py", "        sessions.end_all(user.pk, but=here)\n"),
        ),
        (
            f"{LINK_TESTS}test_a_new_password_closes_it",
            f"{SESSION_TESTS}test_a_new_password_is_chosen_and_everybody_else_is_out_at_once",
        ),
    ),
    Guard(
        FIXED,
        "nobody ends, or sees, sessions of others",
        (
            Cut(
                "books/accounts/sessions.py",
                "return Session.objects.filter(user_id=user_id)",
                "return Session.objects.filter(user_id__isnull=False)",
            ),
        ),
        (f"{SESSION_TESTS}test_nobody_ends_a_session_of_somebody_else",),
    ),
    Guard(
        FIXED,
        "signing out everywhere is for now, and for everywhere",
        (Cut("reach/account/security.py", "    sessions.end_all(request.user.pk)\n"),),
        (f"{SESSION_TESTS}test_signing_out_everywhere_ends_them_all_at_once",),
    ),
    Guard(
        OPEN,
        "who has a second step is asked for it",
        (Cut(STEP, "if not is_set_up(user) or has_passed(self.request, user):", "if True:"),),
        (
            f"{STEP_TESTS}test_the_password_alone_signs_nobody_in",
            f"{STEP_TESTS}test_nor_does_a_link_in_a_mail",
        ),
    ),
    Guard(
        OPEN,
        "no route of a portal opens without the second step that its organization asks for",
        (Cut("reach/middleware.py", "if reach.organization.two_step_for_customers and", "if False and"),),
        (f"{ASKED_TESTS}test_no_route_of_the_portal_opens_without_it",),
    ),
    Guard(
        OPEN,
        "no route of an office opens without the second step that its organization asks for",
        (Cut("reach/middleware.py", "if member.organization.two_step_for_staff and", "if False and"),),
        (f"{ASKED_TESTS}test_no_route_of_the_office_opens_without_it",),
    ),
    Guard(
        OPEN,
        "what changes how somebody signs in asks for their password",
        (Cut(FORMS, "if not self.request.user.check_password(password):", "if False:"),),
        (f"{STEP_TESTS}test_turning_it_off_asks_for_the_password_again",),
    ),
    Guard(
        BRUTE,
        "trying passwords there is slowed",
        (
            Cut(
                FORMS,
                'if not ratelimit.consume(self.request, action="reauthenticate", user=self.request.user):',
                "if False:",
            ),
        ),
        (f"{STEP_TESTS}test_guessing_the_password_there_is_slowed",),
    ),
    Guard(
        FIXED,
        "no table holds what codes are made of",
        (
            Cut(STEP, "return encryption.encrypted(text)", "return text"),
            Cut(STEP, "return encryption.decrypted(encrypted_text)", "return encrypted_text"),
        ),
        (f"{STEP_TESTS}test_no_table_holds_the_secret_or_a_code",),
    ),
    Guard(
        FIXED,
        "setting a second step up ends the sessions that never passed it",
        (Cut(STEP, "    sessions.end_all(user.pk, but=request.session.session_key)\n"),),
        (f"{STEP_TESTS}test_everywhere_else_they_are_out",),
    ),
    Guard(
        OPEN,
        "recovery codes are shown for ten minutes, to the session that made them",
        (
            Cut(
                "reach/account/two_step.py",
                "if request.session.get(CODES_UNTIL, 0) < time.time():",
                "if False:",
            ),
        ),
        (f"{STEP_TESTS}test_recovery_codes_are_shown_once_and_downloaded_meanwhile",),
    ),
    Guard(
        "attack 9: open redirect",
        "who sets a second step up goes on inside",
        (
            Cut(
                "reach/account/two_step.py",
                "going_to = wished if is_inside(wished) else door_path(request)",
                "going_to = wished or door_path(request)",
            ),
        ),
        (f"{ASKED_TESTS}test_next_leads_nobody_out_of_the_house",),
    ),
    Guard(
        "a password that somebody else changed",
        "whoever has an account is told of a new password",
        (Cut("reach/account/adapter.py", '        tell(request, user, "password")\n'),),
        ("reach/test_told_of_changes.py::test_a_new_password_is_told_with_when_from_where_and_what_to_do",),
    ),
)
