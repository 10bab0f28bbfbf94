"""When a webhook that failed is tried again: ever later, by a little chance, for a day."""

import random
from datetime import datetime, timedelta

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=6)
GIVEN_UP = timedelta(hours=24)
_SPREAD = 0.2  # of the pause, either way: endpoints that fell together do not rise together


def pause(attempts: int, *, chance: float | None = None) -> timedelta:
    """How long to wait after so many attempts; `chance` is 0 to 1."""
    drawn = random.random() if chance is None else chance  # noqa: S311 -- no secret
    doubled = FIRST * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST) * (1 - _SPREAD + 2 * _SPREAD * drawn)


def next_attempt(
    *, created_at: datetime, attempts: int, now: datetime, chance: float | None = None
) -> datetime | None:
    """When to try again; None once a day has gone by since the event."""
    again = now + pause(attempts, chance=chance)
    return again if again <= created_at + GIVEN_UP else None
