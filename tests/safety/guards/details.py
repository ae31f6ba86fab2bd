"""What stands around the details that customers change themselves, and around what was typed by who was signed out."""

from .guard import Cut, Guard

OWN, KEPT = "books/customers/own_details.py", "reach/kept.py"
VERBS, FORMS = "books/customers/test_own_details.py::", "reach/test_kept_forms.py::"
MAILS, CHOICES, DATA = "reach/unsubscribing.py", "books/customers/mail_choices.py", "outbound/own_data.py"
DOCUMENT = "attack 1: somebody else's document"
SCANNERS, TOKEN = "attack 6: mail scanners", "attack 4: one token for another thing"
LOCKED, LOST, ENDED, ANOTHERS, FORGED = (
    "details that the organization keeps to itself",
    "two people who edit the same customer",
    "attack 5: access that has ended",
    "what somebody typed is nobody else's",
    "forms from elsewhere",
)

DETAILS = (
    Guard(
        LOCKED,
        "what is locked is refused, whatever a form sends",
        (
            Cut(
                OWN,
                "if locked := [name for name in changed if name in locked_details.columns(organization)]:",
                "if locked := []:",
            ),
        ),
        (f"{VERBS}test_what_is_locked_is_refused_and_the_rest_is_not",),
    ),
    Guard(
        LOST,
        "who saves second is told",
        (Cut(OWN, "    if not changed or row.revision == revision:\n        return\n", "    return\n"),),
        (f"{VERBS}test_of_two_who_change_the_same_the_second_sees_both",),
    ),
    Guard(
        LOST,
        "what was changed again since is not undone",
        (Cut(OWN, "if holds == Standing.CHANGED_AGAIN:", "if False:"),),
        (f"{VERBS}test_what_was_changed_again_since_is_not_undone",),
    ),
    Guard(
        ENDED,
        "who lost access meanwhile changes nothing",
        (
            Cut(
                OWN,
                "if not ContactPerson.objects.with_access().filter(id=by.id or 0, customer_id=customer_id).exists():",
                "if False:",
            ),
        ),
        (f"{VERBS}test_who_lost_access_meanwhile_changes_nothing",),
    ),
    Guard(
        SCANNERS,
        "unsubscribing wants its button, or what mail programs send",
        (Cut(MAILS, ' and {"stop", "again"} & set(request.POST)'),),
        ("outbound/test_mail_choices.py::test_looking_at_the_page_changes_nothing_and_its_button_does",),
    ),
    Guard(
        SCANNERS,
        "the form of its page is ours",
        (Cut(MAILS, "@csrf_protect\n"),),
        ("outbound/test_mail_choices.py::test_looking_at_the_page_changes_nothing_and_its_button_does",),
    ),
    Guard(
        TOKEN,
        "what unsubscribes from one kind of mail does nothing else",
        (Cut(CHOICES, 'f"{contact.id} {key} {contact.email}"', '"everybody"'),),
        ("books/customers/test_mail_choices.py::test_a_token_is_good_for_one_person_kind_and_address",),
    ),
    Guard(
        ANOTHERS,
        "what is kept is shown to who was signed in",
        (Cut(KEPT, 'is_theirs = kept["who"] == str(request.user.pk)', "is_theirs = True"),),
        (f"{FORMS}test_it_is_shown_to_nobody_else",),
    ),
    Guard(
        DOCUMENT,
        "one's own data has nobody else's documents",
        (Cut(DATA, "        if document.customer_id == contact.customer_id:", "        if True:"),),
        ("portal/test_own_data.py::test_what_is_not_theirs_is_left_out_whatever_was_asked_for",),
    ),
    Guard(
        ENDED,
        "who lost access meanwhile is given no data",
        (Cut(DATA, "ContactPerson.objects.with_access()", "ContactPerson.objects"),),
        ("portal/test_own_data.py::test_who_lost_access_meanwhile_gets_nothing",),
    ),
    Guard(
        FORGED,
        "what was sent from elsewhere is offered to nobody",
        (Cut(KEPT, "reason != STALE or not is_ours or "),),
        (f"{FORMS}test_but_a_form_from_elsewhere_is_offered_to_nobody",),
    ),
)
