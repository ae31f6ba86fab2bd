"""What the gallery shows."""

from typing import Any


def page(shell: str, *, invalid: bool) -> dict[str, Any]:
    return {}
