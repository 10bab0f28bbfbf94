"""A month of a client's minutes."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfMinutes:
    """What a client may speak in a month of its own zone, and has spoken."""

    begins: date
    allowed: int
    spent_ms: int

    @property
    def used(self) -> int:
        """Whole minutes."""
        return self.spent_ms // 60_000

    @property
    def share(self) -> float:
        """Of what is allowed."""
        return self.spent_ms / (self.allowed * 60_000)
