"""Who was told of what, once everything that waits was spread."""


def spread() -> None:
    """Tell of everything that nobody was told of yet, as the worker does."""
    from counterfoil.outbound import spreading

    while spreading.spread_due():
        pass


def readers(name: str) -> set[str]:
    """Whose bell tells of an event of this name."""
    from counterfoil.outbound.models import Notification

    rows = Notification.objects.filter(event__name=name).select_related("staff", "contact")
    return {str(row.staff or row.contact) for row in rows}


def mailed(template: str) -> set[str]:
    """To whom mails of this template go."""
    from counterfoil.outbound.models import Mail

    return set(Mail.objects.filter(template=template).values_list("recipient", flat=True))
