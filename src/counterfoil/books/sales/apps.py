from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "counterfoil.books.sales"
    label = "sales"
