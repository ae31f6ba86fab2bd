from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "counterfoil.foundation"
    label = "foundation"
