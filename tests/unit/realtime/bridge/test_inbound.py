"""The caller's frames keep their order, a slow reader costs the oldest, a flood is noticed."""

import pytest

from realtime.bridge.inbound import FloodGuard, FrameQueue
from realtime.ports import Encoding, Frame

pytestmark = pytest.mark.unit


def frame(at_ms: int) -> Frame:
    return Frame(b"\xff" * 160, Encoding.MULAW, 8000, at_ms)


async def test_frames_come_in_order_until_the_queue_is_closed() -> None:
    queue = FrameQueue()
    for at in (0, 20, 40):
        queue.put(frame(at))
    queue.close()

    assert [f.at_ms async for f in queue.read()] == [0, 20, 40]


async def test_a_reader_a_second_behind_loses_the_oldest_frame() -> None:
    queue = FrameQueue()
    for n in range(52):
        queue.put(frame(n * 20))
    queue.close()

    read = [f.at_ms async for f in queue.read()]

    assert read[0] == 40
    assert queue.dropped == 2


def test_a_delivered_backlog_is_no_flood_but_audio_beyond_the_burst_is() -> None:
    guard = FloodGuard(started=0.0, burst_ms=1000)

    assert not guard.exceeded(1900, now=1.0)
    assert guard.exceeded(200, now=1.0)
