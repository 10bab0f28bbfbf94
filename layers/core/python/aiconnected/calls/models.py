"""Values of a call that cross between planes: the ticket to its socket and its configuration."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID


class Carrier(StrEnum):
    """Who brings the call."""

    TWILIO = "twilio"
    GOTO = "goto"
    RINGCENTRAL = "ringcentral"
    BROWSER = "browser"


class Direction(StrEnum):
    """Which side began the call."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BROWSER = "browser"


class CarrierStatus(StrEnum):
    """How a call or a dialled leg stands, in Twilio's words (`CallStatus`, `DialCallStatus`)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    ANSWERED = "answered"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def over(self) -> bool:
        """Whether nothing follows."""
        return self in _OVER


_OVER = frozenset(
    {
        CarrierStatus.COMPLETED,
        CarrierStatus.BUSY,
        CarrierStatus.FAILED,
        CarrierStatus.NO_ANSWER,
        CarrierStatus.CANCELED,
    }
)


class RefusalReason(StrEnum):
    """Why a call does not reach the agent."""

    UNKNOWN_NUMBER = "unknown_number"
    TENANT_SUSPENDED = "tenant_suspended"
    AGENCY_SUSPENDED = "agency_suspended"
    TENANT_FULL = "tenant_full"
    AGENCY_FULL = "agency_full"
    NO_AGENT = "no_agent"
    MINUTES_USED_UP = "minutes_used_up"  # of the client's month


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTicket:
    """Leave to open one media socket for `call_id`: signed, single-use, until `expires_at`."""

    call_id: UUID
    agency_id: UUID
    tenant_id: UUID
    ticket: str
    expires_at: datetime
    fallback_number: str | None  # E.164: where the carrier sends the caller when we fail


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The call goes to `fallback_number`, or is refused when the client has none."""

    reason: RefusalReason
    call_id: UUID | None = None  # None when the number belongs to nobody
    fallback_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceConfig:
    """The agent's voice."""

    provider: str
    model: str
    rate: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPreset:
    """How long the agent waits in silence before it takes its turn."""

    name: str  # fast | default
    endpointing_ms: int


TURN_PRESETS = {
    "fast": TurnPreset(name="fast", endpointing_ms=300),
    "default": TurnPreset(name="default", endpointing_ms=500),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig:
    """One published agent version, rendered for this call."""

    agent_id: UUID
    version: int
    name: str
    language: str
    llm_provider: str
    llm_model: str
    max_tokens: int
    stt_provider: str
    stt_model: str
    voice: VoiceConfig
    turn: TurnPreset
    system_prompt: str  # template variables filled in
    greeting: str
    fillers: tuple[str, ...]
    apology: str  # spoken when a provider fails and the conversation goes on
    handover: str  # spoken before the fallback takes the call
    farewell: str
    tools: tuple[str, ...]
    retrieval: bool = True
    record: bool = True
    max_duration_s: int = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """One opening interval of a weekday (0 is Monday) in the tenant's zone."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day with other hours; closed when `opens` is None."""

    day: date
    name: str
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConfig:
    """All that a conversation needs to know, read once when its media socket opens."""

    call_id: UUID
    agency_id: UUID
    tenant_id: UUID
    carrier: Carrier
    external_id: str
    direction: Direction
    from_number: str
    to_number: str
    tenant_name: str
    timezone: str  # IANA name
    transfer_number: str | None  # the client's own phone, E.164
    agent: AgentConfig
    hours: tuple[OpeningHours, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    knowledge_base_ids: tuple[UUID, ...] = field(default=())
