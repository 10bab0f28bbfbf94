"""What a caller is told when providers fail: an apology first, then a person."""

import asyncio
from collections.abc import Coroutine
from typing import Protocol

from aiconnected.calls.models import AgentConfig
from aiconnected.contracts.facts import Component, Speech
from aiconnected.kit.errors import ErrorCode
from realtime.agent.announcer import Announcer
from realtime.agent.dialogue import Dialogue
from realtime.agent.mouth import Mouth
from realtime.agent.ports import Outcome, OutcomeKind
from realtime.agent.speech.listen import PROVIDER as EARS
from realtime.agent.thinking import PROVIDER
from realtime.agent.timeline import Failure

_FINISH = 4.0  # seconds in which what is being said may end by itself


class Holder(Protocol):
    """What an escalation asks of the conversation."""

    async def interrupt(self) -> None: ...
    def finish(self, outcome: Outcome) -> None: ...
    def spawn(self, work: Coroutine[object, object, object]) -> None: ...


def overdue(*, deaf: bool) -> Failure:
    """The failure of nobody in particular: an answer is owed and does not come."""
    if deaf:
        return Failure(component=Component.STT, provider=EARS, code="stalled", retryable=True)
    return Failure(
        component=Component.LLM_OUTPUT, provider=PROVIDER, code="no_answer", retryable=True
    )


class Escalation:
    """One turn that fails is apologised for; `max_failed` in a row end in the fallback."""

    def __init__(
        self,
        agent: AgentConfig,
        *,
        announcer: Announcer,
        dialogue: Dialogue,
        mouth: Mouth,
        holder: Holder,
        max_failed: int,
    ) -> None:
        self._agent, self._announcer = agent, announcer
        self._dialogue, self._mouth = dialogue, mouth
        self._holder, self._max_failed = holder, max_failed
        self._failed = 0
        self._busy = False

    def answered(self) -> None:
        """A turn was answered."""
        self._failed = 0

    def failed(self, failure: Failure) -> None:
        """A turn cannot be answered; while one apology is under way another is not begun."""
        if not self._busy:
            self._busy = True
            self._holder.spawn(self._respond(failure))

    async def _respond(self, failure: Failure) -> None:
        self._failed += 1
        final = self._failed >= self._max_failed or not failure.retryable
        self._dialogue.failed(failure, action="fell_back" if final else "apologised")
        self._dialogue.give_up_answer()
        await self._make_room()
        text = self._agent.handover if final else self._agent.apology
        await self._announcer.say(text, speech=Speech.APOLOGY, remember=not final)
        self._busy = False
        if final:
            self._holder.finish(
                Outcome(
                    kind=OutcomeKind.FALLBACK,
                    reason=f"{failure.component.value}_failed",
                    code=ErrorCode.SRV_EXTERNAL_SERVICE.value,
                )
            )

    async def _make_room(self) -> None:
        """Let half an answer come to its end, then stop what would still come."""
        try:
            async with asyncio.timeout(_FINISH):
                await self._mouth.quiet()
        except TimeoutError:
            pass
        await self._holder.interrupt()
