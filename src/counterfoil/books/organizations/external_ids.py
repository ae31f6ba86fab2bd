"""What things that were brought over are called where they came from."""

from collections.abc import Iterable, Mapping

from counterfoil.foundation.copying import values, write_rows

from .models import ExternalId

AT_ONCE = 500  # ids in one question


def known(organization_id: int, source: str, kind: str) -> dict[str, int]:
    """Our ids by theirs, of everything of a kind that was brought over."""
    rows = ExternalId.objects.filter(organization_id=organization_id, source=source, kind=kind)
    return dict(rows.values_list("external_id", "row_id"))


def keep(
    organization_id: int,
    source: str,
    kind: str,
    ids: Iterable[tuple[str, int]],
    stated: Mapping[int, int] | None = None,
) -> None:
    """Remember their ids for ours; `stated` is what is still owed of some (our id → minor units), as their file says.

    Within the transaction that brings them. What was gone here and is brought once more has its id anew.
    """
    stated, ids = stated or {}, list(ids)
    before = ExternalId.objects.filter(organization_id=organization_id, source=source, kind=kind)
    for start in range(0, len(ids), AT_ONCE):
        before.filter(external_id__in=[external_id for external_id, _id in ids[start : start + AT_ONCE]]).delete()
    rows = (
        ExternalId(
            organization_id=organization_id,
            source=source,
            kind=kind,
            external_id=external_id,
            row_id=row_id,
            stated_minor=stated.get(row_id),
        )
        for external_id, row_id in ids
    )
    write_rows(ExternalId, [values(row) for row in rows])


def stated(organization_id: int, source: str, kind: str) -> dict[int, int]:
    """What is still owed of things that were brought over (our id → minor units), as far as their files say."""
    rows = ExternalId.objects.filter(organization_id=organization_id, source=source, kind=kind)
    return {pk: minor for pk, minor in rows.values_list("row_id", "stated_minor") if minor is not None}
