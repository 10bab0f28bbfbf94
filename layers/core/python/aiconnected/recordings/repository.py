"""Repository of recordings: every SQL statement about making them playable."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.recordings.models import EncodedAudio, StoredRecording

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
