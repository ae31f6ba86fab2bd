"""What stands against each attack of docs/safety.md."""

from .guard import Cut, Guard

DOORS = "safety/test_doors.py::"
OPENINGS = "safety/test_openings.py::"

ATTACKS = (
    Guard(
        "attack 1: somebody else's document",
        "a portal's invoices are one customer's",
        (Cut("reach/portal.py", "return Invoice.objects.of(self.customer).v", "return Invoice.objects.all().v"),),
        (f"{DOORS}test_no_id_of_anything_of_others_opens_anything_at_ones_own_address",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "the page of any document is its customer's",
        (
            Cut(
                "reach/portal.py",
                "model.objects.filter(customer_id=customer_id, id=document_id)",
                "model.objects.filter(Q(customer_id=customer_id) | Q(pk__gt=0), id=document_id)",
            ),
        ),
        (f"{DOORS}test_no_id_of_anything_of_others_opens_anything_at_ones_own_address",),
    ),
    Guard(
        "attack 1: what was not sent yet",
        "the page of any document is there once it was sent",
        (Cut("reach/portal.py", ".visible_to_customer().with_content()", ".with_content()"),),
        ("portal/test_quotes.py::test_drafts_and_others_quotes_are_not_there",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "a portal's payments are one customer's",
        (Cut("reach/portal.py", "Payment.objects.filter(customer=self.customer)", "Payment.objects.all()"),),
        (f"{DOORS}test_no_id_of_anything_of_others_opens_anything_at_ones_own_address",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "a portal's payments on their way are one customer's",
        (
            Cut(
                "reach/portal.py",
                "PaymentAttempt.objects.filter(customer=self.customer)",
                "PaymentAttempt.objects.all()",
            ),
        ),
        (f"{DOORS}test_no_id_of_anything_of_others_opens_anything_at_ones_own_address",),
    ),
    Guard(
        "attack 1: somebody else's document",
        "nobody gets a reach for a customer whose contact person they are not",
        (
            Cut(
                "reach/portal.py",
                "one.customer_id == customer_id and one.current_portal_name",
                "one.current_portal_name",
            ),
        ),
        (f"{DOORS}test_neither_is_another_customer_below_ones_own_portals_name_nor_the_other_way_round",),
    ),
    Guard(
        "attack 2: lists without signing in",
        "who isn't signed in is led to the office's sign-in page",
        (
            Cut(
                "reach/middleware.py",
                'return redirect_to_login(request.get_full_path(), "/office/account/login/")',
                "return HttpResponse()",
            ),
        ),
        (f"{DOORS}test_without_signing_in_every_route_of_a_person_leads_to_the_sign_in_page_of_its_door",),
    ),
    Guard(
        "attack 2: lists without signing in",
        "who isn't signed in is led to the portal's sign-in page",
        (
            Cut(
                "reach/middleware.py",
                'return redirect_to_login(request.get_full_path(), f"/portal/{name}/account/login/")',
                "return HttpResponse()",
            ),
        ),
        (f"{DOORS}test_without_signing_in_every_route_of_a_person_leads_to_the_sign_in_page_of_its_door",),
    ),
    Guard(
        "attack 2: lists without signing in",
        "a route that says neither what it needs nor why it is open keeps the program from starting",
        (Cut("reach/doors.py", "    if unmarked:\n", "    if False:\n"),),
        ("architecture/test_routes.py::test_a_route_that_says_nothing_keeps_the_program_from_starting",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "an office is that of its own staff",
        (
            Cut(
                "reach/middleware.py",
                "for one in members if one.organization_id == organization_id",
                "for one in members",
            ),
        ),
        (f"{DOORS}test_staff_of_one_organization_find_nothing_of_another",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "who was removed from the staff is out",
        (
            Cut(
                "books/organizations/models.py",
                "Exists(owners), removed_at__isnull=True)",
                "Exists(owners))",
            ),
        ),
        (f"{DOORS}test_who_was_removed_from_the_staff_finds_nothing_any_more",),
    ),
    Guard(
        "attack 3: helper endpoints",
        "a role does no more than it may",
        (Cut("reach/middleware.py", "if not request.reach.may(capability):", "if False:"),),
        (f"{DOORS}test_what_is_beyond_a_role_is_forbidden",),
    ),
    Guard(
        "attack 4: one token for another thing",
        "a token's purpose is part of it",
        (Cut("foundation/tokens.py", 'f"{purpose}\\0{nonce}".encode()', "nonce.encode()"),),
        ("foundation/test_tokens.py::test_a_token_is_for_one_purpose",),
    ),
    Guard(
        "attack 5: invitations used again",
        "an invitation that was used is closed",
        (Cut("books/accounts/invitations.py", "    if invitation.used_at:\n", "    if False:\n"),),
        (f"{OPENINGS}test_an_invitation_that_ended_lets_nobody_in",),
    ),
    Guard(
        "attack 5: invitations used again",
        "an invitation that was replaced or taken back is closed",
        (Cut("books/accounts/invitations.py", "    if invitation.voided_at:\n", "    if False:\n"),),
        (f"{OPENINGS}test_an_invitation_that_ended_lets_nobody_in",),
    ),
    Guard(
        "attack 5: invitations used again",
        "an invitation closes after fourteen days",
        (Cut("books/accounts/invitations.py", "if invitation.expires_at <= clock.now() else", "if False else"),),
        (f"{OPENINGS}test_an_invitation_that_ended_lets_nobody_in",),
    ),
    Guard(
        "attack 5: invitations used again",
        "an account that exists accepts only when its owner is signed in",
        (Cut("books/accounts/invitations.py", "    if signed_in is None:\n        raise _sign_in_first()\n"),),
        (f"{OPENINGS}test_an_invitation_never_sets_a_password_that_exists",),
    ),
    Guard(
        "attack 5: invitations used again",
        "the database keeps no more than a hash of the token",
        (Cut("foundation/tokens.py", "return hashlib.sha256(token.encode()).hexdigest()", "return token"),),
        (f"{OPENINGS}test_no_table_holds_what_an_invitation_opens_with",),
    ),
    Guard(
        "attack 6: mail scanners",
        "an invitation to a portal is accepted by pressing its button",
        (Cut("reach/account/invitation.py", 'if "accept" in request.POST:', "if True:"),),
        (f"{OPENINGS}test_a_program_that_sends_every_form_it_finds_uses_no_link_up",),
    ),
    Guard(
        "attack 6: mail scanners",
        "an invitation to the office is accepted by pressing its button",
        (Cut("reach/account/staff_invitation.py", 'if "accept" in request.POST:', "if True:"),),
        (f"{OPENINGS}test_a_program_that_sends_every_form_it_finds_uses_no_link_up",),
    ),
    Guard(
        "attack 6: mail scanners",
        "a forgotten password is changed by pressing the button",
        (Cut("reach/account/views.py", 'if "change" not in request.POST:', "if False:"),),
        (f"{OPENINGS}test_a_program_that_sends_every_form_it_finds_uses_no_link_up",),
    ),
    Guard(
        "attack 8: poisoned host header",
        "who says that we are called otherwise is refused",
        (Cut("reach/hosts.py", "                raise DisallowedHost\n", "                pass\n"),),
        ("safety/test_addresses.py::test_a_false_name_for_us_is_refused_at_every_route",),
    ),
    Guard(
        "attack 9: open redirect",
        "`next` leads to a path on our own host",
        (Cut("foundation/addresses.py", '        address.startswith("/")\n', "        True or address\n"),),
        ("safety/test_addresses.py::test_nobody_is_sent_out_of_the_house_by_next",),
    ),
    Guard(
        "attack 10: amount tampering",
        "nobody pays more than is left to pay",
        (Cut("books/payments/attempts.py", "    if minor > payable:\n", "    if False:\n"),),
        ("books/payments/test_attempts.py::test_an_amount_that_can_not_be_is_refused",),
    ),
    Guard(
        "attack 10: amount tampering",
        "what is written on the page is not taken for as much as is left",
        (
            Cut(
                "books/payments/allocating.py",
                "    if minor > sum(one.minor for one in in_order):\n",
                "    if False:\n",
            ),
        ),
        ("portal/test_pay.py::test_an_amount_that_was_tampered_with_is_refused",),
    ),
    Guard(
        "attack 10: amount tampering",
        "nobody pays nothing, or less",
        (Cut("books/payments/attempts.py", "    if minor <= 0:\n", "    if False:\n"),),
        ("books/payments/test_attempts.py::test_an_amount_that_can_not_be_is_refused",),
    ),
    Guard(
        "attack 10: amount tampering",
        "what is paid whole is not paid in part",
        (
            Cut(
                "books/payments/attempts.py",
                "    if minor < payable and not document.allows_partial:\n",
                "    if False:\n",
            ),
        ),
        ("books/payments/test_attempts.py::test_part_is_refused_where_the_invoice_is_paid_whole",),
    ),
    Guard(
        "attack 10: amount tampering",
        "what is paid whole is not paid in part from the page either",
        (
            Cut(
                "books/payments/attempts.py",
                "    if minor < payable and not document.allows_partial:\n",
                "    if False:\n",
            ),
            Cut(
                "books/payments/allocating.py",
                "        if 0 < share < one.minor and not one.document.allows_partial:\n",
                "        if False:\n",
            ),
        ),
        ("portal/test_pay.py::test_an_invoice_that_is_paid_whole_takes_no_other_amount",),
    ),
    Guard(
        "attack 11: changed after it was authorised",
        "an invoice takes no more than it owes when the money comes, and the rest is credit",
        (
            Cut(
                "books/payments/retaining.py",
                "min(minor, document.to_pay_minor, payment.balance_minor)",
                "minor",
            ),
        ),
        ("books/payments/test_collecting.py::test_an_invoice_edited_in_mid_payment_takes_what_it_owes_then",),
    ),
    Guard(
        "attack 12: somebody else's payment object",
        "a payment at the gateway counts for the attempt that it was made for",
        (
            Cut(
                "books/payments/attempts.py",
                "    if attempt.provider_id and snapshot.id != attempt.provider_id:\n",
                "    if False:\n",
            ),
            Cut("books/payments/attempts.py", "    if snapshot.attempt != str(attempt.id):\n", "    if False:\n"),
        ),
        ("books/payments/test_collecting.py::test_a_payment_object_of_another_attempt_changes_nothing",),
    ),
    Guard(
        "attack 13: forged webhook",
        "without a secret nothing is believed",
        (Cut("books/payments/gateways/sandbox.py", "        if not self.webhook_secret:\n", "        if False:\n"),),
        ("api/test_webhooks.py::test_without_a_secret_nothing_is_believed",),
    ),
    Guard(
        "attack 13: forged webhook",
        "a signature must be the gateway's, of this very body",
        (
            Cut(
                "books/payments/gateways/sandbox.py",
                "if not hmac.compare_digest(expected.encode(), given.encode()):",
                "if False:",
            ),
        ),
        ("api/test_webhooks.py::test_a_forged_event_is_refused",),
    ),
    Guard(
        "attack 13: forged webhook",
        "a signature is not good for ever",
        (
            Cut(
                "books/payments/gateways/sandbox.py",
                " or abs(time.time() - int(moment)) > OLDEST_SIGNATURE:",
                ":",
            ),
        ),
        ("api/test_webhooks.py::test_a_forged_event_is_refused",),
    ),
    Guard(
        "attack 14: races",
        "whoever touches a customer's money waits for whoever does",
        (
            Cut(
                "books/ledger/ledger.py",
                "CustomerBalance.objects.select_for_update(no_key=True)",
                "CustomerBalance.objects",
            ),
            Cut(
                "books/payments/retaining.py",
                "model._default_manager.select_for_update().filter(id__in=wanted, customer_id=customer_id)",
                "model._default_manager.filter(id__in=wanted, customer_id=customer_id)",
            ),
        ),
        ("books/payments/test_races.py::test_twenty_people_with_twenty_forms_pay_an_invoice_once",),
        database="postgresql",
    ),
    Guard(
        "attack 14: races",
        "a number is taken by one at a time",
        (
            Cut(
                "books/organizations/numbering.py",
                "NumberSeries.objects.select_for_update().get(organization_id",
                "NumberSeries.objects.get(organization_id",
            ),
        ),
        ("books/organizations/test_numbering.py::test_twenty_at_once_take_twenty_numbers_without_a_gap",),
        database="postgresql",
    ),
    Guard(
        "attack 14: races",
        "transactions on SQLite begin by locking",
        (Cut("config/environment.py", '"transaction_mode": "IMMEDIATE"', '"transaction_mode": "DEFERRED"'),),
        ("books/payments/test_races.py::test_twenty_people_with_twenty_forms_pay_an_invoice_once",),
    ),
    Guard(
        "attack 15: stored script",
        "no page runs a script that stands inside it",
        (Cut("config/settings.py", '"script-src": [SELF],', '"script-src": [SELF, "\'unsafe-inline\'"],'),),
        ("safety/test_policy.py::test_every_route_has_it",),
    ),
    Guard(
        "attack 15: stored script",
        "of a picture nothing but its pixels is kept",
        (Cut("books/files/images.py", "clean = Image.new(pixels.mode, pixels.size)", "clean = picture"),),
        ("books/files/test_images.py::test_nothing_but_the_pixels_stays",),
    ),
    Guard(
        "attack 15: stored script",
        "a logo is one of three kinds of picture",
        (Cut("books/files/images.py", "formats=_KINDS", "formats=None"),),
        ("books/files/test_images.py::test_anything_else_is_refused",),
    ),
    Guard(
        "attack 16: requests from the PDF renderer",
        "what people typed is printed as text and never read as markup",
        (
            Cut(
                "paper/templates/frame.typ",
                "quiet(size: 10pt, typed(data.number))",
                'quiet(size: 10pt, eval(data.number, mode: "markup"))',
            ),
        ),
        ("paper/test_harmless.py::test_markup_comes_out_as_it_was_typed",),
    ),
    Guard(
        "attack 18: formulas in files for spreadsheets",
        "a text that a spreadsheet would run begins with a quote",
        (Cut("foundation/csv_files.py", '        return f"\'{text}"\n', "        return text\n"),),
        ("office/test_reports.py::test_a_customer_with_a_formula_for_a_name_is_harmless_in_the_file",),
    ),
    Guard(
        "attack 21: status by mass assignment",
        "only an issued invoice is made void",
        (
            Cut(
                "books/sales/invoices.py",
                '    if invoice.state != Invoice.State.ISSUED:\n        raise Refused("NOT_ISSUED"',
                '    if False:\n        raise Refused("NOT_ISSUED"',
            ),
        ),
        ("safety/test_forms.py::test_a_document_moves_only_as_its_state_allows[invoice]",),
    ),
    Guard(
        "attack 21: status by mass assignment",
        "only a draft is deleted",
        (
            Cut(
                "books/sales/invoices.py",
                '    if invoice.state != Invoice.State.DRAFT:\n        raise Refused("NOT_A_DRAFT", _("An issued',
                '    if False:\n        raise Refused("NOT_A_DRAFT", _("An issued',
            ),
        ),
        ("safety/test_forms.py::test_a_document_moves_only_as_its_state_allows[invoice]",),
    ),
)
