"""Fixed lines as cached audio: memory, then disk, then the synthesiser."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiconnected.calls.models import VoiceConfig
from aiconnected.kit.ids import new_id

logger = logging.getLogger(__name__)

RATE = 8000  # bytes a second: mu-law
_IN_MEMORY = 1024  # lines; one of two seconds takes 16 kB

Synthesise = Callable[[VoiceConfig, str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence and how the voice says it, in mu-law at 8 kHz."""

    text: str
    mulaw: bytes

    @property
    def seconds(self) -> float:
        """How long it takes to say."""
        return len(self.mulaw) / RATE


class LineStore:
    """Lines of every voice of this process. `synthesise` returns mu-law or raises."""

    def __init__(self, folder: Path, *, synthesise: Synthesise) -> None:
        self._folder, self._synthesise = folder, synthesise
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._making: dict[str, asyncio.Task[Line]] = {}

    def at_hand(self, voice: VoiceConfig, text: str) -> Line | None:
        """The line if it lies in memory: at once, without a task switch."""
        key = _key(voice, text)
        if (line := self._lines.get(key)) is not None:
            self._lines.move_to_end(key)
        return line

    async def stored(self, voice: VoiceConfig, text: str) -> Line | None:
        """The line if it lies in memory or on disk."""
        if line := self.at_hand(voice, text):
            return line
        key = _key(voice, text)
        data = await asyncio.to_thread(_read, self._folder / f"{key}.ulaw")
        return self._keep(key, Line(text=text, mulaw=data)) if data else None

    async def get(self, voice: VoiceConfig, text: str) -> Line:
        """The line, made if need be; concurrent callers share one synthesis."""
        if line := await self.stored(voice, text):
            return line
        key = _key(voice, text)
        if key not in self._making:
            task = asyncio.create_task(self._make(key, voice, text=text), name="line-make")
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(self._making[key])

    def put(self, voice: VoiceConfig, line: Line) -> None:
        """Have a line at hand that was made elsewhere; it is not stored."""
        self._keep(_key(voice, line.text), line)

    async def close(self) -> None:
        """Give up what is being made."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(self, key: str, voice: VoiceConfig, *, text: str) -> Line:
        line = Line(text=text, mulaw=await self._synthesise(voice, text))
        try:
            await asyncio.to_thread(_write, self._folder / f"{key}.ulaw", line.mulaw)
        except OSError:  # the line is kept in memory; the next process makes it again
            logger.warning("line not stored", exc_info=True)
        return self._keep(key, line)

    def _keep(self, key: str, line: Line) -> Line:
        self._lines[key] = line
        if len(self._lines) > _IN_MEMORY:
            self._lines.popitem(last=False)
        return line


def _key(voice: VoiceConfig, text: str) -> str:
    name = f"{voice.provider}\0{voice.model}\0{voice.rate}\0{text}"
    return hashlib.sha256(name.encode()).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{new_id()}")
    half.write_bytes(data)
    half.replace(path)
