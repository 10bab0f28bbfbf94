"""The playout buffer on virtual time: pacing to the millisecond, marks, clear, gaps."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from infra.local.vendors.twilio.playout import Playout

pytestmark = pytest.mark.unit

FRAME = b"\x20" * 160


class Rig:
    """A playout and everything it did, with the virtual time of each."""

    def __init__(self) -> None:
        self.played: list[tuple[float, bytes]] = []
        self.marks: list[tuple[float, str]] = []
        self.journal: list[tuple[str, dict[str, Any]]] = []
        self.playout = Playout(
            play=self._play,
            reached=lambda name: self.marks.append((self.now(), name)),
            record=lambda event, **fields: self.journal.append((event, fields)),
            clock=asyncio.get_running_loop().time,
        )

    def now(self) -> float:
        return round(asyncio.get_running_loop().time(), 6)

    async def _play(self, frame: bytes) -> None:
        self.played.append((self.now(), frame))

    def events(self, name: str) -> list[dict[str, Any]]:
        return [fields for event, fields in self.journal if event == name]


@asynccontextmanager
async def running() -> AsyncGenerator[Rig]:
    rig = Rig()
    task = asyncio.create_task(rig.playout.run())
    await asyncio.sleep(1)
    try:
        yield rig
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_frames_leave_every_20_ms_from_the_first_push_on() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 4)
        await asyncio.sleep(1)

        assert [at for at, _ in rig.played] == [1.0, 1.02, 1.04, 1.06]


async def test_a_piece_of_a_frame_is_filled_with_silence() -> None:
    async with running() as rig:
        rig.playout.push(b"\x20" * 200)
        await asyncio.sleep(1)

        assert [frame for _, frame in rig.played] == [FRAME, b"\x20" * 40 + b"\xff" * 120]


async def test_audio_that_comes_in_time_is_played_without_a_seam() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 2)
        await asyncio.sleep(0.035)
        rig.playout.push(FRAME * 2)
        await asyncio.sleep(1)

        assert [at for at, _ in rig.played] == [1.0, 1.02, 1.04, 1.06]
        assert rig.events("underrun") == []


async def test_audio_that_comes_late_is_an_underrun_and_starts_the_clock_anew() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 2)
        await asyncio.sleep(0.055)
        rig.playout.push(FRAME * 2)
        await asyncio.sleep(1)

        assert [at for at, _ in rig.played] == [1.0, 1.02, 1.055, 1.075]
        assert rig.events("underrun") == [{"segment": 0, "ms": pytest.approx(15)}]


async def test_a_pause_after_a_mark_is_no_underrun() -> None:
    async with running() as rig:
        rig.playout.push(FRAME)
        rig.playout.mark("end")
        await asyncio.sleep(0.1)
        rig.playout.push(FRAME)
        await asyncio.sleep(1)

        assert rig.events("underrun") == []


async def test_a_mark_is_reached_when_the_last_frame_has_been_heard() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 2)
        rig.playout.mark("a")
        rig.playout.push(FRAME)
        rig.playout.mark("b")
        rig.playout.mark("c")
        await asyncio.sleep(1)

        assert rig.marks == [(1.04, "a"), (1.06, "b"), (1.06, "c")]


async def test_a_mark_into_an_empty_buffer_waits_only_for_the_frame_on_the_wire() -> None:
    async with running() as rig:
        rig.playout.mark("at once")
        await asyncio.sleep(0.5)
        rig.playout.push(FRAME)
        await asyncio.sleep(0.005)
        rig.playout.mark("after the frame")
        await asyncio.sleep(1)

        assert rig.marks == [(1.0, "at once"), (1.52, "after the frame")]


async def test_clear_returns_all_marks_at_once_and_plays_nothing_more() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 10)
        rig.playout.mark("a")
        rig.playout.push(FRAME * 10)
        rig.playout.mark("b")
        await asyncio.sleep(0.05)
        rig.playout.clear()
        await asyncio.sleep(1)

        assert rig.marks == [(1.05, "a"), (1.05, "b")]
        assert len(rig.played) == 3
        assert rig.events("clear") == [{"segment": 0, "dropped_ms": 340.0}]


async def test_after_a_clear_playing_goes_on_behind_the_frame_on_the_wire() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 10)
        await asyncio.sleep(0.045)
        rig.playout.clear()
        rig.playout.push(FRAME)
        await asyncio.sleep(1)

        assert [at for at, _ in rig.played] == [1.0, 1.02, 1.04, 1.06]


async def test_each_segment_is_journalled_when_it_is_first_heard() -> None:
    async with running() as rig:
        rig.playout.push(FRAME * 2)
        rig.playout.mark("a")
        rig.playout.push(FRAME * 2)
        rig.playout.mark("b")
        await asyncio.sleep(1)
        rig.playout.push(FRAME)
        await asyncio.sleep(1)

        assert [fields["segment"] for fields in rig.events("media.received")] == [0, 1, 2]
        assert [fields["segment"] for fields in rig.events("media.first_out")] == [0, 1, 2]
