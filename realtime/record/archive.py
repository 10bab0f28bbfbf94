"""The archive: opens the record of each call, closes it, and mends those whose process died."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from aiconnected.calls.models import CallConfig
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.facts import CallEnded, RecordingWritten
from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.clock import Clock
from realtime.record.recorder import SUFFIX as RECORDING
from realtime.record.recorder import DiskThread, Recorder
from realtime.record.spool import SUFFIX as SPOOL
from realtime.record.spool import Spool, SpoolFile
from realtime.record.uploader import Upload, Uploader
from realtime.record.writer import Writer

logger = logging.getLogger(__name__)


class CallRecord:
    """The record of one live call: a sink for facts and, if the client wants it, a recorder."""

    def __init__(
        self,
        config: CallConfig,
        *,
        spool: Spool,
        recorder: Recorder | None,
        writer: Writer,
        uploader: Uploader,
    ) -> None:
        self._config, self._writer, self._uploader = config, writer, uploader
        self.spool, self.recorder = spool, recorder

    def append(self, fact: Body) -> None:
        """Write a fact down; never blocks."""
        self.spool.append(fact)

    def close(self, ended: CallEnded) -> None:
        """The call is over. Its audio follows when the disk and the store have it."""
        self.append(ended)
        self._writer.end_lease(self._config.call_id)
        if self.recorder is None:
            self._writer.finish(self._config.call_id)
        else:
            self.recorder.close(self._upload)

    def _upload(self, path: Path) -> None:
        self._uploader.add(
            Upload(
                path=path,
                tenant_id=self._config.tenant_id,
                call_id=self._config.call_id,
                done=self._uploaded,
            )
        )

    def _uploaded(self, fact: RecordingWritten | None) -> None:
        if fact is not None:
            self.append(fact)
        self._writer.finish(self._config.call_id)


class Archive:
    """Folder of spools and folder of recordings of this host, and the threads that empty them."""

    def __init__(
        self,
        *,
        spools: Path,
        recordings: Path,
        owner: str,
        clock: Clock,
        writer: Writer,
        uploader: Uploader,
        disk: DiskThread,
    ) -> None:
        self._spools, self._recordings = spools, recordings
        self._owner, self._clock = owner, clock
        self._writer, self._uploader, self._disk = writer, uploader, disk

    def open(self, config: CallConfig) -> CallRecord:
        """Start the record of a call; raises `BlockingIOError` when a live process has it."""
        file = SpoolFile.create(self._spools, config.call_id)
        spool = Spool(
            config,
            file,
            owner=self._owner,
            clock=self._clock,
            wake=lambda: self._writer.wake(config.call_id),
        )
        self._writer.add(file, live=True)
        return CallRecord(
            config,
            spool=spool,
            recorder=self._recorder(config) if config.agent.record else None,
            writer=self._writer,
            uploader=self._uploader,
        )

    def _recorder(self, config: CallConfig) -> Recorder:
        self._recordings.mkdir(parents=True, exist_ok=True)
        return Recorder(self._recordings / f"{config.call_id}{RECORDING}", self._disk)

    def recover(self) -> int:
        """Adopt every spool whose process is dead: store it, close its call as failed, upload its
        audio. Returns how many.
        """
        self._spools.mkdir(parents=True, exist_ok=True)
        adopted = 0
        for path in sorted(self._spools.glob(f"*{SPOOL}")):
            try:
                file = SpoolFile.adopt(path)
            except OSError:  # its owner lives, or has just deleted it
                continue
            self._mend(file)
            adopted += 1
        return adopted

    def _mend(self, file: SpoolFile) -> None:
        file.mend()
        last, ended = _survey(file)
        recording = self._recordings / f"{file.call_id}{RECORDING}"
        self._writer.add(file, live=False)
        if last is None:
            self._writer.finish(file.call_id)
            return
        ghost = _Ghost(file, last, owner=self._owner, writer=self._writer)
        if not ended:
            ghost.append(_lost(last, recording))
            logger.warning("call closed for its lost owner", extra={"call_id": str(file.call_id)})
        if recording.exists():
            self._uploader.add(ghost.upload(recording))
        else:
            self._writer.finish(file.call_id)


def _survey(file: SpoolFile) -> tuple[SpoolLine | None, bool]:
    """The last line of a spool, and whether its call has ended."""
    last, ended, start = None, False, 0
    while True:
        lines, start = file.unread(1000)
        for line in lines:
            last = line
            ended = ended or line.envelope.type == CallEnded.TYPE
        file.confirm(start)
        if not lines:
            file.confirm(0)
            return last, ended


def _lost(last: SpoolLine, recording: Path) -> CallEnded:
    """The end that a killed process could not write: no later than its last sign of life."""
    ended_at = last.envelope.at
    if recording.exists():
        ended_at = max(ended_at, datetime.fromtimestamp(recording.stat().st_mtime, UTC))
    return CallEnded(
        outcome="failed",
        reason="owner_lost",
        error_code="SRV_INTERNAL_ERROR",
        ended_at=ended_at,
    )


class _Ghost:
    """Appends to the spool of a dead process, numbering on from its last line."""

    def __init__(self, file: SpoolFile, last: SpoolLine, *, owner: str, writer: Writer) -> None:
        self._file, self._last, self._owner, self._writer = file, last, owner, writer
        self._seq = last.seq
        self._tenant: UUID | None = last.envelope.tenant_id

    def append(self, fact: Body) -> None:
        """Write one more line."""
        self._seq += 1
        known = self._last.envelope
        at = fact.ended_at if isinstance(fact, CallEnded) else datetime.now(UTC)
        envelope = Envelope.of(
            fact,
            at=at,
            agency_id=known.agency_id,
            tenant_id=known.tenant_id,
            call_id=known.call_id,
        )
        self._file.append(SpoolLine(seq=self._seq, owner=self._owner, envelope=envelope))
        self._writer.wake(self._file.call_id)

    def upload(self, recording: Path) -> Upload:
        """The dead call's audio, whose arrival ends the mending."""

        def done(fact: RecordingWritten | None) -> None:
            if fact is not None:
                self.append(fact)
            self._writer.finish(self._file.call_id)

        if self._tenant is None:
            raise ValueError("a call's facts name their tenant")
        return Upload(path=recording, tenant_id=self._tenant, call_id=self._file.call_id, done=done)
