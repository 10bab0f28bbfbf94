"""Sound: WAV of any form, G.711, where speech begins and ends."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from infra.local.cli import sound
from infra.local.cli.errors import BadAudio

pytestmark = pytest.mark.unit


def wav(samples: np.ndarray, *, rate: int, width: int, channels: int) -> bytes:
    """Samples in -1..1, written on every channel."""
    wide = np.repeat(samples, channels)
    if width == 1:
        raw = (np.rint(wide * 127) + 128).astype(np.uint8).tobytes()
    else:
        whole = (wide * (2**31 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)
        raw = whole[:, 4 - width :].tobytes()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(raw)
    return out.getvalue()


def sine(seconds: float, *, rate: int, hertz: float = 440.0, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_of_any_rate_width_and_channels_is_the_same_sound(
    rate: int, width: int, channels: int
) -> None:
    content = wav(sine(0.5, rate=rate), rate=rate, width=width, channels=channels)

    pcm = sound.samples_of_wav(content, name="x")

    assert abs(len(pcm) - 4000) <= 1
    expected = sine(0.5, rate=8000)[200:-200] * 32768
    error = pcm[200 : 200 + len(expected)] - expected
    assert np.sqrt(np.mean(error**2)) < (120 if width == 1 else 3)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 an mp3", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_not_a_wav_is_refused(content: bytes) -> None:
    with pytest.raises(BadAudio):
        sound.samples_of_wav(content, name="x")


def test_a_wav_without_samples_is_refused() -> None:
    with pytest.raises(BadAudio, match="no audio"):
        sound.samples_of_wav(wav(np.zeros(0), rate=8000, width=2, channels=1), name="x")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadAudio, match=r"nowhere\.wav"):
        sound.read_wav(tmp_path / "nowhere.wav")


def test_mulaw_keeps_every_level_and_the_sign() -> None:
    levels = sound.decode(bytes(range(256)))

    assert np.array_equal(sound.decode(sound.encode(levels)), levels)
    assert sound.decode(b"\xff\x7f\x00\x80").tolist() == [0, 0, -32124, 32124]


def test_mulaw_is_the_nearest_level() -> None:
    levels = np.unique(sound.decode(bytes(range(256)))).astype(np.int32)
    samples = np.arange(-32768, 32768, 7).astype(np.int16)

    chosen = sound.decode(sound.encode(samples)).astype(np.int32)

    nearest = np.abs(samples.astype(np.int32)[:, None] - levels[None, :]).min(axis=1)
    assert np.array_equal(np.abs(samples - chosen), nearest)


@pytest.mark.parametrize("lead", [0, 10, 130, 400])
@pytest.mark.parametrize("tail", [0, 37, 4000])
def test_speech_ends_with_the_last_sample_of_a_frame(lead: int, tail: int) -> None:
    spoken = (sine(0.4, rate=8000) * 32767).astype(np.int16)
    pcm = np.concatenate([np.zeros(lead, np.int16), spoken, np.zeros(tail, np.int16)])

    clip = sound.clip(pcm, name="x")

    loud = [bool(sound.loud_blocks(sound.decode(frame))[1]) for frame in clip.frames]
    assert loud[clip.last_speech]
    assert not any(loud[clip.last_speech + 1 :])
    assert all(len(frame) == 160 for frame in clip.frames)
    assert 19 <= clip.last_speech - clip.first_speech <= 21


def test_a_clip_without_speech_is_refused() -> None:
    with pytest.raises(BadAudio, match="louder than -45 dBFS"):
        sound.clip((sine(1, rate=8000, level=0.004) * 32767).astype(np.int16), name="x")


@pytest.mark.parametrize(("dbfs", "speech"), [(-44.5, True), (-45.5, False)])
def test_speech_is_what_is_louder_than_45_db_below_full_scale(dbfs: float, *, speech: bool) -> None:
    rms = 32768 * 10 ** (dbfs / 20)
    square = np.where(np.arange(80) % 2, rms, -rms).astype(np.int16)

    assert sound.loud_blocks(square).tolist() == [speech]


def test_the_line_is_never_quite_silent_and_never_speech() -> None:
    noise = sound.comfort_noise(16)

    assert len(set(noise)) == 16
    assert not any(sound.loud_blocks(sound.decode(frame)).any() for frame in noise)


def test_a_recording_holds_both_sides(tmp_path: Path) -> None:
    left, right = np.full(100, 5, np.int16), np.full(300, -7, np.int16)

    sound.write_stereo(tmp_path / "r.wav", left=left, right=right)

    with wave.open(str(tmp_path / "r.wav")) as file:
        both = np.frombuffer(file.readframes(1000), np.int16).reshape(-1, 2)
    assert both.shape == (300, 2)
    assert both[:100, 0].tolist() == [5] * 100
    assert both[100:, 0].tolist() == [0] * 200
    assert both[:, 1].tolist() == [-7] * 300
