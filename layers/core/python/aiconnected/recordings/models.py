"""Values of recordings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class RecordingStatus(StrEnum):
    """How far a call's audio has come."""

    ON_HOST = "on_host"  # where the call was, still
    STORED = "stored"  # in the object store, as the call plane wrote it
    ENCODED = "encoded"  # as browsers play it
    DELETED = "deleted"


class RecordingSource(StrEnum):
    """Who recorded."""

    OWN = "own"
    CARRIER = "carrier"
    EGRESS = "egress"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """Audio in the object store as the call plane wrote it."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    call_id: UUID
    bucket: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedAudio:
    """What playable audio was made of it, and where that lies."""

    key: str
    content_type: str
    rate: int
    channels: int
    duration_ms: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The record of a call's audio; without a bucket it is still on its host."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    call_id: UUID
    agent_id: UUID | None
    status: RecordingStatus
    source: RecordingSource
    bucket: str
    key: str
    original_key: str | None  # of what the playable audio was made from
    content_type: str
    channels: int
    rate: int
    duration_ms: int
    size_bytes: int
    sha256: str
    started_at: datetime  # the call's
    created_at: datetime
    updated_at: datetime

    @property
    def duration(self) -> int:
        """Seconds, begun ones whole."""
        return -(-self.duration_ms // 1000)

    @property
    def keys(self) -> tuple[str, ...]:
        """Of all its objects."""
        return tuple(key for key in (self.key, self.original_key) if key)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLink:
    """A recording, and for a short while the address of its audio."""

    recording: Recording
    url: str
    expires_in: timedelta


RECORDINGS = Listable(
    Field(name="id", kind=Kind.ID, column="r.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="r.tenant_id", type="uuid"),
    Field(name="call_id", kind=Kind.ID, column="r.call_id", type="uuid"),
    Field(name="agent_id", kind=Kind.ID, column="c.agent_id", type="uuid", nullable=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="r.status",
        type="recording_status_enum",
        choices=tuple(RecordingStatus),
    ),
    Field(
        name="started_at", kind=Kind.MOMENT, column="c.initiated_at", type="timestamptz", sorts=True
    ),
    Field(
        name="created_at", kind=Kind.MOMENT, column="r.created_at", type="timestamptz", sorts=True
    ),
    Field(
        name="duration",
        kind=Kind.NUMBER,
        column="ceil(r.duration_ms / 1000.0)",
        type="numeric",
        sorts=True,
    ),
    Field(name="size_bytes", kind=Kind.NUMBER, column="r.size_bytes", type="bigint", sorts=True),
    order="-created_at",
)
