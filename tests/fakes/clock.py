"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Fills `aiconnected.kit.clock.Clock`."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
        self._start = self._now

    def now(self) -> datetime:
        """Where the clock stands."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return (self._now - self._start).total_seconds()

    def advance(self, by: timedelta) -> None:
        """Move it on."""
        self._now += by
