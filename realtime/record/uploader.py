"""The uploader thread: takes closed recordings to the object store and says so in the spool."""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from aiconnected.contracts.facts import RecordingWritten
from aiconnected.kit.errors import AppError
from aiconnected.kit.ids import new_id
from aiconnected.providers.object_store import ObjectStore
from realtime.record import recorder

logger = logging.getLogger(__name__)
_RETRY = 5.0  # seconds until a recording that could not be stored is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One closed recording; `done` gets the fact once it is stored, None when there is no audio."""

    path: Path
    tenant_id: UUID
    call_id: UUID
    done: Callable[[RecordingWritten | None], None]


class Uploader:
    """One thread; what cannot be stored now is tried again until it is, or until the next start."""

    def __init__(self, store: ObjectStore, *, bucket: str) -> None:
        self._store, self._bucket = store, bucket
        self._news = threading.Condition()
        self._waiting: list[Upload] = []
        self._stopping = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="recording-uploader", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def add(self, upload: Upload) -> None:
        """Take a recording; may be called from any thread."""
        with self._news:
            self._waiting.append(upload)
            self._news.notify_all()

    def stop(self, *, timeout: float) -> None:
        """Finish within `timeout` seconds; what is left is found at the next start."""
        with self._news:
            self._news.wait_for(lambda: not self._waiting and not self._busy, timeout)
            self._stopping = True
            self._news.notify_all()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopping or bool(self._waiting))
                if self._stopping:
                    return
                batch, self._waiting, self._busy = self._waiting, [], True
            failed = [upload for upload in batch if not self._stored(upload)]
            with self._news:
                self._busy = False
                self._waiting += failed
                self._news.notify_all()
                if failed:
                    self._news.wait_for(lambda: self._stopping, _RETRY)

    def _stored(self, upload: Upload) -> bool:
        try:
            fact = self._store_one(upload)
        except (AppError, OSError) as exc:
            logger.warning(
                "recording waits on disk",
                extra={"call_id": str(upload.call_id), "error": type(exc).__name__},
            )
            return False
        upload.done(fact)
        upload.path.unlink(missing_ok=True)
        return True

    def _store_one(self, upload: Upload) -> RecordingWritten | None:
        if not upload.path.exists() or not recorder.duration_ms(upload.path):
            return None  # the disk was full, or the call ended before its first second
        key = f"{upload.tenant_id}/recordings/{upload.call_id}{recorder.SUFFIX}"
        data = upload.path.read_bytes()
        self._store.put(
            upload.path, bucket=self._bucket, key=key, content_type=recorder.CONTENT_TYPE
        )
        return RecordingWritten(
            recording_id=new_id(),
            bucket=self._bucket,
            key=key,
            content_type=recorder.CONTENT_TYPE,
            channels=recorder.CHANNELS,
            rate=recorder.RATE,
            duration_ms=recorder.duration_ms(upload.path),
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
