from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "counterfoil.books.payments"
    label = "payments"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers what `verify` asks of payments)
