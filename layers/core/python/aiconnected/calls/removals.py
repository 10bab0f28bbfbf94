"""Repository of removing: marks on what has been deleted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.calls.repository import SQL
from aiconnected.db import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAudio:
    """A recording and where all of it lies."""

    id: UUID
    tenant_id: UUID
    bucket: str  # empty while it is still on its host
    key: str
    original_key: str | None  # of what the playable audio was made from
    size_bytes: int
    sha256: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Of its objects."""
        return tuple(key for key in (self.key, self.original_key) if key)


class RemovalRepository:
    """Deletes no row."""

    def lock_recording(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> KeptAudio | None:
        """The call's recording, kept from other writers until the transaction ends."""
        return work.row(SQL["lock_recording"], KeptAudio, tenant_id=tenant_id, call_id=call_id)

    def delete_recording(self, work: Work, audio: KeptAudio, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete_recording"], tenant_id=audio.tenant_id, id=audio.id, now=now)

    def delete_call(self, work: Work, tenant_id: UUID, *, call_id: UUID, now: datetime) -> bool:
        """Mark a call that is over and its transcript as deleted; False while it lives."""
        done = work.run(SQL["delete_call"], tenant_id=tenant_id, id=call_id, now=now) == 1
        if done:
            work.run(SQL["delete_transcript"], tenant_id=tenant_id, call_id=call_id, now=now)
        return done
