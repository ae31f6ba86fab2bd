from django.apps import AppConfig


class OutboundConfig(AppConfig):
    name = "counterfoil.outbound"
    label = "outbound"

    def ready(self) -> None:
        """Let everything that listens to events, or runs by the clock, be known."""
        from . import bell, jobs, mailing, own_data, signing  # noqa: F401
