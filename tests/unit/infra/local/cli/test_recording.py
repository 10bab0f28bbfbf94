"""The stored recording: Sun/NeXT audio in, a WAV that everything plays out."""

import io
import struct
import wave

import numpy as np
import pytest

from infra.local.cli.errors import RecordUnavailable
from infra.local.cli.recording import Recording, read
from infra.local.cli.sound import encode

pytestmark = pytest.mark.unit

LEFT = (8000 * np.sin(np.arange(800) / 7)).astype(np.int16)
RIGHT = (4000 * np.sin(np.arange(800) / 3)).astype(np.int16)


def au(*, encoding: int = 1, channels: int = 2, rate: int = 8000, cut: int = 0) -> bytes:
    both = np.stack([np.frombuffer(encode(side), np.uint8) for side in (LEFT, RIGHT)], axis=1)
    header = struct.pack(">4sIIIII", b".snd", 28, 0xFFFFFFFF, encoding, rate, channels)
    data = header + b"note" + both.tobytes()
    return data[: len(data) - cut]


def test_both_sides_are_told_apart() -> None:
    recording = read(au())

    assert recording.duration_ms == 100
    assert np.abs(recording.caller.astype(int) - LEFT).max() < 300  # mu-law's own error
    assert np.abs(recording.agent.astype(int) - RIGHT).max() < 300


def test_a_recording_that_was_cut_off_is_read_to_its_last_whole_sample() -> None:
    assert len(read(au(cut=3)).agent) == 798


@pytest.mark.parametrize(
    "content",
    [b"", b".snd", b"RIFF" + bytes(40), b"ID3", au(encoding=3), au(channels=1), au(rate=0)],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(RecordUnavailable):
        read(content)


def test_one_that_was_encoded_since_is_the_same() -> None:
    recording = Recording(caller=LEFT, agent=RIGHT, rate=8000)

    again = read(recording.wav())

    assert np.array_equal(again.caller, LEFT)
    assert np.array_equal(again.agent, RIGHT)


def test_the_wav_has_the_caller_on_the_left() -> None:
    content = Recording(caller=LEFT, agent=RIGHT, rate=8000).wav()

    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert np.array_equal(samples[:, 0], LEFT)
    assert np.array_equal(samples[:, 1], RIGHT)


def test_the_wav_that_the_job_makes_is_read_as_the_recording_it_was_made_of() -> None:
    original = Recording(caller=LEFT, agent=RIGHT, rate=8000)

    again = read(original.wav())

    assert again.caller.tolist() == LEFT.tolist()
    assert again.agent.tolist() == RIGHT.tolist()
    assert again.rate == 8000


@pytest.mark.parametrize("content", [b"RIFF", b"RIFF\x04\x00\x00\x00WAVEjunk"])
def test_a_torn_or_foreign_wav_is_refused(content: bytes) -> None:
    with pytest.raises(RecordUnavailable):
        read(content)
