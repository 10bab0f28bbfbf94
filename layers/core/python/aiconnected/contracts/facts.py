"""Facts about one call: what the realtime plane appends to the call's spool and Postgres keeps."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from aiconnected.contracts.envelope import Body


class Role(StrEnum):
    """Who said a turn."""

    CALLER = "caller"
    AGENT = "agent"


class Speech(StrEnum):
    """What kind of agent speech a turn is; callers only ever `ANSWER`."""

    ANSWER = "answer"
    GREETING = "greeting"
    FILLER = "filler"  # spoken while a slow tool or provider runs
    APOLOGY = "apology"  # spoken by the watchdog or when a provider has failed
    FAREWELL = "farewell"


class Component(StrEnum):
    """What a usage record measures; the price book has a rate for each with its unit."""

    TELEPHONY = "telephony"
    STT = "stt"
    LLM_INPUT = "llm_input"
    LLM_OUTPUT = "llm_output"
    TTS = "tts"
    EMBEDDING = "embedding"
    RECORDING = "recording"


class LegStarted(Body):
    """A leg carries audio now."""

    TYPE: ClassVar[str] = "leg.started"
    leg_id: UUID
    kind: str
    external_id: str
    encoding: str
    rate: int


class LegEnded(Body):
    """A leg is gone; the call may live on with another."""

    TYPE: ClassVar[str] = "leg.ended"
    leg_id: UUID
    reason: str


class StateChanged(Body):
    """One step of the call's state machine (`aiconnected.calls.state`)."""

    TYPE: ClassVar[str] = "call.state_changed"
    before: str
    after: str
    reason: str = ""
    target: str = ""  # E.164 that a transfer goes to; empty is the client's own telephone


class TurnCommitted(Body):
    """One thing said. `text` is what was meant, `heard_text` what the other side can have heard.

    `marks` are milliseconds after the end of the caller's speech as this host saw them (names in
    `aiconnected.calls.waterfall`); `origin` is that end of speech in seconds of the host's
    CLOCK_MONOTONIC, comparable with other processes of the same host only.
    """

    TYPE: ClassVar[str] = "turn.committed"
    turn: int = Field(ge=0)  # position in the call, from 0
    role: Role
    speech: Speech = Speech.ANSWER
    text: str
    heard_text: str
    interrupted: bool = False
    started_at: AwareDatetime
    ended_at: AwareDatetime
    audio_ms: int = Field(default=0, ge=0)  # position in the recording where the turn starts
    confidence: float | None = None
    marks: dict[str, float] = Field(default_factory=dict)
    origin: float | None = None


class ToolCalled(Body):
    """The model called a tool; `code` says why it failed."""

    TYPE: ClassVar[str] = "tool.called"
    name: str
    arguments: dict[str, JsonValue]
    ok: bool
    code: str = ""
    result: str = ""
    duration_ms: float


class ProviderFailed(Body):
    """A provider failed or stalled; `action` is `retried`, `apologised` or `fell_back`."""

    TYPE: ClassVar[str] = "provider.failed"
    component: Component
    provider: str
    code: str
    retryable: bool
    action: str


class UsageMeasured(Body):
    """Something that costs money. `ref` makes the record idempotent within the call."""

    TYPE: ClassVar[str] = "usage.measured"
    component: Component
    provider: str
    model: str
    unit: str  # second | token | character
    quantity: Decimal
    ref: str


class RecordingWritten(Body):
    """The call's audio lies in the object store; on the owner's disk while `bucket` is empty."""

    TYPE: ClassVar[str] = "recording.written"
    recording_id: UUID
    bucket: str
    key: str
    content_type: str
    channels: int
    rate: int
    duration_ms: int
    size_bytes: int
    sha256: str


class CallEnded(Body):
    """The last fact of a call. `outcome` is completed, transferred, abandoned or failed."""

    TYPE: ClassVar[str] = "call.ended"
    outcome: str
    reason: str
    error_code: str = ""
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime


Fact = (
    LegStarted
    | LegEnded
    | StateChanged
    | TurnCommitted
    | ToolCalled
    | ProviderFailed
    | UsageMeasured
    | RecordingWritten
    | CallEnded
)
FACTS: tuple[type[Body], ...] = (
    LegStarted,
    LegEnded,
    StateChanged,
    TurnCommitted,
    ToolCalled,
    ProviderFailed,
    UsageMeasured,
    RecordingWritten,
    CallEnded,
)
