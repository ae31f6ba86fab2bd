from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "counterfoil.books.organizations"
    label = "organizations"
