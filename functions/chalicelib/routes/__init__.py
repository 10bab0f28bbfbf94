"""Routes by noun: each parses a request, calls one service and returns what it says.

`every` has them all. The deployed function imports a noun's module with the first request for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.routing import Routes


def __getattr__(name: str) -> "tuple[Routes, ...]":
    """`GROUPS` of `every`, whose import is most of a cold start."""
    if name != "GROUPS":
        raise AttributeError(name)
    from chalicelib.routes.every import GROUPS  # noqa: PLC0415 -- see above

    return GROUPS
