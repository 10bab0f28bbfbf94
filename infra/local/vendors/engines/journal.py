"""The bounded record of what a vendor-compatible server did and when, on the monotonic clock."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

CAPACITY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event: `t` is CLOCK_MONOTONIC in seconds, comparable between processes of one machine."""

    t: float
    call: str
    event: str
    fields: dict[str, object]

    def as_json(self) -> dict[str, object]:
        return {**self.fields, "t": self.t, "call": self.call, "event": self.event}


class Journal:
    """Keeps the newest `capacity` events; older ones are forgotten."""

    def __init__(
        self, *, capacity: int = CAPACITY, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._clock = clock

    def record(self, call: str, event: str, **fields: object) -> None:
        self._entries.append(Entry(t=self._clock(), call=call, event=event, fields=fields))

    def entries(self, call: str | None = None) -> list[Entry]:
        """Every kept event in order of recording, or only those of one call."""
        return [entry for entry in self._entries if call is None or entry.call == call]
