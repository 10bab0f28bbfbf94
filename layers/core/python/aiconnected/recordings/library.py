"""Library of recordings: found, lent for a few minutes, deleted for good."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.providers.object_store import ObjectStore
from aiconnected.recordings.errors import RecordingNotFound
from aiconnected.recordings.models import Recording, RecordingLink
from aiconnected.recordings.repository import LibraryRepository

LINK_TTL = timedelta(minutes=5)
_EXTENSION = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg"}


class RecordingLibrary:
    """Works within the caller's unit of work, whose scope says which recordings there are.

    Who listened and who deleted stays told in the audit log, about the call.
    """

    def __init__(
        self,
        recordings: LibraryRepository,
        *,
        objects: ObjectStore,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._recordings, self._objects = recordings, objects
        self._audit, self._clock = audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[Recording]:
        """Recordings within the scope."""
        return self._recordings.page(work, wanted)

    def get(self, work: Work, recording_id: UUID) -> Recording:
        """One recording; raises `RecordingNotFound`, also for one outside the scope."""
        return _found(self._recordings.by_id(work, recording_id))

    def of_call(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> Recording:
        """The record of a call's audio; raises `RecordingNotFound`."""
        return _found(self._recordings.of_call(work, tenant_id, call_id=call_id))

    def lend(self, work: Work, recording: Recording) -> RecordingLink:
        """The audio under a link of five minutes; raises `RecordingNotFound` while on its host."""
        if not recording.bucket:
            raise RecordingNotFound("The audio is not in the store yet.")
        extension = _EXTENSION.get(recording.content_type, "audio")
        url = self._objects.presign(
            bucket=recording.bucket,
            key=recording.key,
            filename=f"call-{recording.started_at:%Y%m%d-%H%M%S}.{extension}",
            content_type=recording.content_type,
            ttl=LINK_TTL,
        )
        self._record(work, "call.listened_to", recording)
        return RecordingLink(recording=recording, url=url, expires_in=LINK_TTL)

    def delete(self, work: Work, recording: Recording) -> None:
        """Delete the audio: the row's mark, then the objects, in one go.

        Raises `RecordingNotFound` while on its host or when it has been deleted meanwhile, and
        ProviderError: then nothing has changed here, and doing it again deletes what is left.
        """
        self._recordings.lock(work, recording)
        recording = self.get(work, recording.id)  # it may have been encoded meanwhile
        if not recording.bucket:
            raise RecordingNotFound
        self._recordings.delete(work, recording, now=self._clock.now())
        evidence: dict[str, tuple[object, object]] = {
            "sha256": (recording.sha256, None),
            "size_bytes": (recording.size_bytes, None),
        }
        self._record(work, "recording.deleted", recording, changes=evidence)
        for key in recording.keys:
            self._objects.delete(bucket=recording.bucket, key=key)

    def _record(
        self,
        work: Work,
        action: str,
        recording: Recording,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="call",
            resource_id=recording.call_id,
            changes=changes or {},
        )
        self._audit.record(
            work, change, agency_id=recording.agency_id, tenant_id=recording.tenant_id
        )


def _found(recording: Recording | None) -> Recording:
    if recording is None:
        raise RecordingNotFound
    return recording
