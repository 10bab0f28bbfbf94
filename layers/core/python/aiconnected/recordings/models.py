"""Values of recordings."""

from dataclasses import dataclass
from uuid import UUID


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
