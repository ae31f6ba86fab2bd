"""The style sheets and the script of the pages."""

import re

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from .gateway import Gateway
from .rendering import HERE

FILES = {"sandbox.css": "text/css", "fields.js": "text/javascript"}
ONE_HOUR = {"Cache-Control": "public, max-age=3600"}


def file(_gateway: Gateway, _request: Request, name: str) -> Response:
    if name not in FILES:
        raise NotFound
    text = (HERE / "static" / name).read_text(encoding="utf-8")
    return Response(text, mimetype=FILES[name], headers=ONE_HOUR)


def accent(_gateway: Gateway, _request: Request, colour: str) -> Response:
    """The colour of the page around the fields, as six hexadecimal digits."""
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise NotFound
    return Response(f":root {{ --brand: #{colour}; }}\n", mimetype="text/css", headers=ONE_HOUR)
