"""What stands around a mailed link: one document, for whoever has it, until it is revoked or too old."""

from .guard import Cut, Guard

SAFETY, OPENED, PAYING = (
    "safety/test_mailed_links.py::",
    "reach/test_mailed_links.py::",
    "portal/test_paying_by_link.py::",
)
REACH, VERBS = "reach/mailed_links.py", "books/sales/document_links.py"
ANOTHER, SCANNERS, FORWARDED = (
    "attack 4: one token for another thing",
    "attack 6: mail scanners",
    "attack 7: forwarding hands over authority",
)

LINKS = (
    Guard(
        ANOTHER,
        "a mailed link opens one invoice",
        (Cut(REACH, "super().invoices.filter(id=self.link.document_id)", "super().invoices"),),
        (f"{SAFETY}test_nor_any_id_of_the_same_customer_or_of_others",),
    ),
    Guard(
        ANOTHER,
        "what it opened is at the address of its own customer",
        (Cut(REACH, "id__in=ids, customer_id=customer_id, ", "id__in=ids, "),),
        (f"{SAFETY}test_nor_its_own_invoice_below_another_portal_or_customer",),
    ),
    Guard(
        ANOTHER,
        "what it opened is at the address of its own portal",
        (Cut(REACH, ", organization__in=here)", ")"),),
        (f"{SAFETY}test_nor_its_own_invoice_below_another_portal_or_customer",),
    ),
    Guard(
        ANOTHER,
        "its token is one of its own organization's portal",
        (Cut(VERBS, "hashed(token), organization_id=organization_id)", "hashed(token))"),),
        (f"{SAFETY}test_a_link_of_one_portal_is_none_at_another",),
    ),
    Guard(
        ANOTHER,
        "only the routes that are marked for it know it, and only with something that it is for in their address",
        (
            Cut("reach/middleware.py", "if by_link and not has_access and", "if not has_access and"),
            Cut(REACH, "return bool(asked) and all(", "return all("),
        ),
        (f"{SAFETY}test_a_link_opens_its_own_invoice_and_no_other_page",),
    ),
    Guard(
        ANOTHER,
        "it is closed when it is revoked",
        (Cut(VERBS, "if link.revoked_at is not None or link.expires", "if link.expires"),),
        (f"{OPENED}test_what_was_opened_closes_when_the_link_does",),
    ),
    Guard(
        ANOTHER,
        "it closes after its time",
        (Cut(VERBS, " or link.expires_at <= clock.now():", ":"),),
        (f"{OPENED}test_every_link_that_opens_nothing_says_the_same",),
    ),
    Guard(
        ANOTHER,
        "it ends with its recipient",
        (Cut(VERBS, " or not people.exists()", ""),),
        (f"{OPENED}test_every_link_that_opens_nothing_says_the_same",),
    ),
    Guard(
        ANOTHER,
        "it ends with its recipient's access to the portal",
        (Cut(VERBS, "    people = people.exclude(links_ended_at__gte=link.made_at)\n"),),
        (f"{OPENED}test_with_access_end_the_links_that_were_mailed_before_and_what_is_mailed_later_opens",),
    ),
    Guard(
        ANOTHER,
        "whether it still opens anything is asked at every request",
        (Cut("reach/middleware.py", "if not reach.is_open:", "if False:"),),
        (f"{OPENED}test_what_was_opened_closes_when_the_link_does",),
    ),
    Guard(
        ANOTHER,
        "it is opened in a session that nobody knew before",
        (Cut(REACH, "    request.session.cycle_key()\n"),),
        (f"{OPENED}test_opening_begins_a_session_that_nobody_knew_before",),
    ),
    Guard(
        ANOTHER,
        "a browser in which it was opened is known for half a day",
        (Cut(REACH, " if now < until]", "]"),),
        (f"{OPENED}test_a_browser_is_known_for_half_a_day_and_the_mail_opens_it_again",),
    ),
    Guard(
        ANOTHER,
        "links that open nothing are slowed",
        (Cut("reach/opening.py", "status=404 if _may_go_on(request) else 429", "status=404"),),
        (f"{OPENED}test_too_many_links_that_open_nothing_are_slowed_and_good_ones_are_not",),
    ),
    Guard(
        ANOTHER,
        "what opens it is left out of the log",
        (Cut("config/logs.py", "invitation|link|setup", "invitation|setup"),),
        ("config/test_starting.py::test_what_opens_a_door_is_not_in_the_log",),
    ),
    Guard(
        SCANNERS,
        "an invoice counts as seen when the button is pressed, not when its page is looked at or its form is sent",
        (Cut("reach/opening.py", 'if request.method == "POST" and "open" in request.POST:', "if True:"),),
        (f"{OPENED}test_looking_changes_nothing_and_neither_does_the_form_without_its_button",),
    ),
    Guard(
        SCANNERS,
        "what the office itself opens does not count as seen",
        (Cut("reach/opening.py", "    if not _is_staff(request, link):\n", "    if True:\n"),),
        (f"{OPENED}test_the_office_may_look_without_its_being_seen",),
    ),
    Guard(
        SCANNERS,
        "the page behind the button does not count by itself",
        (Cut("portal/documents.py", " and not request.reach.is_by_link and", " and"),),
        (f"{OPENED}test_the_office_may_look_without_its_being_seen",),
    ),
    Guard(
        FORWARDED,
        "by a link one pays for that invoice alone",
        (Cut(VERBS, "if document is None or set(document_ids) != {document.id}:", "if document is None:"),),
        (f"{PAYING}test_the_verb_itself_takes_a_link_for_its_own_invoice_only",),
    ),
    Guard(
        FORWARDED,
        "a link that was revoked meanwhile is asked for once more with the customer locked",
        (Cut("books/payments/attempts.py", "        document_links.must_still_open(by, shares)\n"),),
        (f"{PAYING}test_a_link_revoked_between_the_door_and_the_books_is_refused_too",),
    ),
    Guard(
        FORWARDED,
        "saved cards are for who signs in",
        (
            Cut(REACH, "return super().saved_methods.none()", "return super().saved_methods"),
            Cut("books/payments/attempts.py", "        if method.saved or method.saves:\n", "        if False:\n"),
        ),
        (
            f"{PAYING}test_nothing_is_known_of_who_pays_and_nothing_is_saved",
            f"{PAYING}test_the_verb_itself_takes_a_link_for_its_own_invoice_only",
        ),
    ),
    Guard(
        FORWARDED,
        "payments of others on their way are not opened nor given up",
        (
            Cut(
                "books/payments/models/attempts.py",
                'theirs.filter(actor__kind="link", actor__link_id=link.id)',
                "theirs",
            ),
        ),
        (f"{PAYING}test_somebody_elses_payment_on_its_way_is_told_but_not_opened_nor_given_up",),
    ),
    Guard(
        FORWARDED,
        "a receipt that would name another invoice is closed",
        (Cut(REACH, "mine.filter(~Exists(uses.exclude(target_id=self.link.document_id)))", "mine"),),
        (f"{PAYING}test_a_receipt_is_closed_as_soon_as_it_would_name_another_invoice",),
    ),
    Guard(
        FORWARDED,
        "only the office revokes a link",
        (Cut(VERBS, "    by.must_be_staff_of(link.organization_id)\n"),),
        ("books/sales/test_document_links.py::test_the_office_revokes_one_of_them_for_good",),
    ),
    Guard(
        FORWARDED,
        "a link to a quote opens that one",
        (
            Cut(REACH, "super().quotes.filter(id=self.link.document_id)", "super().quotes"),
            Cut(REACH, "        if document_id != self.link.document_id:\n            raise Http404\n"),
        ),
        ("portal/test_forwarding.py::test_a_link_to_a_quote_opens_no_other_quote_and_no_invoice",),
    ),
    Guard(
        FORWARDED,
        "who came by a link forwards nothing",
        (Cut("books/sales/forwarding.py", 'if by.kind != "contact":', "if False:"),),
        ("portal/test_forwarding.py::test_what_is_void_a_draft_or_somebody_elses_is_not_forwarded",),
    ),
    Guard(
        FORWARDED,
        "forwarding is limited",
        (Cut("books/sales/forwarding.py", "    _must_not_be_too_many(document)\n"),),
        ("portal/test_forwarding.py::test_forwarding_is_limited",),
    ),
    Guard(
        FORWARDED,
        "the links in an office's reach are those of its organization",
        (
            Cut(
                "reach/office.py", "DocumentLink.objects.filter(organization=self.organization)", "DocumentLink.objects"
            ),
            Cut(VERBS, "    by.must_be_staff_of(link.organization_id)\n"),
            Cut(
                "office/documents/links.py",
                "id=link_id, document_id=document.id)",
                "id=link_id)",
            ),
        ),
        (f"{SAFETY}test_a_link_is_revoked_at_its_own_invoice_only",),
    ),
)
