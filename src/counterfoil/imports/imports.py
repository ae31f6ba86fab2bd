"""What a person does with a file that is imported: upload it, say how it is read, and let it be imported."""

import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.books.organizations.models import Organization, StaffMember
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound import batches
from counterfoil.outbound.models import Batch

from . import columns, reading
from .kinds import KINDS
from .models import Import, ImportFile

State = Import.State
OPTIONS = ("encoding", "order", "more_to_come")


def begin(
    organization: Organization,
    kind: str,
    file_name: str,
    content: bytes,
    *,
    by: Actor,
    owner: StaffMember,
    language: str,
    making_key: str,
) -> Import:
    """Take a file, and have it checked in the background. The same form sent again gives the import that it made.

    Raises Refused: NOT_ALLOWED, KIND, and as `reading.head`.
    """
    by.must_be_staff_of(organization.id, "owner")
    if kind not in KINDS:
        raise Refused("KIND", _("Choose what the file has."), field="kind")
    header = reading.head(content)
    packed = zlib.compress(content, 1)
    return _write_down(
        organization, kind, file_name, header, packed, by=by, owner=owner, language=language, making_key=making_key
    )


@transaction.atomic
def _write_down(
    organization: Organization, kind: str, file_name: str, header: list[str], packed: bytes, *, by: Actor, **about: Any
) -> Import:
    made, is_new = Import.objects.get_or_create(
        organization=organization,
        making_key=about["making_key"],
        defaults={
            "staff": about["owner"],
            "kind": kind,
            "file_name": "".join(filter(str.isprintable, file_name))[-200:],
            "language": about["language"],
            "header": header,
            "columns": columns.match(KINDS[kind].layout, header),
            "made_at": clock.now(),
            "made_by": by.as_json(),
        },
    )
    if is_new:
        ImportFile.objects.create(import_of=made, content=packed)
        _check(made, by=by, owner=about["owner"])
    return made


@transaction.atomic
def read_otherwise(
    one: Import, mapped: Mapping[str, int], options: Mapping[str, str], *, by: Actor, owner: StaffMember, checks: int
) -> Import:
    """Say which column is which field, and what else the file doesn't tell; it is checked anew.

    `checks` is which of its checks the person saw.
    Raises Refused: NOT_ALLOWED, IMPORT_CHANGED (it went on since), COLUMN_TWICE, OPTION.
    """
    one = _lock(one, by)
    if one.state != State.CHECKED or one.checks != checks:
        raise _changed()
    names = {field.name for field in KINDS[one.kind].layout.fields}
    chosen = {name: place for name, place in mapped.items() if name in names and 0 <= place < len(one.header)}
    for name, place in chosen.items():
        if list(chosen.values()).count(place) > 1:
            sentence = _("The column “%(column)s” is chosen twice.") % {"column": one.header[place][:60]}
            raise Refused("COLUMN_TWICE", sentence, field=name)
    if options.get("encoding") not in ("", None, *reading.ENCODINGS):
        raise Refused("OPTION", _("Choose one of these."), field="encoding")
    one.columns, one.options = chosen, {name: options.get(name) or "" for name in OPTIONS}
    content = zlib.decompress(bytes(one.file.content))
    one.header = reading.head(content, encoding=one.options["encoding"])
    one.state = State.CHECKING
    _check(one, by=by, owner=owner)
    return one


@transaction.atomic
def start(one: Import, *, by: Actor, owner: StaffMember, checks: int) -> Import:
    """**Import**: have what is in the file written, all of it or nothing. Twice is once.

    `checks` is which of its checks the person saw.
    Raises Refused: NOT_ALLOWED, IMPORT_CHANGED (it went on since, or nothing came of it), HAS_PROBLEMS.
    """
    one = _lock(one, by)
    if one.state in (State.IMPORTING, State.DONE):
        return one
    if one.state != State.CHECKED or one.checks != checks:
        raise _changed()
    if not one.found.get("can_start"):
        raise Refused("HAS_PROBLEMS", _("This file can't be imported as it is. See what is in the way."))
    one.state = State.IMPORTING
    one.staff, one.made_by, one.rows_done = owner, by.as_json(), 0
    one.save(update_fields=["state", "staff", "made_by", "rows_done"])
    _begin_batch(one, "write", by=by, owner=owner)
    return one


def _check(one: Import, *, by: Actor, owner: StaffMember) -> None:
    one.checks += 1
    one.found, one.rows_done = {}, 0
    one.save(update_fields=["columns", "options", "header", "state", "checks", "found", "rows_done"])
    _begin_batch(one, "check", by=by, owner=owner)


def _begin_batch(one: Import, act: str, *, by: Actor, owner: StaffMember) -> None:
    key = sha256(f"{act} {one.id} {one.checks}".encode()).hexdigest()
    batches.begin(Batch.Act.IMPORT, "import", [one.id], by=by, making_key=key, language=one.language, owner=owner)


def _lock(one: Import, actor: Actor) -> Import:
    actor.must_be_staff_of(one.organization_id, "owner")
    return Import.objects.select_for_update(of=("self",)).select_related("file").get(id=one.id)


def _changed() -> Refused:
    return Refused("IMPORT_CHANGED", _("This import went on meanwhile. Please look at it again first."))
