"""What keeps files that people upload harmless, and with those whom they are for."""

from .guard import Cut, Guard

SCRIPT, ANOTHERS, INTERNAL = (
    "attack 15: stored script",
    "attack 1: somebody else's document",
    "attack 19: internal notes leak",
)
TOKEN, PATHS, BOMB = "attack 4: one token for another thing", "attack 17: paths", "a file that is a bomb"
KINDS, PACKED, IMAGES, NAMES, STORE, KEEPING = (
    f"books/files/{name}.py" for name in ("kinds", "packed", "images", "names", "store", "keeping")
)
DOOR, REACH, VERBS = "design/files.py", "reach/portal.py", "books/sharing/shared_files.py"
ATTACKS, KNOWN, PUT, SHARED = (
    "safety/test_uploads.py::",
    "books/files/test_kinds.py::",
    "books/files/test_keeping.py::",
    "books/sharing/test_shared_files.py::",
)
GIVEN_OUT = (f"{ATTACKS}test_whatever_is_given_out_is_kept_by_the_browser_and_neither_run_nor_shown",)
BY_NO_PATH = (f"{ATTACKS}test_what_is_internal_reaches_the_portal_by_no_path",)
BY_LINK = (f"{ATTACKS}test_a_mailed_link_gives_out_what_its_document_shows_and_nothing_beside_it",)

UPLOADS = (
    Guard(
        SCRIPT,
        "a file is what its content says",
        (Cut(KINDS, "if names.ending_of(name) in kind.endings), None)", "), fitting[0])"),),
        (f"{KNOWN}test_what_is_none_or_is_called_otherwise_is_refused",),
    ),
    Guard(
        SCRIPT,
        "no page for a browser is taken as text",
        (Cut(KINDS, 'return not text.lstrip("\\ufeff \\t\\r\\n\\f").casefold().startswith(MARKUP)', "return True"),),
        (f"{KNOWN}test_what_is_none_or_is_called_otherwise_is_refused",),
    ),
    Guard(
        SCRIPT,
        "what is given out is kept, not shown",
        (Cut(DOOR, "content_disposition_header(True, safe)", "content_disposition_header(False, safe)"),),
        GIVEN_OUT,
    ),
    Guard(
        SCRIPT,
        "and runs nothing if it is shown all the same",
        (Cut(DOOR, '    "Content-Security-Policy": "default-src \'none\'; sandbox",\n'),),
        GIVEN_OUT,
    ),
    Guard(
        SCRIPT,
        "a picture that is drawn anew has nothing but pixels",
        (Cut(IMAGES, "    clean.paste(pixels)\n    return clean", "    return pixels"),),
        ("books/files/test_images.py::test_nothing_but_the_pixels_stays",),
    ),
    Guard(
        SCRIPT,
        "no name turns its order or hides its ending",
        (Cut(NAMES, "if one.isspace() or not _is_hidden(one)"),),
        ("books/files/test_names.py::test_a_name_is_made_harmless",),
    ),
    Guard(
        SCRIPT,
        "office files have no programs",
        (Cut(PACKED, "name.startswith(_PROGRAMS[1:]) or name.endswith(_PROGRAMS[0])", "False"),),
        (f"{KNOWN}test_what_is_none_or_is_called_otherwise_is_refused",),
    ),
    Guard(
        BOMB,
        "an office file is as large as it may be unpacked",
        (Cut(PACKED, "    if is_bomb:", "    if False:"),),
        (f"{KNOWN}test_a_bomb_in_an_office_file_is_refused_without_being_unpacked",),
    ),
    Guard(
        BOMB,
        "a picture has as many pixels as it may have",
        (Cut(IMAGES, "if picture.width * picture.height <= MOST_PIXELS:", "if True:"),),
        (f"{KNOWN}test_a_picture_of_too_many_pixels_is_refused_before_any_is_read",),
    ),
    Guard(
        BOMB,
        "what is too large is kept nowhere on its way in",
        (Cut("reach/uploads.py", "return None if self._is_too_much else raw_data", "return raw_data"),),
        (f"{ATTACKS}test_more_than_may_be_sent_is_kept_nowhere_and_refused_in_words",),
    ),
    Guard(
        BOMB,
        "a customer has room for so many",
        (Cut(VERBS, "    _must_have_room(customer, len(kept))\n"),),
        (f"{PUT}test_a_customer_has_room_for_so_many",),
    ),
    Guard(
        PATHS,
        "nothing but a key leads into the store",
        (Cut(STORE, "if not KEY.fullmatch(key):", "if False:"),),
        (f"{PUT}test_no_other_key_leads_anywhere",),
    ),
    Guard(
        "a row that lacks its file",
        "what is written is on the disk before its row is",
        (Cut(STORE, "                os.fsync(file.fileno())\n"),),
        (f"{PUT}test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_is_told",),
    ),
    Guard(
        "a row that lacks its file",
        "the sweep takes nothing that a row names",
        (Cut(KEEPING, "set(keys) - _wanted(keys)", "set(keys)"),),
        (f"{PUT}test_the_sweep_takes_what_no_row_has_had_for_a_day_and_nothing_else",),
    ),
    Guard(
        ANOTHERS,
        "the portal gives out one customer's files",
        (
            Cut(
                REACH, "mine = StoredFile.objects.filter(customer=self.customer)", "mine = StoredFile.objects.filter()"
            ),
            Cut(
                REACH,
                "files = StoredFile.objects.filter(customer=self.customer)",
                "files = StoredFile.objects.filter()",
            ),
        ),
        ("safety/test_doors.py::test_no_id_of_anything_of_others_opens_anything_at_ones_own_address",),
    ),
    Guard(
        ANOTHERS,
        "the office gives out its own organization's",
        (
            Cut(
                "reach/office.py",
                "return StoredFile.objects.filter(organization=self.organization).present()",
                "return StoredFile.objects.present()",
            ),
            Cut("office/customers/files.py", "request.reach.files, customer_id=customer_id, ", "request.reach.files, "),
        ),
        ("safety/test_doors.py::test_no_id_of_another_organization_opens_anything_at_ones_own_office",),
    ),
    Guard(
        ANOTHERS,
        "only who uploaded it removes it",
        (Cut(VERBS, "return file.contact_id == actor.id and not", "return not"),),
        (f"{SHARED}test_who_uploaded_it_to_the_account_removes_it_once",),
    ),
    Guard(
        INTERNAL,
        "the portal gives out what is shown alone",
        (
            Cut(
                REACH,
                "mine = StoredFile.objects.filter(customer=self.customer).present().shown()",
                "mine = StoredFile.objects.filter(customer=self.customer).present()",
            ),
        ),
        BY_NO_PATH,
    ),
    Guard(
        INTERNAL,
        "its page of documents shows that alone",
        (
            Cut(
                REACH,
                "files = StoredFile.objects.filter(customer=self.customer).present().shown()",
                "files = StoredFile.objects.filter(customer=self.customer).present()",
            ),
        ),
        BY_NO_PATH,
    ),
    Guard(
        INTERNAL,
        "so do the pages of quotes and invoices",
        (Cut(REACH, "return mine.present().shown().order_by", "return mine.present().order_by"),),
        BY_NO_PATH,
    ),
    Guard(
        INTERNAL,
        "a comment's files are shown as the comment is",
        (Cut(VERBS, "shown=comment.is_shown, ", "shown=True, "),),
        BY_NO_PATH,
    ),
    Guard(
        INTERNAL,
        "nobody of the customer hears of them",
        (Cut(VERBS, '"file.shared" if shown and is_seen else "file.added"', '"file.shared"'),),
        ("outbound/test_files.py::test_nobody_of_the_customer_hears_of_what_only_we_see",),
    ),
    Guard(
        TOKEN,
        "a mailed link gives out its document's files",
        (
            Cut(
                "reach/mailed_links.py",
                "        return super().account_files.none()",
                "        return super().account_files",
            ),
        ),
        BY_LINK,
    ),
    Guard(
        TOKEN,
        "and nothing that was said",
        (Cut("reach/mailed_links.py", "return super().files.filter(comment_id__isnull=True)", "return super().files"),),
        BY_LINK,
    ),
)
