"""What a person hears: when speech begins and ends in the frames received, and the line's gaps.

Pure arithmetic over arrival times (CLOCK_MONOTONIC seconds); the telephone feeds it.
"""

from dataclasses import dataclass

import numpy as np

from infra.local.cli.sound import FRAME, FRAME_SECONDS, Pcm, decode, loud_blocks

JITTER_BUFFER = 0.020  # seconds a telephone holds back, so that a late frame is no gap
UNDERRUN_AT_MOST = 0.2  # seconds; a longer gap is a pause between utterances
ONSET_QUIET = 0.2  # seconds without speech before what counts as a new onset


@dataclass(frozen=True, slots=True)
class Gap:
    """The telephone had nothing to play in the middle of an utterance."""

    at: float
    ms: float


class Ear:
    """Takes every frame with its arrival time and answers questions about what was heard."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, bytes]] = []
        self.gaps: list[Gap] = []
        self._loud: list[float] = []  # arrivals of frames with speech, ascending
        self._playing_until: float | None = None  # behind the jitter buffer

    def hear(self, at: float, frame: bytes) -> None:
        """Take one frame; `at` is its arrival."""
        self.frames.append((at, frame))
        if loud_blocks(decode(frame)).any():
            self._loud.append(at)
        self._play(at)

    def _play(self, at: float) -> None:
        """Model a fixed jitter buffer: a gap is a frame that comes after its turn to be played."""
        until = self._playing_until
        if until is None or at - until >= UNDERRUN_AT_MOST:
            until = at + JITTER_BUFFER
        elif at > until:
            self.gaps.append(Gap(at, (at - until) * 1000))
            until = at + JITTER_BUFFER
        self._playing_until = until + FRAME_SECONDS

    @property
    def last_frame(self) -> float | None:
        """Arrival of the newest frame, speech or not."""
        return self.frames[-1][0] if self.frames else None

    @property
    def last_speech(self) -> float | None:
        return self._loud[-1] if self._loud else None

    def first_frame_after(self, moment: float) -> float | None:
        """First frame of the talk spurt that brought the next onset after `moment`, if any."""
        onset = self.onset_after(moment)
        if onset is None:
            return None
        arrivals = [at for at, _ in self.frames if moment < at <= onset]
        first = arrivals[-1]
        for at in reversed(arrivals):
            if first - at > ONSET_QUIET:
                break
            first = at
        return first

    def onset_after(self, moment: float) -> float | None:
        """When speech began after `moment`: speech that goes on from before is no onset."""
        before: float | None = None
        for at in self._loud:
            if at > moment and (before is None or at - before >= ONSET_QUIET):
                return at
            before = at
        return None

    def speech_after(self, moment: float) -> float | None:
        """The first frame with speech after `moment`, whether or not it goes on from before."""
        return next((at for at in self._loud if at > moment), None)

    def speech_between(self, begin: float, end: float) -> float:
        """Milliseconds of frames with speech that arrived in this time."""
        return 1000 * FRAME_SECONDS * sum(begin <= at < end for at in self._loud)

    def last_speech_before(self, moment: float, *, after: float) -> float | None:
        """The end of the speech that was going on at `after`, looked at until `moment`."""
        last: float | None = None
        for at in self._loud:
            if at >= moment:
                break
            if at >= after and (last is None or at - last < ONSET_QUIET):
                last = at
        return last

    def underruns(self, begin: float, end: float) -> list[Gap]:
        return [gap for gap in self.gaps if begin <= gap.at < end]


def timeline(frames: list[tuple[float, bytes]], *, start: float) -> Pcm:
    """Frames laid out in time from `start`, late ones after each other, as 16-bit samples."""
    pieces: list[tuple[int, bytes]] = []
    end = 0
    for at, frame in frames:
        begin = max(round((at - start) / FRAME_SECONDS * FRAME), end)
        pieces.append((begin, frame))
        end = begin + len(frame)
    out = np.zeros(end, np.int16)
    for begin, frame in pieces:
        out[begin : begin + len(frame)] = decode(frame)
    return out
