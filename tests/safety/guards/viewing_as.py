"""What makes looking at a customer's portal no more than that."""

from .guard import Cut, Guard

TESTS = "safety/test_viewing_as.py::"
REACH, MIDDLEWARE = "reach/viewing.py", "reach/middleware.py"

VIEWING_AS = (
    Guard(
        "view portal as",
        "nothing is done in somebody's name",
        (
            Cut(MIDDLEWARE, "        if viewing.is_too_much(request, capability):", "        if False:"),
            Cut(
                REACH,
                'return capability.endswith(".read") and super().may(capability)',
                "return super().may(capability)",
            ),
        ),
        (f"{TESTS}test_every_page_is_read_and_marked_and_nothing_is_done_at_any_route",),
    ),
    Guard(
        "view portal as",
        "it is no view of the customer's",
        (
            Cut(
                REACH,
                'Actor("staff", self.member_id, self.name, self.organization.id, role=self.role, address=self.address)',
                'Actor("contact", self.contact.id, self.name, self.organization.id, self.customer.id)',
            ),
        ),
        (f"{TESTS}test_what_is_looked_at_was_not_seen_by_the_customer",),
    ),
    Guard(
        "view portal as",
        "a line of the bell stays unread",
        (Cut("portal/bell.py", " and not request.reach.is_viewing"),),
        (f"{TESTS}test_what_is_looked_at_was_not_seen_by_the_customer",),
    ),
    Guard(
        "view portal as",
        "pages of accounts are closed",
        (Cut(MIDDLEWARE, "            return viewing.closed_account(request)", "            return None"),),
        (f"{TESTS}test_no_page_of_an_account_opens_meanwhile",),
    ),
    Guard(
        "view portal as",
        "it ends by itself",
        (Cut(REACH, 'kept["until"] <= clock.now().timestamp() or ', ""),),
        (f"{TESTS}test_it_ends_by_itself_with_the_role_and_with_the_session",),
    ),
    Guard(
        "view portal as",
        "the role is asked each time",
        (Cut(REACH, '    if not role_may(contact.staff_role or "", CAPABILITY):', "    if False:"),),
        (f"{TESTS}test_it_ends_by_itself_with_the_role_and_with_the_session",),
    ),
    Guard(
        "view portal as",
        "the second step holds for who looks",
        (
            Cut(
                MIDDLEWARE,
                '        if looking.organization.two_step_for_staff and (led := led_to_set_up(request, "/office/")):\n'
                "            return led\n",
            ),
        ),
        (f"{TESTS}test_the_second_step_that_the_staff_are_asked_for_holds_here_too",),
    ),
)
