from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "counterfoil.books.ledger"
    label = "ledger"
