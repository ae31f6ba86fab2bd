from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "counterfoil.books.payments"
    label = "payments"
