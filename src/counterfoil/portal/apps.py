from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "counterfoil.portal"
    label = "portal"
