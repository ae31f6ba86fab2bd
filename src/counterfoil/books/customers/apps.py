from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "counterfoil.books.customers"
    label = "customers"
