"""G.711 against the reference values of ITU-T G.191, and the resampler against a sine."""

import numpy as np
import pytest

from realtime import audio
from realtime.ports import Encoding

pytestmark = pytest.mark.unit

# Code words of ITU-T G.711 tables 1a and 2a and the values they stand for, scaled to 16 bit.
MULAW = {0x80: 32124, 0x00: -32124, 0xFF: 0, 0x7F: 0, 0xFE: 8, 0x8F: 16764, 0xF0: 120, 0xEF: 132}
ALAW = {0xD5: 8, 0x55: -8, 0xAA: 32256, 0x2A: -32256, 0xD4: 24, 0xC5: 264}


@pytest.mark.parametrize(("code", "value"), MULAW.items())
def test_mulaw_codes_decode_to_the_values_of_the_standard(code: int, value: int) -> None:
    assert audio.ulaw_decode(bytes([code])).tolist() == [value]


@pytest.mark.parametrize(("code", "value"), ALAW.items())
def test_alaw_codes_decode_to_the_values_of_the_standard(code: int, value: int) -> None:
    assert audio.alaw_decode(bytes([code])).tolist() == [value]


@pytest.mark.parametrize("encoding", [Encoding.MULAW, Encoding.ALAW])
def test_every_code_survives_a_round_trip(encoding: Encoding) -> None:
    codes = bytes(range(256))

    values = audio.decode(codes, encoding)
    again = audio.decode(audio.encode(values, encoding), encoding)

    assert again.tolist() == values.tolist()


@pytest.mark.parametrize("encoding", [Encoding.MULAW, Encoding.ALAW])
def test_every_sample_is_coded_within_its_step(encoding: Encoding) -> None:
    samples = np.arange(-32000, 32001).astype(np.int16)

    coded = audio.decode(audio.encode(samples, encoding), encoding)
    size = np.abs(samples.astype(int))
    error = np.abs(coded.astype(int) - samples.astype(int))

    # A step is at most 1/16 of the segment's start, so half of one is 1/32 of the value and a bit.
    assert (error <= size / 32 + 8).all()


def test_pcm16_travels_as_little_endian() -> None:
    assert audio.encode(np.array([1, -2], np.int16), Encoding.PCM16) == b"\x01\x00\xfe\xff"
    assert audio.decode(b"\x01\x00\xfe\xff", Encoding.PCM16).tolist() == [1, -2]


def test_a_full_scale_square_wave_is_at_zero_dbfs_and_silence_at_the_floor() -> None:
    assert audio.level_dbfs(np.full(160, 32767, np.int16)) == pytest.approx(0.0)
    assert audio.level_dbfs(np.full(160, 3277, np.int16)) == pytest.approx(-20.0, abs=0.01)
    assert audio.level_dbfs(np.zeros(160, np.int16)) == audio.SILENCE_DBFS
    assert audio.level_dbfs(np.zeros(0, np.int16)) == audio.SILENCE_DBFS


def sine(rate: int, *, hertz: float = 440.0, seconds: float = 0.5) -> audio.Pcm:
    at = np.arange(int(rate * seconds)) / rate
    return np.rint(8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


@pytest.mark.parametrize(
    ("source", "target"), [(8000, 16000), (16000, 8000), (22050, 8000), (8000, 48000)]
)
def test_a_resampled_sine_is_the_sine_of_the_new_rate(source: int, target: int) -> None:
    out = audio.resample(sine(source), source=source, target=target)

    wanted = sine(target)
    common = min(len(out), len(wanted))
    inside = slice(target // 50, common - target // 50)
    assert abs(len(out) - len(wanted)) <= 2
    assert np.abs(out[inside].astype(int) - wanted[inside].astype(int)).max() <= 20


def test_resampling_in_pieces_equals_resampling_at_once() -> None:
    samples, resampler = sine(16000), audio.Resampler(16000, 8000)

    pieces = [resampler.push(samples[at : at + 333]) for at in range(0, len(samples), 333)]
    pieces.append(resampler.flush())

    assert (
        np.concatenate(pieces).tolist()
        == audio.resample(samples, source=16000, target=8000).tolist()
    )


def test_a_tone_above_the_new_band_is_filtered_out() -> None:
    out = audio.resample(sine(16000, hertz=6000), source=16000, target=8000)

    assert audio.level_dbfs(out[200:-200]) < -60
