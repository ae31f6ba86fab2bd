from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "counterfoil.books.merging"
    label = "merging"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers what `verify` asks of merged customers)
