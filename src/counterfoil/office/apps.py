from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "counterfoil.office"
    label = "office"
