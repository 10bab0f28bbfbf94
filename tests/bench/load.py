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

MANY = 25  # calls
_STAGGER = 0.15  # seconds between the beginnings of calls
_PAUSE = 0.3  # seconds of quiet before a caller goes on
_WITHIN = 10.0  # seconds in which an answer must be heard
_SETTLE = 10.0  # seconds after the last call began before CPU time counts
_LOOKS_BACK = 30.0  # seconds, the health route's percentile


@dataclass(slots=True)
class Callers:
    """Telephones that ask the same question again and again until told to stop."""

    stack: Stack
    clip: Clip
    turns: int = 0
    unheard: int = 0
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
            if said is None:  # the call has ended: the health route counts those that are left
                return
            heard = await telephone.onset_after(said.ended, within=_WITHIN)
            self.turns, self.unheard = self.turns + 1, self.unheard + (heard is None)
            await telephone.silence(seconds=_PAUSE, within=_WITHIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the realtime process did meanwhile. Percentages are of one core."""

    live: int  # calls that the process held all the while: refused ones are none
    cpu: float
    late_ms: float  # p95 of its ticker's lateness
    first_rss: int  # bytes, with the first calls
    all_rss: int  # with all
    others_busy: float  # the busiest of the other cores: the callers and vendors must keep up
    turns: int
    unheard: int


@dataclass(slots=True)
class _Health:
    """The worst of what the health route has said."""

    late_ms: float = 0.0
    live: int = MANY

    async def watch(self, stack: Stack, *, until: float) -> None:
        """Ask as often as its percentile looks back, the last time at the end."""
        async with aiohttp.ClientSession(stack.realtime_url) as http:
            while (left := until - time.monotonic()) > 0:
                await asyncio.sleep(min(left, _LOOKS_BACK))
                async with http.get("/health") as response:
                    said = await response.json()
                self.late_ms = max(self.late_ms, float(said["tick_late_ms_p95"]))
                self.live = min(self.live, int(said["calls"]))


async def measure(stack: Stack, clip: Clip, *, first: int, seconds: float) -> Load:
    """Hold `first` calls for `seconds` (0: none), then `MANY` for as long.

    The realtime process has a core of its own meanwhile.
    """
    pid = await _realtime_pid(stack)
    callers = Callers(stack, clip)
    with cores.alone(pid) as core:
        try:
            if first:
                await callers.add(first)
                await asyncio.sleep(seconds)
            first_rss = cores.consumption(pid).rss
            await callers.add(MANY - first)
            return await _watched(callers, pid=pid, core=core, seconds=seconds, first_rss=first_rss)
        finally:
            await callers.stop()


async def _watched(
    callers: Callers, *, pid: int, core: int | None, seconds: float, first_rss: int
) -> Load:
    """What happens in `seconds`; CPU time counts once all calls have settled."""
    end, health = time.monotonic() + seconds, _Health()
    await asyncio.sleep(min(_SETTLE, seconds / 2))
    psutil.cpu_percent(percpu=True)
    before, since = cores.consumption(pid), time.monotonic()
    await health.watch(callers.stack, until=end)
    after, took = cores.consumption(pid), time.monotonic() - since
    busy = psutil.cpu_percent(percpu=True)
    return Load(
        live=health.live,
        cpu=100 * (after.cpu - before.cpu) / took,
        late_ms=health.late_ms,
        first_rss=first_rss,
        all_rss=after.rss,
        others_busy=max((share for number, share in enumerate(busy) if number != core), default=0),
        turns=callers.turns,
        unheard=callers.unheard,
    )


async def _realtime_pid(stack: Stack) -> int:
    """The process id of the stack's realtime process, as its supervisor knows it."""
    async with aiohttp.ClientSession(stack.supervisor_url) as http, http.get("/services") as answer:
        return int((await answer.json())["realtime"]["pid"])
