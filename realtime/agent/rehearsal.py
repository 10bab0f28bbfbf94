"""A call with nobody on the line: pays for imports and first uses before a caller does."""

# ruff: noqa: ARG002 -- a leg has many methods, and nobody is there to use them

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from aiconnected.calls.models import (
    TURN_PRESETS,
    AgentConfig,
    CallConfig,
    Carrier,
    Direction,
    VoiceConfig,
)
from aiconnected.contracts.facts import Fact
from aiconnected.kit.ids import new_id
from realtime.ports import (
    Capability,
    Encoding,
    EndReason,
    Frame,
    LegEvent,
    LegKind,
    SegmentPlayed,
    Sink,
    TransferOutcome,
)

NAME = "rehearsal"


class NoFacts:
    """A sink for what nobody wants to know."""

    def append(self, fact: Fact) -> None:
        """Forget `fact`."""


class NobodyThere:
    """A `CallLeg` on which everything counts as heard at once."""

    kind = LegKind.LIVEKIT
    encoding = Encoding.MULAW
    rate = 8000
    capabilities: frozenset[Capability] = frozenset()

    def __init__(self) -> None:
        self.id, self.call_id = new_id(), new_id()
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        self.heard = asyncio.Event()

    async def frames(self) -> AsyncIterator[Frame]:
        for number in range(25):
            yield Frame(b"\xff" * 160, self.encoding, self.rate, number * 20)
            await asyncio.sleep(0)

    async def events(self) -> AsyncIterator[LegEvent]:
        while True:
            yield await self._events.get()

    async def play(self, frame: Frame, *, segment: str) -> None:
        self.heard.set()

    async def end(self, segment: str) -> None:
        self._events.put_nowait(SegmentPlayed(segment=segment, heard_ms=1, interrupted=False))

    async def clear(self) -> int:
        return 0

    def position(self, segment: str) -> int:
        return 0

    async def pause(self) -> None: ...

    async def unpause(self) -> None: ...

    def tap(self, sink: Sink) -> Callable[[], None]:
        return lambda: None

    async def dtmf(self, digits: str) -> None: ...

    async def hold(self, audio: bytes) -> None: ...

    async def resume(self) -> None: ...

    async def transfer(self, target: str) -> TransferOutcome:
        return TransferOutcome.REFUSED

    async def hangup(self, reason: EndReason) -> None: ...


def rehearsal_config() -> CallConfig:
    """A call of no tenant's: its greeting must be put at hand before."""
    nobody = UUID(int=0)
    return CallConfig(
        call_id=nobody,
        agency_id=nobody,
        tenant_id=nobody,
        carrier=Carrier.BROWSER,
        external_id=NAME,
        direction=Direction.INBOUND,
        from_number="",
        to_number="",
        tenant_name=NAME,
        timezone="UTC",
        transfer_number=None,
        agent=AgentConfig(
            agent_id=nobody,
            version=0,
            name=NAME,
            language="en-US",
            llm_provider="anthropic",
            llm_model="claude-haiku-4-5",
            max_tokens=1,
            stt_provider="deepgram",
            stt_model="nova-3",
            voice=VoiceConfig(provider=NAME, model="aura-2-thalia-en"),
            turn=TURN_PRESETS["default"],
            system_prompt="",
            greeting=NAME,
            fillers=(NAME,),
            apology=NAME,
            handover=NAME,
            farewell=NAME,
            tools=(),
        ),
    )
