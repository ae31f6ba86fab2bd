from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "counterfoil.books.sharing"
    label = "sharing"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers what `verify` asks of files)
