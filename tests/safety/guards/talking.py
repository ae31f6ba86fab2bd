"""What keeps a conversation between those who take part in it."""

from .guard import Cut, Guard

INTERNAL, SCRIPT = "attack 19: internal notes leak", "attack 15: stored script"
ANOTHERS, FORWARDED = "attack 1: somebody else's document", "attack 7: forwarding hands over authority"
VERB, READERS, LINES = "books/conversations/comments.py", "outbound/comments.py", "design/conversations.py"
LEAKS, MAILS, VERBS = (
    "safety/test_internal_comments.py::",
    "outbound/test_comments.py::",
    "books/conversations/test_comments.py::",
)
LINKED = "design/test_conversations.py::"
PARTS = "books/sharing/taking_part.py"
MAY_SAY = "if not (has_access and is_visible):"

TALKING = (
    Guard(
        INTERNAL,
        "the portal reads what is shown alone",
        (Cut("reach/portal.py", 'said.visible_to_customer().order_by("-id")', 'said.order_by("-id")'),),
        (f"{LEAKS}test_nothing_of_it_is_in_the_portal",),
    ),
    Guard(
        INTERNAL,
        "also when it reads what was said earlier",
        (
            Cut(
                "reach/portal.py",
                "Comment.objects.filter(customer=self.customer).visible_to_customer()",
                "Comment.objects.filter(customer=self.customer)",
            ),
        ),
        ("portal/test_conversation.py::test_the_newest_fifty_and_earlier_ones_by_key",),
    ),
    Guard(
        INTERNAL,
        "what the office says is internal unless it is shown",
        (Cut(VERB, "is_shown=shown or of_customer", "is_shown=not is_customer"),),
        (f"{VERBS}test_what_the_office_says_is_internal_unless_it_is_shown",),
    ),
    Guard(
        INTERNAL,
        "nobody of the customer hears of it",
        (Cut(READERS, "    if not event.for_customer:\n        return ContactPerson.objects.none()\n"),),
        (
            f"{MAILS}test_of_what_is_internal_nobody_hears_but_who_is_mentioned",
            f"{MAILS}test_no_mail_can_be_written_of_what_is_internal",
        ),
    ),
    Guard(
        INTERNAL,
        "no mail has its words",
        (Cut(READERS, "if not (event.for_customer and comment.is_shown):", "if False:"),),
        (f"{MAILS}test_no_mail_can_be_written_of_what_is_internal",),
    ),
    Guard(
        INTERNAL,
        "the customer's bell rings for those who take part in what is shown",
        (
            Cut(
                "outbound/bell.py",
                "        people = people.filter(id__in=comments.taking_part(event))\n",
                "        pass\n",
            ),
        ),
        (f"{MAILS}test_of_what_is_internal_nobody_hears_but_who_is_mentioned",),
    ),
    Guard(
        INTERNAL,
        "nothing is shown of what the customer doesn't see",
        (Cut(VERB, "    if shown and not is_seen:\n", "    if False:\n"),),
        (f"{VERBS}test_of_a_draft_only_the_office_talks_and_to_itself",),
    ),
    Guard(
        FORWARDED,
        "who came by a mailed link reads no conversation",
        (
            Cut(
                "reach/mailed_links.py",
                "    def newest_comments(self, _document: Any) -> list[Comment]:\n        return []\n",
            ),
            Cut("portal/conversation.py", 'if not reach.may("comments.add"):', "if False:"),
        ),
        (f"{LEAKS}test_nothing_of_it_is_in_the_portal",),
    ),
    Guard(
        FORWARDED,
        "who came by a mailed link says nothing",
        (Cut(PARTS, 'if actor.kind != "contact":', 'if actor.kind not in ("contact", "link"):'),),
        (f"{VERBS}test_who_came_by_a_mailed_link_takes_no_part",),
    ),
    Guard(
        ANOTHERS,
        "nobody says anything about what they don't see",
        (Cut(PARTS, MAY_SAY, "if not has_access:"),),
        (
            f"{VERBS}test_of_a_draft_only_the_office_talks_and_to_itself",
            f"{VERBS}test_a_document_that_says_it_is_anothers_is_asked_for_anew",
        ),
    ),
    Guard(
        ANOTHERS,
        "whose access has ended says nothing any more",
        (Cut(PARTS, MAY_SAY, "if not is_visible:"),),
        (f"{VERBS}test_whose_access_ended_a_moment_ago_says_nothing_more",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "only colleagues are told of a comment",
        (
            Cut(
                VERB,
                "StaffMember.objects.told_of_business().filter(organization_id=organization_id)",
                "StaffMember.objects.filter(removed_at__isnull=True)",
            ),
        ),
        (f"{VERBS}test_nobody_is_told_who_does_not_work_here",),
    ),
    Guard(
        SCRIPT,
        "what is said stays text",
        (
            Cut(
                LINES,
                'format_html_join("", "{}", ((part,) for part in _parts(text)))',
                'SafeString("".join(_parts(text)))',
            ),
        ),
        (
            f"{LINKED}test_no_address_breaks_out_of_its_link",
            "portal/test_conversation.py::test_line_breaks_and_links_are_kept_and_markup_is_text",
        ),
    ),
    Guard(
        SCRIPT,
        "a link leads where it says",
        (Cut(LINES, "|[^\\s/?#]*@)", ")"),),
        (f"{LINKED}test_what_is_no_web_address_or_pretends_to_be_another_stays_text",),
    ),
)
