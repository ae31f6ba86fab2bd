from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "counterfoil.books.sales"
    label = "sales"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers what `verify` asks of invoices)
