"""The catalogue of events that webhooks carry (A7): each with its schema and an example.

What is here is published: a field may be added, none is renamed, removed or given another meaning.
"""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from aiconnected.contracts.envelope import Body

ANY_EVENT = "*"
MONEY = frozenset({"price_micros", "currency"})  # null at endpoints of clients (PRD 15.2)
_BILLED = "Millionths of the currency; null at a client's own endpoint."


class Event(Body):
    """Base of all events; the docstring of each is its description."""


class CallEvent(Event):
    """Base of events about a call."""

    call_id: UUID
    direction: Literal["inbound", "outbound", "browser"] | None = None
    from_number: str | None = Field(default=None, examples=["+14155550123"])
    to_number: str | None = Field(default=None, examples=["+12125550142"])
    agent_id: UUID | None = None


class CallStarted(CallEvent):
    """A call comes in or goes out."""

    TYPE: ClassVar[str] = "call.started"
    started_at: AwareDatetime


class CallAnswered(CallEvent):
    """The agent and the caller hear each other."""

    TYPE: ClassVar[str] = "call.answered"
    answered_at: AwareDatetime


class CallOver(CallEvent):
    """A call has ended; its transcript and its bill are still to come."""

    TYPE: ClassVar[str] = "call.ended"
    outcome: str = Field(default="completed", examples=["transferred", "abandoned", "failed"])
    reason: str = ""
    ended_at: AwareDatetime


class CallCompleted(CallEvent):
    """All that is known of a call is there to be read: transcript, duration and price."""

    TYPE: ClassVar[str] = "call.completed"
    outcome: str = Field(examples=["completed"])
    started_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime
    duration_ms: int = Field(ge=0)
    turn_count: int = Field(ge=0)
    price_micros: int | None = Field(default=None, description=_BILLED)
    currency: str | None = Field(default=None, examples=["USD"])


class TranscriptReady(Event):
    """The transcript of a call is complete."""

    TYPE: ClassVar[str] = "transcript.ready"
    call_id: UUID
    turn_count: int = Field(ge=0)
    word_count: int = Field(ge=0)


class RecordingReady(Event):
    """The recording of a call can be played."""

    TYPE: ClassVar[str] = "recording.ready"
    call_id: UUID
    recording_id: UUID
    duration_ms: int = Field(ge=0)


class TransferEvent(Event):
    """Base of events about a call that is handed to a person."""

    call_id: UUID
    target: str = Field(default="", description="E.164; empty is the client's own telephone.")
    at: AwareDatetime


class TransferStarted(TransferEvent):
    """A call is being handed over."""

    TYPE: ClassVar[str] = "transfer.started"


class TransferCompleted(TransferEvent):
    """A person has taken the call."""

    TYPE: ClassVar[str] = "transfer.completed"


class TransferFailed(TransferEvent):
    """Nobody took the call."""

    TYPE: ClassVar[str] = "transfer.failed"
    reason: str = ""


class DocumentEvent(Event):
    """Base of events about a document of a knowledge base."""

    document_id: UUID
    knowledge_base_id: UUID
    title: str


class DocumentReady(DocumentEvent):
    """What a document says can be found."""

    TYPE: ClassVar[str] = "document.ready"
    chunk_count: int = Field(ge=0)


class DocumentFailed(DocumentEvent):
    """A document cannot be read; `code` and `reason` say why."""

    TYPE: ClassVar[str] = "document.failed"
    code: str = Field(examples=["empty"])
    reason: str


class DocumentDeleted(DocumentEvent):
    """A document has been deleted, and what could be found of it."""

    TYPE: ClassVar[str] = "document.deleted"


class CallbackDue(Event):
    """Somebody is to be called back by a person: it was promised so, or no agent can.

    `why` says why no agent can, or is empty.
    """

    TYPE: ClassVar[str] = "callback.due"
    callback_id: UUID
    phone_number: str = Field(examples=["+14155550123"])
    customer_name: str
    reason: str
    scheduled_for: AwareDatetime
    why: str = Field(default="", examples=["biz_quota_exceeded"])


class UsageDay(Event):
    """A day of the client's own zone is over and counted."""

    TYPE: ClassVar[str] = "usage.day"
    day: str = Field(examples=["2026-11-20"])
    calls: int = Field(ge=0)
    duration_ms: int = Field(ge=0)
    price_micros: int | None = Field(default=None, description=_BILLED)
    currency: str | None = Field(default=None, examples=["USD"])


class QuotaEvent(Event):
    """Base of events about a quota: `monthly_minutes` or `concurrent_calls`."""

    quota: Literal["monthly_minutes", "concurrent_calls"]
    limit: int
    used: int


class QuotaWarning(QuotaEvent):
    """Four fifths of a quota are used up."""

    TYPE: ClassVar[str] = "quota.warning"


class QuotaExceeded(QuotaEvent):
    """A quota is used up: further calls go to the client's own telephone."""

    TYPE: ClassVar[str] = "quota.exceeded"


class WebhookTest(Event):
    """Sent on request, to one endpoint, whatever it listens for."""

    TYPE: ClassVar[str] = "webhook.test"
    message: str = "This is a test."


EVENTS: tuple[type[Event], ...] = (
    CallStarted,
    CallAnswered,
    CallOver,
    CallCompleted,
    TranscriptReady,
    RecordingReady,
    TransferStarted,
    TransferCompleted,
    TransferFailed,
    DocumentReady,
    DocumentFailed,
    DocumentDeleted,
    CallbackDue,
    UsageDay,
    QuotaWarning,
    QuotaExceeded,
    WebhookTest,
)
EVENT_TYPES: tuple[str, ...] = tuple(event.TYPE for event in EVENTS)
# What an endpoint may listen for: a test is sent to one that asks for it, never to others.
SUBSCRIBABLE: tuple[str, ...] = (
    ANY_EVENT,
    *(name for name in EVENT_TYPES if name != WebhookTest.TYPE),
)
