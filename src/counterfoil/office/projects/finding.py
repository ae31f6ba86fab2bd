"""How lists find projects, their time and their approvals: by the names of the project and of its customer."""

from collections.abc import Sequence

from django.db.models import Q

from counterfoil.foundation.pages import starts_with
from counterfoil.office.documents.lists import customers_named
from counterfoil.reach.office import OfficeReach

FEW = 100


def named(text: str, of: Sequence[int]) -> Q:
    """Projects whose name begins so, and those of these customers (ids), who are called so."""
    return starts_with("name_key", text.casefold()) | Q(customer_id__in=of)


def of_named(reach: OfficeReach, text: str) -> Q:
    """What belongs to such projects: to a few by their ids, so that the rows of each are read from its own index."""
    of = customers_named(reach, text)
    few = list(reach.projects.filter(named(text, of)).values_list("id", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(project_id__in=few)
    return starts_with("project__name_key", text.casefold()) | Q(customer_id__in=of)
