"""A page of the settings: the office's shell, and beside the page the list of all settings."""

from typing import Any

from django.http import HttpResponse

from counterfoil.office import navigation
from counterfoil.office.pages import page
from counterfoil.reach.requests import OfficeRequest


def settings_page(request: OfficeRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a template below `office/settings/` that extends `office/settings/_settings.html`."""
    return page(
        request,
        f"office/settings/{template}",
        status=status,
        settings_nav=navigation.menu(request, navigation.SETTINGS),
        **context,
    )
