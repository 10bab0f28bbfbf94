"""The journals of the vendor-compatible servers: what happened at their sockets, and when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry; `t` is CLOCK_MONOTONIC in seconds."""

    t: float
    name: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """One call's entries at one server, in the order of time."""

    events: Sequence[Event] = ()

    def since(self, moment: float) -> "Journal":
        """What happened from then on."""
        return Journal([event for event in self.events if event.t >= moment])

    def last(
        self, name: str, *, until: float, where: Callable[[Event], bool] = lambda _: True
    ) -> Event | None:
        """The last event of this name not later than `until`."""
        found = (e for e in reversed(self.events) if e.name == name and e.t <= until and where(e))
        return next(found, None)

    def first(
        self, name: str, *, since: float, where: Callable[[Event], bool] = lambda _: True
    ) -> Event | None:
        """The first event of this name not earlier than `since`."""
        found = (e for e in self.events if e.name == name and e.t >= since and where(e))
        return next(found, None)

    def count(self, name: str, *, since: float, until: float) -> int:
        """How many events of this name lie in the time."""
        return sum(e.name == name and since <= e.t < until for e in self.events)


async def read(origin: str, *, call: str) -> Journal:
    """A server's journal of the call that it knows by this tag."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with (
        aiohttp.ClientSession(origin, timeout=timeout) as http,
        http.get("/journal", params={"call": call}) as response,
    ):
        response.raise_for_status()
        entries = cast("list[dict[str, Any]]", await response.json())
    events = [Event(t=entry["t"], name=entry["event"], fields=entry) for entry in entries]
    return Journal(sorted(events, key=lambda event: event.t))
