from django.apps import AppConfig


class ReachConfig(AppConfig):
    name = "counterfoil.reach"
    label = "reach"
