"""No table is forgotten when sample data is removed. Whoever adds one says here if its rows are in nobody's books."""

from django.apps import apps

from counterfoil.books.sample_data import tables

# People and the installation itself: they are there before an organization, and stay when it goes.
OF_NO_ORGANIZATION = {
    "accounts.Session",
    "accounts.SignInLink",
    "accounts.User",
    "organizations.Organization",  # which goes last
    "organizations.SetupLink",
    "outbound.ScheduledJob",
}


def test_every_table_leads_to_its_organization_or_is_nobodys() -> None:
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("counterfoil.")}
    owned = {model._meta.label for model, _path in tables.owned()}
    assert owned <= ours
    assert ours - owned == OF_NO_ORGANIZATION


def test_whose_a_row_is_is_known_of_every_row() -> None:
    """A path by columns that may be empty would leave those rows behind. Only mail about an account has none."""
    loose = set()
    for owned, path in tables.owned():
        model = owned
        for name in path.removesuffix("organization_id").split("__"):
            field = model._meta.get_field(name or "organization_id")
            if field.null:
                loose.add(owned._meta.label)
            model = field.related_model or model
    assert loose == {"outbound.Mail"}
