"""The fixed lines of one call, spoken straight to the leg whatever the providers do."""

import asyncio
import logging
from itertools import cycle
from typing import Protocol

from aiconnected.calls.models import AgentConfig
from aiconnected.contracts.facts import Speech
from realtime.agent.dialogue import Dialogue
from realtime.agent.lines import Line, LineStore
from realtime.agent.mouth import Mouth, Played
from realtime.agent.speech.failures import VendorFailure
from realtime.agent.timeline import Reply

logger = logging.getLogger(__name__)

STILL_THERE = "Are you still there?"
_FILLER = "One moment, please."
_MAKE = 1.0  # seconds in which a line that is not at hand must have been made


class Holder(Protocol):
    """What announcing asks of the conversation."""

    async def remember(self, text: str) -> None: ...


class Announcer:
    """Says a line when asked; a line that cannot be had is left out and logged."""

    def __init__(
        self,
        agent: AgentConfig,
        *,
        lines: LineStore,
        mouth: Mouth,
        dialogue: Dialogue,
        holder: Holder,
    ) -> None:
        self._agent, self._lines = agent, lines
        self._mouth, self._dialogue, self._holder = mouth, dialogue, holder
        self._fillers = cycle(agent.fillers or (_FILLER,))

    async def greeting(self) -> Line | None:
        """The greeting as cached audio, if there is some."""
        return await self._lines.stored(self._agent.voice, self._agent.greeting)

    async def prepare(self) -> None:
        """Have every line at hand; what cannot be made now is tried again when it is needed."""
        for text in lines_of(self._agent):
            try:
                await self._lines.get(self._agent.voice, text)
            except VendorFailure as exc:
                logger.warning("line not made", extra={"code": exc.code})
                return

    async def filler(self) -> bool:
        """Bridge a pause; nothing is said when something is being heard already."""
        if self._mouth.speaking:
            return False
        return await self.say(next(self._fillers), speech=Speech.FILLER)

    async def ask(self) -> bool:
        """Ask whether the caller is there."""
        return await self.say(STILL_THERE, speech=Speech.FILLER, remember=True)

    async def say(self, text: str, *, speech: Speech, remember: bool = False) -> bool:
        """Say `text` to the end; whether any of it was heard. `remember` tells the model of it."""
        line = await self._line(text)
        if line is None:
            return False
        reply = Reply(speech=speech, text=text, sent=self._dialogue.now())
        played = await self._mouth.say(line, yields=speech is not Speech.FAREWELL)
        if played.heard_ms <= 0:
            return False
        reply.sent = played.began
        heard = _heard(line, played)
        self._dialogue.on_line(reply, heard=heard, interrupted=played.interrupted)
        if remember:
            await self._holder.remember(heard)
        return True

    async def _line(self, text: str) -> Line | None:
        if line := self._lines.at_hand(self._agent.voice, text):
            return line
        try:
            async with asyncio.timeout(_MAKE):
                return await self._lines.get(self._agent.voice, text)
        except (TimeoutError, VendorFailure) as exc:
            logger.warning("line not at hand", extra={"code": str(exc) or "timeout"})
            return None


def lines_of(agent: AgentConfig) -> list[str]:
    """Everything that may have to be said at once."""
    fixed = [agent.greeting, agent.apology, agent.handover, agent.farewell, STILL_THERE]
    return [text for text in [*fixed, *(agent.fillers or (_FILLER,))] if text]


def _heard(line: Line, played: Played) -> str:
    """The words that can have been heard, by the share of the line that was."""
    if not played.interrupted:
        return line.text
    words = line.text.split()
    share = min(1.0, played.heard_ms / 1000 / line.seconds)
    return " ".join(words[: max(1, round(len(words) * share))])
