"""Repository of recordings: every SQL statement about audio that has been written."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.recordings.models import (
    RECORDINGS,
    EncodedAudio,
    Recording,
    StoredRecording,
)

SQL = Queries.beside(__file__)


class RecordingRepository:
    """Recordings between being stored and being playable."""

    def stored(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> StoredRecording | None:
        """The call's recording, if it waits to be encoded."""
        return work.row(SQL["stored"], StoredRecording, tenant_id=tenant_id, call_id=call_id)

    def overdue(self, work: Work, *, before: datetime, limit: int) -> list[StoredRecording]:
        """Recordings that wait since before that moment, longest first."""
        return work.rows(SQL["overdue"], StoredRecording, before=before, limit=limit)

    def keep_encoded(self, work: Work, stored: StoredRecording, *, audio: EncodedAudio) -> bool:
        """The record is `audio` from now on; False when it has been encoded meanwhile."""
        done = work.run(
            SQL["keep_encoded"], tenant_id=stored.tenant_id, id=stored.id, **asdict(audio)
        )
        return bool(done)


class LibraryRepository:
    """Recordings as people find and delete them; no row is ever removed."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Recording]:
        """Those that were asked for, of all that the scope holds."""
        if work.scope.tenant_id is not None:
            wanted = RECORDINGS.of_tenant(wanted, work.scope.tenant_id)
        return page(work, SQL["page"], Recording, of=RECORDINGS, wanted=wanted)

    def by_id(self, work: Work, recording_id: UUID) -> Recording | None:
        """One recording within the scope."""
        return work.row(SQL["by_id"], Recording, recording_id=recording_id)

    def of_call(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> Recording | None:
        """The record of a call's audio."""
        return work.row(SQL["of_call"], Recording, tenant_id=tenant_id, call_id=call_id)

    def lock(self, work: Work, recording: Recording) -> None:
        """Keep it from other writers until the transaction ends."""
        work.run(SQL["lock"], tenant_id=recording.tenant_id, recording_id=recording.id)

    def delete(self, work: Work, recording: Recording, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], tenant_id=recording.tenant_id, recording_id=recording.id, now=now)
