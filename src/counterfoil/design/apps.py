from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "counterfoil.design"
    label = "design"
