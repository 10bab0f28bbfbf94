"""A livekit session over a leg in memory, with models on cue."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from livekit.agents import Agent, AgentSession, ConversationItemAddedEvent, llm
from livekit.agents.types import APIConnectOptions
from livekit.agents.vad import VAD
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.transcription.synchronizer import TranscriptSynchronizer

from aiconnected.kit.clock import SystemClock
from realtime.agent.adapter.audio import LegInput, LegOutput
from realtime.agent.adapter.inner import current_speech, measure_speech_coarsely
from realtime.agent.adapter.session import turn_handling
from realtime.agent.mouth import Mouth
from tests.fakes.leg import FakeLeg
from tests.fakes.models import CuedStt, ScriptedLlm, SteadyTts


def speech_id() -> str | None:
    """Of the speech on whose behalf the present task runs."""
    speech = current_speech()
    return speech.id if speech else None


class Room:
    """Wired as the product wires it."""

    def __init__(self, model: ScriptedLlm, *, vad: VAD | None = None) -> None:
        self.model, self.stt, self.tts = model, CuedStt(), SteadyTts()
        self.leg, self.mouth = FakeLeg(), Mouth(SystemClock())
        self.began: list[str] = []
        self.items: list[tuple[str | None, llm.ChatMessage]] = []
        self.input = LegInput()
        self.output = LegOutput(self.mouth, began=self.began.append)
        once = APIConnectOptions(max_retry=0)
        self.session = AgentSession[None](
            stt=self.stt,
            llm=model,
            tts=self.tts,
            vad=vad,
            turn_handling=turn_handling(),
            aec_warmup_duration=None,
            session_close_transcript_timeout=0,
            user_away_timeout=None,
            tts_text_transforms=None,
            conn_options=SessionConnectOptions(
                stt_conn_options=once, llm_conn_options=once, tts_conn_options=once
            ),
        )
        self.sync = TranscriptSynchronizer(next_in_chain_audio=self.output, next_in_chain_text=None)
        measure_speech_coarsely(self.sync)
        self.session.input.audio = self.input
        self.session.output.audio = self.sync.audio_output
        self.session.output.transcription = self.sync.text_output
        self.session.on("conversation_item_added", self._on_item)

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        if isinstance(event.item, llm.ChatMessage):
            self.items.append((speech_id(), event.item))

    @property
    def heard(self) -> list[str]:
        """What the history holds of the agent's words."""
        return [item.text_content or "" for _, item in self.items if item.role == "assistant"]

    async def until(self, holds: Callable[[], object], *, seconds: float = 5.0) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 -- livekit gives no event for most of this
                await asyncio.sleep(0.005)


@asynccontextmanager
async def talking(room: Room, agent: Agent | None = None) -> AsyncGenerator[Room]:
    """A started session."""
    room.mouth.attach(room.leg)
    events = room.leg.events()

    async def follow() -> None:
        async for event in events:
            room.mouth.on_event(event)

    line = [asyncio.create_task(room.leg.run()), asyncio.create_task(follow())]
    await room.session.start(agent or Agent(instructions="x"))
    try:
        yield room
    finally:
        room.session.interrupt(force=True)
        await room.mouth.close()
        room.input.close()
        await room.session.aclose()
        await room.sync.aclose()
        room.leg.hang_up()
        await asyncio.gather(*line)
