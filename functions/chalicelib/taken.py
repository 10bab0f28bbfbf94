"""What a route takes: JSON where its handler has a body, whatever else the resolver could read."""

from collections.abc import Callable
from functools import cache
from typing import get_type_hints

from aiconnected.kit.errors import ErrorCode, Invalid
from chalicelib.incoming import Incoming
from chalicelib.uploads import FORM

_FORMS = (FORM, "application/x-www-form-urlencoded")


class FormUnwanted(Invalid):
    """Send application/json."""

    code = ErrorCode.RES_UNSUPPORTED_MEDIA_TYPE


@cache
def _takes_json(handler: Callable[..., object]) -> bool:
    return "body" in get_type_hints(handler)


def check(handler: Callable[..., object], incoming: Incoming) -> None:
    """Raises `FormUnwanted` for a form where JSON is wanted."""
    sent = incoming.header("content-type").lower()
    if sent.startswith(_FORMS) and _takes_json(handler):
        raise FormUnwanted
