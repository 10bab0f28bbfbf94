"""What names an event, the answer that is kept for whoever sends it again, and stored events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKey:
    """The provider's own id of an event, or what else names it once, such as `voice:CA…`."""

    provider: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """An HTTP answer. `replayed` says that this is the first one given again."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    replayed: bool = False


class ReceivedStatus(StrEnum):
    """Where an event stands."""

    ANSWERED = "answered"  # all was done while it was answered
    QUEUED = "queued"  # stored, and yet to be worked on
    DONE = "done"
    DEAD = "dead"  # given up, until somebody replays it


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event whose sender has been verified. `body` is as received, `kind` as its sender says."""

    key: EventKey
    kind: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event that is worked on after it was answered."""

    id: UUID
    provider: str
    external_event_id: str
    kind: str
    status: ReceivedStatus
    body: str | None
    attempts: int
    last_error: str | None
    received_at: datetime
    processed_at: datetime | None


RECEIVED_EVENTS = Listable(
    Field(name="id", kind=Kind.ID, column="r.id", type="uuid"),
    Field(name="provider", kind=Kind.TEXT, column="r.provider", type="text"),
    Field(name="kind", kind=Kind.TEXT, column="r.kind", type="text"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="r.status",
        type="received_event_status_enum",
        choices=tuple(status for status in ReceivedStatus if status != "answered"),
    ),
    Field(
        name="received_at", kind=Kind.MOMENT, column="r.received_at", type="timestamptz", sorts=True
    ),
    order="-received_at",
    search=("r.external_event_id",),
)
