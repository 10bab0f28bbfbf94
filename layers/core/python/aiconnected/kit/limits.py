"""Limits of how many requests somebody may make in a minute, an hour and a day (A3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiconnected.kit.errors import ErrorCode

NO_LIMIT = "off"


class Window(StrEnum):
    """How long a window is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def ms(self) -> int:
        """Its length."""
        return {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}[self.value]

    @property
    def code(self) -> ErrorCode:
        """What is answered when it is full."""
        return ErrorCode(f"RATE_LIMIT_{self.value.upper()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many requests in a window."""

    window: Window
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands in the window nearest to being full."""

    limit: Limit
    remaining: int
    reset_s: int  # until the window begins anew
    exceeded: bool


def limits_of(text: str) -> Sequence[Limit]:
    """The limits that a setting names, `600/minute,20000/hour`, or none of `off`.

    Raises `ValueError`.
    """
    if text == NO_LIMIT:
        return ()
    limits: list[Limit] = []
    for part in text.split(","):
        number, _, window = part.strip().partition("/")
        limits.append(Limit(window=Window(window), requests=int(number)))
    if any(limit.requests < 1 for limit in limits):
        raise ValueError("a limit of no requests at all")
    return tuple(limits)
