"""The recorder: both sides of a call on one time line, stereo mu-law in a container without an end.

The file is Sun/NeXT audio (".snd"), whose header may leave the length unknown (0xFFFFFFFF), so a
recording that its process did not live to close is whole up to its last second. Left is the caller
as sent, right the agent as heard.
"""

import struct
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from uuid import UUID

import numpy as np
import numpy.typing as npt

from realtime.ports import Encoding, Frame, Side

RATE, CHANNELS = 8000, 2
CONTENT_TYPE = "audio/basic"
SUFFIX = ".au"
# magic, header size, unknown data size, encoding 1 (8-bit mu-law), rate, channels
HEADER = struct.pack(">4sIIIII", b".snd", 24, 0xFFFFFFFF, 1, RATE, CHANNELS)
_SILENCE = 0xFF
_PER_MS = RATE // 1000
_SETTLE_MS = 400  # a frame may come this late and still find its place
_WRITE_MS = 1000


class StereoTrack:
    """Places frames by their time and gives out what has settled, interleaved."""

    def __init__(self) -> None:
        self._given = 0  # samples a channel already given out
        self._sides = {side: np.full(0, _SILENCE, np.uint8) for side in Side}
        self._newest = 0

    def put(self, side: Side, frame: Frame) -> None:
        """Lay a mu-law frame at its time; what has already been given out stays as it was."""
        start = frame.at_ms * _PER_MS - self._given
        data = np.frombuffer(frame.data, np.uint8)
        if start < 0:
            data, start = data[-start:], 0
        end = start + len(data)
        self._newest = max(self._newest, self._given + end)
        track = self._sides[side]
        if end > len(track):
            more = max(end - len(track), RATE)
            track = np.concatenate([track, np.full(more, _SILENCE, np.uint8)])
            self._sides[side] = track
        track[start:end] = data

    def ready(self, *, everything: bool = False) -> bytes:
        """Interleaved samples that no late frame can change any more."""
        settled = self._newest - (0 if everything else _SETTLE_MS * _PER_MS)
        count = settled - self._given
        if count <= 0 or not (everything or count >= _WRITE_MS * _PER_MS):
            return b""
        out: npt.NDArray[np.uint8] = np.full((count, CHANNELS), _SILENCE, np.uint8)
        for channel, side in enumerate((Side.CALLER, Side.AGENT)):
            piece = self._sides[side][:count]
            out[: len(piece), channel] = piece
            self._sides[side] = self._sides[side][count:]
        self._given += count
        return out.tobytes()


class Recorder:
    """One call's recording. `sink` is called on the media loop; disk is the thread's business."""

    def __init__(self, path: Path, disk: "DiskThread") -> None:
        self.path, self._disk = path, disk
        self._track = StereoTrack()
        self._muted = False
        disk.append(path, HEADER)

    def sink(self, side: Side, frame: Frame) -> None:
        """Take a frame of either side; other encodings than mu-law are the leg's to translate."""
        if frame.encoding is not Encoding.MULAW:
            return
        self._track.put(side, frame)
        if data := self._track.ready():
            self._disk.append(self.path, data)

    def close(self, done: Callable[[Path], None]) -> None:
        """Write the rest; `done` is called in the disk's thread once the file is whole."""
        if data := self._track.ready(everything=True):
            self._disk.append(self.path, data)
        self._disk.close(self.path, done)


_Job = tuple[Path, bytes, Callable[[Path], None] | None]


class DiskThread:
    """Appends to files in order, off the media loop. A full disk costs recordings, never calls."""

    def __init__(self, on_error: Callable[[Path, OSError], None]) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._on_error = on_error
        self._thread = threading.Thread(target=self._run, name="recording-disk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def append(self, path: Path, data: bytes) -> None:
        """Write `data` at the end of `path`."""
        self._jobs.put((path, data, None))

    def close(self, path: Path, done: Callable[[Path], None]) -> None:
        """Call `done` after everything before it."""
        self._jobs.put((path, b"", done))

    def stop(self) -> None:
        """Finish what is queued."""
        self._jobs.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            path, data, done = job
            try:
                if data:
                    with path.open("ab") as file:
                        file.write(data)
            except OSError as exc:
                self._on_error(path, exc)
            if done is not None:
                done(path)


def call_of(path: Path) -> UUID:
    """The call whose recording lies at `path`."""
    return UUID(path.stem)


def duration_ms(path: Path) -> int:
    """Length of a recording, whole or cut off."""
    return max(0, path.stat().st_size - len(HEADER)) // CHANNELS // _PER_MS
