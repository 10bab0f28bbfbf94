"""A room-less AgentSession set up as facts/turn.md recommends."""

from collections.abc import Callable
from dataclasses import dataclass

from livekit.agents import (
    Agent,
    AgentSession,
    ConversationItemAddedEvent,
    SpeechCreatedEvent,
    UserStateChangedEvent,
    vad,
)
from livekit.agents.types import APIConnectOptions
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.transcription.synchronizer import TranscriptSynchronizer
from livekit.agents.voice.turn import TurnHandlingOptions
from livekit.plugins import anthropic as claude

from realtime.agent.adapter.audio import LegInput, LegOutput
from realtime.agent.adapter.inner import measure_speech_coarsely
from realtime.agent.speech.listen import DeepgramSTT
from realtime.agent.speech.speak import DeepgramTTS

# Retries are ours: livekit's hide what happened and close the session after a few.
_ONCE = APIConnectOptions(max_retry=0, retry_interval=0.1, timeout=10.0)
_NEVER_CLOSE = 1_000_000

FALSE_INTERRUPTION = 1.5  # seconds of quiet without words after which the agent speaks on


def turn_handling() -> TurnHandlingOptions:
    """The recogniser ends turns; replies are prepared while its silence wait still runs."""
    return {
        "turn_detection": "stt",
        "endpointing": {"mode": "fixed", "min_delay": 0.0, "max_delay": 1.5},
        "interruption": {
            "mode": "vad",
            "min_duration": 0.5,
            "resume_false_interruption": True,
            "false_interruption_timeout": FALSE_INTERRUPTION,
        },
        "preemptive_generation": {"enabled": True, "preemptive_tts": True, "max_retries": 5},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Fresh for each call: livekit's shared ones mix up tenants' usage and errors."""

    stt: DeepgramSTT
    llm: claude.LLM
    tts: DeepgramTTS
    vad: vad.VAD | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """A session with its audio ends; the synchroniser makes history hold what was heard."""

    session: AgentSession[None]
    input: LegInput
    output: LegOutput
    synchroniser: TranscriptSynchronizer

    async def start(
        self,
        agent: Agent,
        *,
        on_item: Callable[[ConversationItemAddedEvent], None],
        on_user_state: Callable[[UserStateChangedEvent], None],
        on_speech: Callable[[SpeechCreatedEvent], None],
    ) -> None:
        """Let `agent` talk; the callbacks run inline."""
        # Partially typed by livekit.
        on = self.session.on  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        on("conversation_item_added", on_item)
        on("user_state_changed", on_user_state)
        on("speech_created", on_speech)
        await start(self.session, agent)

    def go_on(self) -> None:
        """Speak on after a pause that nothing has ended."""
        self.synchroniser.audio_output.resume()

    async def close(self) -> None:
        """Close all, the synchroniser last (left open it leaks tasks)."""
        self.input.close()
        await self.session.aclose()
        await self.synchroniser.aclose()


async def start(session: AgentSession[None], agent: Agent) -> None:
    """Start a session without a room."""
    await session.start(agent)  # pyright: ignore[reportUnknownMemberType] -- livekit's is untyped


def wire(models: Models, *, output: LegOutput, max_tool_steps: int) -> Wiring:
    """Put a session together; the caller starts it."""
    session = AgentSession[None](
        stt=models.stt,
        llm=models.llm,
        tts=models.tts,
        vad=models.vad,
        turn_handling=turn_handling(),
        max_tool_steps=max_tool_steps,
        aec_warmup_duration=None,  # would ignore barge-in for 3 s of every call
        session_close_transcript_timeout=0,
        user_away_timeout=None,  # our own watch also works while lines are spoken
        tts_text_transforms=None,  # the default holds a token back: 12 ms
        conn_options=SessionConnectOptions(
            stt_conn_options=_ONCE,
            llm_conn_options=_ONCE,
            tts_conn_options=_ONCE,
            max_unrecoverable_errors=_NEVER_CLOSE,
        ),
    )
    synchroniser = TranscriptSynchronizer(next_in_chain_audio=output, next_in_chain_text=None)
    measure_speech_coarsely(synchroniser)
    ears = LegInput()
    session.input.audio = ears
    session.output.audio = synchroniser.audio_output
    session.output.transcription = synchroniser.text_output
    return Wiring(session=session, input=ears, output=output, synchroniser=synchroniser)
