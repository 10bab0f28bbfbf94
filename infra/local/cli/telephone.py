"""A telephone plugged into the carrier: it dials, plays clips in real time, listens and measures.

Stamps are CLOCK_MONOTONIC seconds at the moment of sending or receiving, comparable with every
journal of the machine. It sends a frame every 20 ms on an absolute clock, a quiet room's noise when
nobody speaks.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp

from infra.local.cli.ear import Ear, timeline
from infra.local.cli.errors import CallFailed, StackNotRunning
from infra.local.cli.sound import FRAME_SECONDS, Clip, comfort_noise, write_stereo

CONNECT_TIMEOUT = 5.0  # seconds
LINE_NOISE = comfort_noise(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One utterance of the caller: when its first and its last sample of speech were sent."""

    began: float
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the carrier says the call ended."""

    reason: str
    status: str
    error_code: int
    at: float


class Telephone:
    """One call. Build it with `plugged_in`. `sent` and `ear.frames` hold what passed and when."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._outgoing: deque[tuple[bytes, list[asyncio.Future[float]]]] = deque()
        self.sent: list[tuple[float, bytes]] = []
        self._answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._ringing: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._heard_something = asyncio.Event()
        self.ear = Ear()

    async def dial(self, to: str, *, from_: str) -> str:
        """Place the call and return its SID; raises CallFailed when it does not even ring."""
        await self._socket.send_json({"dial": {"to": to, "from": from_}})
        await asyncio.wait({self._ringing, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if not self._ringing.done():
            raise CallFailed(f"the call was not put through: {self._ended.result().reason}")
        return self._ringing.result()

    async def answered(self) -> float:
        """When the call was answered; raises CallFailed when it ends before."""
        await asyncio.wait({self._answered, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if not self._answered.done():
            raise CallFailed(f"the call was not answered: {self._ended.result().reason}")
        return self._answered.result()

    async def say(self, clip: Clip) -> Said | None:
        """Play a clip to the end of its speech in real time; None when the call ended meanwhile."""
        loop = asyncio.get_running_loop()
        first: asyncio.Future[float] = loop.create_future()
        last: asyncio.Future[float] = loop.create_future()
        for index, frame in enumerate(clip.frames):
            stamps = [
                stamp
                for at, stamp in ((clip.first_speech, first), (clip.last_speech, last))
                if at == index
            ]
            self._outgoing.append((frame, stamps))
        await asyncio.wait({last, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if not last.done():
            self._outgoing.clear()
            return None
        return Said(began=first.result(), ended=last.result())

    async def onset_after(self, moment: float, *, within: float) -> float | None:
        """Wait for speech that begins after `moment`; None when there is none in time, or the call
        ends.
        """
        deadline = time.monotonic() + within
        while (onset := self.ear.onset_after(moment)) is None:
            if not await self._more(deadline):
                return None
        return onset

    async def silence(self, *, seconds: float, within: float) -> None:
        """Wait until the agent has been quiet for `seconds`, `within` passes, or the call ends.

        Quiet is: no frame arrives, or for twice as long those that arrive hold no speech.
        """
        deadline = time.monotonic() + within
        while (now := time.monotonic()) < deadline and not self._ended.done():
            frame, speech = self.ear.last_frame or 0.0, self.ear.last_speech or 0.0
            quiet_at = min(frame + FRAME_SECONDS + seconds, speech + FRAME_SECONDS + 2 * seconds)
            if now >= quiet_at:
                return
            await self._sleep(min(quiet_at, deadline) - now)

    async def _more(self, deadline: float) -> bool:
        """Wait for a frame; false when the time is over or the call is."""
        self._heard_something.clear()
        left = deadline - time.monotonic()
        if left <= 0 or self._ended.done():
            return False
        heard = asyncio.ensure_future(self._heard_something.wait())
        try:
            await asyncio.wait(
                {heard, self._ended}, timeout=left, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            heard.cancel()
        return True

    async def _sleep(self, seconds: float) -> None:
        await asyncio.wait({self._ended}, timeout=seconds)

    async def pause(self, seconds: float) -> None:
        """Do nothing for a while, or until the call ends."""
        await self._sleep(seconds)

    async def press(self, digits: str) -> None:
        await self._socket.send_json({"dtmf": digits})

    async def hang_up(self) -> Ended:
        """End the call and return how the carrier saw it; one that has ended stays as it was."""
        if not self._ended.done():
            await self._socket.send_json({"hangup": True})
        return await self.ended()

    async def ended(self) -> Ended:
        """Wait for the end of the call."""
        await asyncio.wait({self._ended})
        return self._ended.result()

    @property
    def is_over(self) -> bool:
        return self._ended.done()

    def write_recording(self, path: Path) -> None:
        """Left what the caller sent, right what was heard, both from the answer on."""
        start = self._answered.result() if self._answered.done() else time.monotonic()
        sent = timeline([item for item in self.sent if item[0] >= start], start=start)
        heard = timeline(self.ear.frames, start=start)
        write_stereo(path, left=sent, right=heard)

    async def _speak(self) -> None:
        """Send a frame every 20 ms from the answer to the end."""
        due, index = await self._answered, 0
        while not self._ended.done():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            frame, stamps = (
                self._outgoing.popleft()
                if self._outgoing
                else (LINE_NOISE[index % len(LINE_NOISE)], [])
            )
            await self._socket.send_bytes(frame)
            now = time.monotonic()
            self.sent.append((now, frame))
            for stamp in stamps:
                stamp.set_result(now)
            due, index = due + FRAME_SECONDS, index + 1

    async def _listen(self) -> None:
        async for message in self._socket:
            now = time.monotonic()
            if message.type is aiohttp.WSMsgType.BINARY:
                self.ear.hear(now, message.data)
                self._heard_something.set()
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._event(cast("dict[str, Any]", json.loads(message.data)), now)
        self._end(Ended(reason="carrier-gone", status="failed", error_code=0, at=time.monotonic()))

    def _event(self, event: dict[str, Any], now: float) -> None:
        match event["event"]:
            case "ringing":
                self._ringing.set_result(event["call_sid"])
            case "answered":
                self._answered.set_result(now)
            case "ended":
                self._end(
                    Ended(
                        reason=event["reason"],
                        status=event["status"],
                        error_code=event.get("error_code", 0),
                        at=now,
                    )
                )
            case other:
                reason = f"{other}: {event.get('message', '')}"
                self._end(Ended(reason=reason, status="failed", error_code=0, at=now))

    def _end(self, ended: Ended) -> None:
        if not self._ended.done():
            self._ended.set_result(ended)

    @staticmethod
    @asynccontextmanager
    async def plugged_in(url: str) -> AsyncGenerator["Telephone"]:
        """A telephone on the carrier's `WS /phone`; leaving the block hangs up.

        Raises StackNotRunning when nothing answers at `url`.
        """
        async with aiohttp.ClientSession() as http:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT):
                    socket = await http.ws_connect(url, compress=0)
            except (aiohttp.ClientError, TimeoutError, OSError) as exc:
                raise StackNotRunning(f"no carrier answers at {url}: make up") from exc
            telephone = Telephone(socket)
            tasks = [
                asyncio.create_task(telephone._listen()),
                asyncio.create_task(telephone._speak()),
            ]
            try:
                yield telephone
            finally:
                await socket.close()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
