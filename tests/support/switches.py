"""What an organization shows its customers, switched on and off."""

from .cast import Cast


def switch(cast: Cast, **switches: bool) -> None:
    """The studio switches these modules, and leaves the others as they are at first."""
    from counterfoil.books.organizations import organizations

    cast.studio.refresh_from_db()
    organizations.change_portal(
        cast.studio,
        portal_name="lindqvist-zhou",
        banner="",
        switches=switches,
        revision=cast.studio.revision,
        by=cast.by_olga,
    )
