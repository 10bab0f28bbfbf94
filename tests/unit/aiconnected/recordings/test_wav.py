"""From the call plane's recording to WAV, held against the standard library's own readers."""

import hashlib
import struct
import warnings
import wave
from pathlib import Path

import pytest

from aiconnected.recordings.wav import NotARecording, WavFile, convert, decoded

pytestmark = pytest.mark.unit

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    audioop = pytest.importorskip("audioop", reason="left the standard library with Python 3.13")

EVERY = bytes(range(256))


def sun(audio: bytes, *, encoding: int = 1, size: int = 0xFFFFFFFF, channels: int = 2) -> bytes:
    return struct.pack(">4sIIIII", b".snd", 28, size, encoding, 8000, channels) + b"note" + audio


def converted(folder: Path, content: bytes) -> tuple[wave.Wave_read, bytes, WavFile]:
    source, target = folder / "in.au", folder / "out.wav"
    source.write_bytes(content)
    made = convert(source, target)
    return wave.open(str(target)), target.read_bytes(), made


def test_every_mulaw_value_is_decoded_as_g711_says() -> None:
    assert decoded(EVERY) == audioop.ulaw2lin(EVERY, 2)


def test_a_recording_of_unknown_length_becomes_a_whole_file(tmp_path: Path) -> None:
    audio = EVERY * 2500  # 40 s, several blocks

    opened, content, made = converted(tmp_path, sun(audio))

    assert opened.getparams()[:4] == (2, 2, 8000, len(audio) // 2)
    assert opened.readframes(len(audio)) == audioop.ulaw2lin(audio, 2)
    assert (made.duration_ms, made.rate, made.channels) == (40_000, 8000, 2)
    assert made.size_bytes == len(content)
    assert made.sha256 == hashlib.sha256(content).hexdigest()


def test_a_recording_that_was_cut_off_in_a_frame_ends_with_its_last_whole_one(
    tmp_path: Path,
) -> None:
    opened, _, _ = converted(tmp_path, sun(b"\xff" * 1001))

    assert opened.getnframes() == 500


def test_a_recording_without_audio_is_an_empty_file(tmp_path: Path) -> None:
    opened, _, made = converted(tmp_path, sun(b""))

    assert opened.getnframes() == made.duration_ms == 0


@pytest.mark.parametrize(
    "content", [b"", b"RIFF" + bytes(40), sun(EVERY, encoding=27), sun(EVERY, channels=0)]
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotARecording):
        converted(tmp_path, content)


def test_what_no_wav_file_can_hold_is_refused_before_it_is_read(tmp_path: Path) -> None:
    source = tmp_path / "in.au"
    source.write_bytes(sun(b""))
    with source.open("ab") as file:
        file.truncate(2**32)  # holes: it takes no room

    with pytest.raises(NotARecording):
        convert(source, tmp_path / "out.wav")
