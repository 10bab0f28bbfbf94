"""The spool: every fact of a call in a file of its own before anything else learns of it.

One line a fact, written whole with one `write`, so that a killed process leaves at most a torn last
line. The file's lock says whether its owner lives: whoever gets it owns the record.
"""

import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from aiconnected.calls.models import CallConfig
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.clock import Clock

logger = logging.getLogger(__name__)
SUFFIX = ".jsonl"


class SpoolFile:
    """One call's spool, held by lock; reading never moves the writing end."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path, self._fd = path, fd
        self._read_to = 0

    @classmethod
    def create(cls, folder: Path, call_id: UUID) -> "SpoolFile":
        """Open the call's spool for writing; raises `BlockingIOError` when another owns it."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls._locked(folder / f"{call_id}{SUFFIX}", os.O_CREAT)

    @classmethod
    def adopt(cls, path: Path) -> "SpoolFile":
        """Take over a spool whose owner is dead; raises `BlockingIOError` while it lives."""
        return cls._locked(path, 0)

    @classmethod
    def _locked(cls, path: Path, flags: int) -> "SpoolFile":
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise
        return cls(path, fd)

    @property
    def call_id(self) -> UUID:
        """Whose spool this is."""
        return UUID(self.path.stem)

    def append(self, line: SpoolLine) -> None:
        """Write one line. A few microseconds into the page cache: it survives the process."""
        os.write(self._fd, line.encode())

    def unread(self, limit: int) -> tuple[list[SpoolLine], int]:
        """Up to `limit` lines after the last `confirm`, and the offset to confirm when stored."""
        size = os.fstat(self._fd).st_size
        data = os.pread(self._fd, size - self._read_to, self._read_to)
        lines: list[SpoolLine] = []
        end = self._read_to
        for raw in data.splitlines(keepends=True):
            if len(lines) == limit or not raw.endswith(b"\n"):
                break
            end += len(raw)
            if (line := SpoolLine.decode(raw)) is not None:
                lines.append(line)
        return lines, end

    def mend(self) -> None:
        """Close a last line that the death of its writer has torn, so that more can follow it."""
        size = os.fstat(self._fd).st_size
        if size and os.pread(self._fd, 1, size - 1) != b"\n":
            os.write(self._fd, b"\n")

    def confirm(self, offset: int) -> None:
        """All up to `offset` is stored."""
        self._read_to = offset

    def close(self, *, done: bool) -> None:
        """Release the lock; a `done` spool is deleted first, under the lock."""
        if done:
            self.path.unlink(missing_ok=True)
        os.close(self._fd)


class Spool:
    """The fact sink of one call: numbers each fact, writes it down and wakes the writer."""

    def __init__(
        self,
        config: CallConfig,
        file: SpoolFile,
        *,
        owner: str,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._config, self._file, self._owner = config, file, owner
        self._clock, self._wake = clock, wake
        self._seq = 0

    def append(self, fact: Body) -> None:
        """Take a fact; never blocks, never raises for the sake of the conversation."""
        envelope = Envelope.of(
            fact,
            at=self._clock.now(),
            agency_id=self._config.agency_id,
            tenant_id=self._config.tenant_id,
            call_id=self._config.call_id,
        )
        self._seq += 1
        try:
            self._file.append(SpoolLine(seq=self._seq, owner=self._owner, envelope=envelope))
        except OSError:  # a full disk must not end the call; the operator must hear of it
            logger.exception("spool write failed", extra={"call_id": str(self._config.call_id)})
        self._wake()
