from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "counterfoil.books.accounts"
    label = "accounts"
