"""What a backup rests on."""

from .guard import Cut, Guard

BACKUP = "config/test_backup.py::"

BACKUPS = (
    Guard(
        "backup",
        "a byte that changed, and an end that is missing, are noticed",
        (Cut("config/archive.py", "    if file.read() != digest.hexdigest().encode():\n", "    if False:\n"),),
        (f"{BACKUP}test_no_byte_can_be_changed_and_no_end_cut_off_unnoticed",),
    ),
    Guard(
        "backup",
        "each table has the rows that the manifest says",
        (
            Cut(
                "config/archive.py",
                "        if (count, digest.hexdigest()) != (part.rows, part.sha256):\n",
                "        if False:\n",
            ),
        ),
        (f"{BACKUP}test_a_forged_backup_changes_nothing",),
    ),
    Guard(
        "backup",
        "a file has the parts of a backup and no others",
        (
            Cut(
                "config/archive.py",
                "        if sorted(names) != sorted([MARK, KEY, MANIFEST, *map(part_name, tables), "
                "*map(file_name, files)]):\n",
                "        if False:\n",
            ),
        ),
        (f"{BACKUP}test_a_part_that_would_climb_out_is_refused_and_nothing_is_unpacked",),
    ),
    Guard(
        "backup",
        "it is read as of one moment",
        (Cut("config/backing_up.py", "        with snapshot():\n", "        if True:\n"),),
        ("safety/test_backup_under_load.py::test_what_happens_while_it_is_read_is_left_out_whole",),
    ),
    Guard(
        "backup",
        "a file that is there is kept",
        (Cut("config/backing_up.py", "    if path.exists() and not force:\n", "    if False:\n"),),
        (f"{BACKUP}test_a_file_that_is_there_is_overwritten_only_when_told",),
    ),
    Guard(
        "restore",
        "a folder with something in it is left as it is",
        (
            Cut("config/restoring.py", "    if there - MAY_LIE_THERE:\n", "    if False:\n"),
            Cut(
                "config/restoring.py",
                "    if _is_sqlite(environment) and _file(environment).exists():\n",
                "    if False:\n",
            ),
        ),
        (f"{BACKUP}test_a_place_that_is_not_empty_is_left_as_it_is",),
    ),
    Guard(
        "restore",
        "a database with tables is left as it is",
        (
            Cut(
                "config/restoring.py",
                "        if tables := connection.introspection.table_names():\n",
                "        if tables := []:\n",
            ),
        ),
        (f"{BACKUP}test_a_place_that_is_not_empty_is_left_as_it_is",),
        database="postgresql",
    ),
    Guard(
        "restore",
        "secrets are not brought to where their key is another",
        (Cut("config/restoring.py", "!= backup.secret_key:", "== '':"),),
        (f"{BACKUP}test_another_key_is_refused",),
    ),
    Guard(
        "restore",
        "a backup of a newer version is refused",
        (Cut("config/schema.py", "        if (app, name) not in loader.graph.nodes:\n", "        if False:\n"),),
        (f"{BACKUP}test_one_of_a_newer_version_is_refused_by_its_name",),
    ),
    Guard(
        "restore",
        "what was not finished is gone",
        (Cut("config/restoring.py", "        draft.unlink(missing_ok=True)\n", "        pass\n"),),
        (f"{BACKUP}test_a_forged_backup_changes_nothing",),
    ),
)
