from django.apps import AppConfig


class OutboundConfig(AppConfig):
    name = "counterfoil.outbound"
    label = "outbound"
