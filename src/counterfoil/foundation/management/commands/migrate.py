"""Django's own `migrate`, which makes the tables of an empty database at once."""

from typing import Any

from django.core.management.commands import migrate

from counterfoil.foundation import tables


class Command(migrate.Command):
    """Whoever asks for one app, or for a step of it, gets exactly that."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        if not options["app_label"] and tables.are_none():
            tables.make()
        super().handle(*arguments, **options)
