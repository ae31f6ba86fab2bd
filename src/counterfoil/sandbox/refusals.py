"""What the gateway answers when it won't do something."""

from typing import Any


class Refusal(Exception):
    """Nothing happened. `code` and `kind` (JSON `type`) are Stripe's names; a `status` of 4xx."""

    def __init__(
        self, status: int, code: str, message: str, *, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind} | ({"code": code} if code else {}) | {"message": message} | more}


class NoAnswer(Exception):
    """The caller is to hear nothing, although something may have happened."""


def missing(kind: str, name: str) -> Refusal:
    return Refusal(404, "resource_missing", f"No such {kind}: {name!r}")


def wrong(parameter: str, message: str) -> Refusal:
    return Refusal(400, "parameter_invalid", message, param=parameter)
