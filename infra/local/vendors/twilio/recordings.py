"""Recordings of calls: what both sides of a line said, each at its time, as a WAV."""

import io
import time
import wave
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np

from infra.local.vendors.engines.audio import Pcm, ulaw_decode
from infra.local.vendors.twilio.line import Line
from infra.local.vendors.twilio.model import Target

RATE = 8000


class RecordingStatus(StrEnum):
    """Twilio's recording states that occur here."""

    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class _Channel:
    """One direction: frames put where they belong in time, never over each other."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, bytes]] = []
        self.end = 0  # samples

    def add(self, frame: bytes, at: int) -> None:
        start = max(at, self.end)
        self._pieces.append((start, frame))
        self.end = start + len(frame)

    def samples(self, length: int) -> Pcm:
        out = np.zeros(length, np.int16)
        for start, frame in self._pieces:
            out[start : start + len(frame)] = ulaw_decode(frame)[: max(0, length - start)]
        return out


@dataclass(slots=True, kw_only=True)
class Recording:
    """One recording; it listens to the line as a tap until it is stopped."""

    sid: str
    call_sid: str
    account_sid: str
    channels: int
    callback: Target | None
    source: str = "StartCallRecordingAPI"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: RecordingStatus = RecordingStatus.IN_PROGRESS
    line: Line | None = None
    _began: float = field(default_factory=time.monotonic)
    _person: _Channel = field(default_factory=_Channel)
    _carrier: _Channel = field(default_factory=_Channel)

    def attach(self, line: Line) -> None:
        self.line = line
        line.taps.append(self)

    def stop(self) -> None:
        """End it; calling this again changes nothing."""
        if self.line is not None:
            self.line.taps.remove(self)
            self.line = None
        self.status = RecordingStatus.COMPLETED

    def spoken(self, frame: bytes) -> None:
        self._person.add(frame, self._now())

    def heard(self, frame: bytes) -> None:
        self._carrier.add(frame, self._now())

    def _now(self) -> int:
        return round((time.monotonic() - self._began) * RATE)

    @property
    def duration(self) -> int:
        """Whole seconds."""
        return round(max(self._person.end, self._carrier.end) / RATE)

    def wav(self) -> bytes:
        """Two channels: the person left, what the person heard right; one channel: both mixed."""
        length = max(self._person.end, self._carrier.end)
        sides = [self._person.samples(length), self._carrier.samples(length)]
        if self.channels == 1:
            mixed = sides[0].astype(np.int32) + sides[1]
            sides = [np.clip(mixed, -32768, 32767).astype(np.int16)]
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(len(sides))
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(np.stack(sides, axis=1).tobytes())
        return out.getvalue()
