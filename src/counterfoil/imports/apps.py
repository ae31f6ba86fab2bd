from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "counterfoil.imports"
    label = "imports"

    def ready(self) -> None:
        """Let the worker know what it does for an import."""
        from . import running  # noqa: F401  (registers what the worker does for an import)
