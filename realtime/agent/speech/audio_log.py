"""The caller's audio since the recogniser last settled it, for replay and for telling the time."""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from itertools import takewhile

RATE = 8000  # bytes a second: mu-law


@dataclass(frozen=True, slots=True)
class Chunk:
    """A frame as it arrived. `start` counts bytes from the call's first; `arrived` is monotonic."""

    start: int
    data: bytes
    arrived: float
    at_ms: int  # on the leg's time line

    @property
    def end(self) -> int:
        """First byte after it."""
        return self.start + len(self.data)


class AudioLog:
    """Keeps what may have to be sent again, at most `keep` seconds of it."""

    def __init__(self, *, keep: float = 20.0) -> None:
        self._keep = int(keep * RATE)
        self._chunks: deque[Chunk] = deque()
        self.end = 0

    @property
    def start(self) -> int:
        """First byte still kept."""
        return self._chunks[0].start if self._chunks else self.end

    def append(self, data: bytes, *, arrived: float, at_ms: int) -> None:
        """Add a frame."""
        self._chunks.append(Chunk(self.end, data, arrived, at_ms))
        self.end += len(data)
        self.forget(self.end - self._keep)

    def forget(self, before: int) -> None:
        """Drop what lies wholly before byte `before`."""
        while self._chunks and self._chunks[0].end <= before:
            self._chunks.popleft()

    def since(self, position: int) -> list[Chunk]:
        """Chunks from byte `position` on; the first may begin before it."""
        newest_first = takewhile(lambda chunk: chunk.end > position, reversed(self._chunks))
        return list(newest_first)[::-1]

    def at(self, position: int) -> Chunk | None:
        """The chunk that holds byte `position`, or the nearest one kept."""
        if not self._chunks:
            return None
        index = bisect_right(self._chunks, position, key=lambda chunk: chunk.start) - 1
        return self._chunks[max(0, index)]
