"""Many calls at once with vendors that answer instantly: what the realtime process costs."""

import asyncio
import time
from dataclasses import dataclass, field

import aiohttp
import psutil

from infra.local.cli.sound import Clip
from infra.local.cli.stack_file import Stack
from infra.local.cli.telephone import Telephone
from tests.bench import cores
from tests.bench.calls import CALLER

_STAGGER = 0.15  # seconds between the beginnings of calls
_PAUSE = 0.3  # seconds of quiet before a caller goes on
_WITHIN = 10.0  # seconds in which an answer must be heard
_SETTLE = 10.0  # seconds after the last call began before CPU time counts
_HEALTH = 30.0  # seconds that the health route's percentile looks back


@dataclass(slots=True)
class Callers:
    """Telephones that ask the same question again and again until told to stop."""

    stack: Stack
    clip: Clip
    turns: int = 0
    unheard: int = 0
    ended_early: int = 0
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def add(self, calls: int) -> None:
        """Begin so many calls more; returns when the last one has been greeted."""
        greeted = [asyncio.Event() for _ in range(calls)]
        for event in greeted:
            self._tasks.append(asyncio.create_task(self._call(event)))
            await asyncio.sleep(_STAGGER)
        await asyncio.gather(*(event.wait() for event in greeted))

    async def stop(self) -> None:
        """Hang up; raises what a call raised."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def _call(self, greeted: asyncio.Event) -> None:
        try:
            async with Telephone.plugged_in(self.stack.twilio_ws_url) as telephone:
                await telephone.dial(self.stack.numbers[0].number, from_=CALLER)
                answered = await telephone.answered()
                await telephone.onset_after(answered, within=_WITHIN)
                greeted.set()
                await self._talk(telephone)
        finally:
            greeted.set()

    async def _talk(self, telephone: Telephone) -> None:
        await telephone.silence(seconds=_PAUSE, within=_WITHIN)
        while not self._stop.is_set():
            said = await telephone.say(self.clip)
            if said is None:
                self.ended_early += 1
                return
            heard = await telephone.onset_after(said.ended, within=_WITHIN)
            self.turns, self.unheard = self.turns + 1, self.unheard + (heard is None)
            await telephone.silence(seconds=_PAUSE, within=_WITHIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the realtime process did meanwhile. Percentages are of one core."""

    cpu_per_call: float
    late_ms: float  # p95 of its ticker's lateness
    first_rss: int  # bytes, with the first calls
    all_rss: int  # with all
    others_busy: float  # the busiest of the other cores: the callers and vendors must keep up
    turns: int
    unheard: int
    ended_early: int


async def measure(stack: Stack, clip: Clip, *, first: int, calls: int, seconds: float) -> Load:
    """Hold `first` calls for `seconds` (0: none), then `calls` for as long, realtime on a core
    of its own.
    """
    pid = await _realtime_pid(stack)
    with cores.alone(pid) as core:
        return await _measure(
            stack, clip, first=first, calls=calls, seconds=seconds, pid=pid, core=core
        )


async def _measure(
    stack: Stack,
    clip: Clip,
    *,
    first: int,
    calls: int,
    seconds: float,
    pid: int,
    core: int | None,
) -> Load:
    callers = Callers(stack, clip)
    try:
        if first:
            await callers.add(first)
            await asyncio.sleep(seconds)
        first_rss = cores.consumption(pid).rss
        await callers.add(calls - first)
        begun = time.monotonic()
        settle = min(_SETTLE, seconds / 2)
        await asyncio.sleep(settle)
        psutil.cpu_percent(percpu=True)
        before, since = cores.consumption(pid), time.monotonic()
        late_ms = await _lateness(stack, until=begun + seconds)
        after, took = cores.consumption(pid), time.monotonic() - since
        busy = psutil.cpu_percent(percpu=True)
    finally:
        await callers.stop()
    return Load(
        cpu_per_call=100 * (after.cpu - before.cpu) / took / calls,
        late_ms=late_ms,
        first_rss=first_rss,
        all_rss=after.rss,
        others_busy=max((share for n, share in enumerate(busy) if n != core), default=0.0),
        turns=callers.turns,
        unheard=callers.unheard,
        ended_early=callers.ended_early,
    )


async def _lateness(stack: Stack, *, until: float) -> float:
    """The larger p95 of the ticker's lateness over the spans of the health route until then."""
    worst = 0.0
    async with aiohttp.ClientSession(stack.realtime_url) as http:
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, _HEALTH))
            async with http.get("/health") as response:
                worst = max(worst, float((await response.json())["tick_late_ms_p95"]))
    return worst


async def _realtime_pid(stack: Stack) -> int:
    """The process id of the stack's realtime process, as its supervisor knows it."""
    async with aiohttp.ClientSession(stack.supervisor_url) as http, http.get("/services") as answer:
        return int((await answer.json())["realtime"]["pid"])
