from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "counterfoil.demo"
    label = "demo"
