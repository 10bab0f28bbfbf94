"""Recordings as they are listed, and as they are lent."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from aiconnected.recordings.models import RecordingLink, RecordingSource, RecordingStatus
from chalicelib.schemas.envelopes import Shown


class RecordingShown(Shown):
    """The record of a call's audio; it can be heard once it is stored."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    call_id: UUID
    agent_id: UUID | None
    status: RecordingStatus
    source: RecordingSource
    content_type: str
    channels: int
    rate: int
    duration_ms: int
    duration: int = Field(description="Seconds, begun ones whole.")
    size_bytes: int
    sha256: str
    started_at: datetime = Field(description="When the call began.")
    created_at: datetime
    updated_at: datetime


class RecordingLinkShown(Shown):
    """Where the call's audio can be fetched for a short while. Left is the caller."""

    url: str
    expires_at: datetime
    duration_ms: int
    channels: int
    content_type: str


def link_shown(link: RecordingLink, *, now: datetime) -> RecordingLinkShown:
    """The link with the moment until which it works."""
    return RecordingLinkShown(
        url=link.url,
        expires_at=now + link.expires_in,
        duration_ms=link.recording.duration_ms,
        channels=link.recording.channels,
        content_type=link.recording.content_type,
    )
