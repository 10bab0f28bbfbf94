"""The recording puts both sides on one time line and needs no closing."""

from pathlib import Path

import numpy as np
import pytest

from realtime.ports import Encoding, Frame, Side
from realtime.record.recorder import HEADER, DiskThread, Recorder, StereoTrack, duration_ms

pytestmark = pytest.mark.unit


def frame(value: int, at_ms: int, samples: int = 160) -> Frame:
    return Frame(bytes([value]) * samples, Encoding.MULAW, 8000, at_ms)


def channels(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    both = np.frombuffer(data, np.uint8).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def test_each_side_lies_at_its_own_time_and_silence_fills_the_rest() -> None:
    track = StereoTrack()
    track.put(Side.CALLER, frame(1, at_ms=0))
    track.put(Side.AGENT, frame(2, at_ms=20))

    left, right = channels(track.ready(everything=True))

    assert (set(left[:160]), set(left[160:])) == ({1}, {255})
    assert (set(right[:160]), set(right[160:])) == ({255}, {2})


def test_only_what_has_settled_is_given_out() -> None:
    track = StereoTrack()
    track.put(Side.CALLER, frame(1, at_ms=0, samples=8000))
    assert track.ready() == b""

    track.put(Side.CALLER, frame(1, at_ms=1000, samples=8000))

    assert len(track.ready()) == 2 * 1600 * 8


def test_a_frame_later_than_the_settled_part_keeps_only_its_rest() -> None:
    track = StereoTrack()
    track.put(Side.CALLER, frame(1, at_ms=0, samples=16_000))
    track.ready()

    track.put(Side.AGENT, frame(9, at_ms=1590, samples=160))

    _, right = channels(track.ready(everything=True))
    assert list(right[:80]) == [9] * 80


def test_a_recording_is_readable_while_it_is_being_written(tmp_path: Path) -> None:
    errors: list[OSError] = []
    disk = DiskThread(lambda _path, exc: errors.append(exc))
    disk.start()
    recorder = Recorder(tmp_path / "call.au", disk)
    for n in range(100):
        recorder.sink(Side.CALLER, frame(5, at_ms=n * 20))
    disk.stop()

    data = (tmp_path / "call.au").read_bytes()

    assert data.startswith(HEADER)
    assert duration_ms(tmp_path / "call.au") == 1000
    assert errors == []


def test_closing_writes_the_rest_and_tells_when_the_file_is_whole(tmp_path: Path) -> None:
    disk = DiskThread(lambda _path, _exc: None)
    disk.start()
    recorder = Recorder(tmp_path / "call.au", disk)
    recorder.sink(Side.CALLER, frame(5, at_ms=0))
    closed: list[int] = []

    recorder.close(lambda path: closed.append(duration_ms(path)))
    disk.stop()

    assert closed == [20]


def test_a_full_disk_is_reported_and_the_thread_lives_on(tmp_path: Path) -> None:
    errors: list[Path] = []
    disk = DiskThread(lambda path, _exc: errors.append(path))
    disk.start()
    missing = tmp_path / "no-folder" / "call.au"
    Recorder(missing, disk)
    done: list[Path] = []

    disk.close(tmp_path / "other.au", done.append)
    disk.stop()

    assert errors == [missing]
    assert done == [tmp_path / "other.au"]
