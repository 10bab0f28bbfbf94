"""Service of recordings: makes what the call plane wrote playable, once."""

import logging
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from uuid import UUID

from aiconnected.contracts.catalogue import RecordingReady
from aiconnected.contracts.envelope import Envelope
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock
from aiconnected.outbox.service import Outbox
from aiconnected.providers.object_store import ObjectStore
from aiconnected.recordings import wav
from aiconnected.recordings.models import EncodedAudio, StoredRecording
from aiconnected.recordings.repository import RecordingRepository
from aiconnected.webhooks.happening import happened

logger = logging.getLogger(__name__)

OVERDUE = timedelta(minutes=5)
BATCH = 20


class RecordingService:
    """Opens its own units of work: none is held while the object store is waited for."""

    def __init__(
        self,
        recordings: RecordingRepository,
        *,
        database: Database,
        objects: ObjectStore,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._recordings = recordings
        self._database = database
        self._objects = objects
        self._outbox = outbox
        self._clock = clock

    def encode(self, *, agency_id: UUID, tenant_id: UUID, call_id: UUID) -> bool:
        """Make a call's recording playable; False when there is none that waits for it.

        Raises ProviderError, or `wav.NotARecording`.
        """
        scope = Scope(agency_id=agency_id, tenant_id=tenant_id)
        with self._database.work(scope) as work:
            stored = self._recordings.stored(work, tenant_id, call_id=call_id)
        return stored is not None and self._encode(stored)

    def catch_up(self) -> int:
        """Encode what was forgotten: the scheduled job. How many there were."""
        before = self._clock.now() - OVERDUE
        with self._database.work(Scope.platform("find recordings to encode")) as work:
            overdue = self._recordings.overdue(work, before=before, limit=BATCH)
        done = 0
        for stored in overdue:
            try:
                done += self._encode(stored)
            except wav.NotARecording:
                logger.exception("recording unreadable", extra={"call_id": str(stored.call_id)})
        return done

    def _encode(self, stored: StoredRecording) -> bool:
        key = str(PurePosixPath(stored.key).with_suffix(wav.SUFFIX))
        with TemporaryDirectory() as folder:
            source, target = Path(folder, "source"), Path(folder, "target")
            self._objects.get(source, bucket=stored.bucket, key=stored.key)
            made = wav.convert(source, target)
            self._objects.put(target, bucket=stored.bucket, key=key, content_type=wav.CONTENT_TYPE)
        audio = EncodedAudio(
            key=key,
            content_type=wav.CONTENT_TYPE,
            rate=made.rate,
            channels=made.channels,
            duration_ms=made.duration_ms,
            size_bytes=made.size_bytes,
            sha256=made.sha256,
        )
        scope = Scope(agency_id=stored.agency_id, tenant_id=stored.tenant_id)
        with self._database.work(scope) as work:
            kept = self._recordings.keep_encoded(work, stored, audio=audio)
            if kept:
                self._outbox.append(work, self._ready(stored, audio))
        return kept

    def _ready(self, stored: StoredRecording, audio: EncodedAudio) -> Envelope:
        event = RecordingReady(
            call_id=stored.call_id, recording_id=stored.id, duration_ms=audio.duration_ms
        )
        return happened(
            event,
            of=stored.id,
            at=self._clock.now(),
            agency_id=stored.agency_id,
            tenant_id=stored.tenant_id,
            call_id=stored.call_id,
        )
