"""What keeps the mails that organizations write themselves harmless."""

from .guard import Cut, Guard

SCRIPT, HEADERS = "attack 15: stored script", "a header in a mail's subject"
VERB = "books/organizations/mail_templates.py"
VERBS, MAILS = "books/organizations/test_mail_templates.py::", "outbound/test_own_words.py::"

WORDINGS = (
    Guard(
        SCRIPT,
        "what a mail says in an organization's own words is text, not markup",
        (
            Cut(
                "outbound/templates/outbound/mail/letter.html",
                "{{ paragraph|linebreaksbr }}</p>\n{% endfor %}{% if letter.facts %}",
                "{{ paragraph|safe|linebreaksbr }}</p>\n{% endfor %}{% if letter.facts %}",
            ),
        ),
        (f"{MAILS}test_markup_and_code_in_a_text_and_in_names_stay_text",),
    ),
    Guard(
        SCRIPT,
        "what a placeholder says is not read again",
        (
            Cut(
                VERB,
                "lambda found: values.get(found[1], found[0]), text)",
                "lambda found: self._again(values.get(found[1], found[0]), values), text)",
            ),
            Cut(
                VERB,
                "    def filled(self,",
                "    def _again(self, text: str, values: Mapping[str, str]) -> str:\n"
                "        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)\n\n"
                "    def filled(self,",
            ),
        ),
        (f"{VERBS}test_what_a_value_says_is_not_read_again",),
    ),
    Guard(
        SCRIPT,
        "what is in curly brackets and is no placeholder of this mail is refused",
        (Cut(VERB, "if unknown := [one for one in found if one not in known]:", "if unknown := list[str]():"),),
        (f"{VERBS}test_a_placeholder_that_does_not_exist_is_refused_by_name",),
    ),
    Guard(
        HEADERS,
        "a subject is one line when it is written",
        (Cut(VERB, 'if any(unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cs") for one in subject):', "if False:"),),
        (f"{VERBS}test_what_no_mail_can_say_is_refused",),
    ),
    Guard(
        HEADERS,
        "and when the mail is",
        (Cut("outbound/mail.py", "subject=one_line(letter.subject, most=300)", "subject=letter.subject"),),
        (f"{MAILS}test_no_header_comes_out_of_a_subject",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "only an owner says what an organization's mails say",
        (Cut(VERB, '    by.must_be_staff_of(organization.id, "owner")\n'),),
        (f"{VERBS}test_only_an_owner_of_the_organization_changes_it",),
    ),
)
