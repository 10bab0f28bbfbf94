"""G.711 and the resampler against values from outside this code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.vendors.engines.audio import (
    Resampler,
    Samples,
    amplitude,
    resample,
    to_pcm,
    to_samples,
    ulaw_decode,
    ulaw_encode,
)

pytestmark = pytest.mark.unit


def tone(hertz: float, *, rate: int, seconds: float = 1.0) -> Samples:
    at = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


@pytest.mark.parametrize(
    ("code", "sample"),
    # ITU-T G.711, table 2: the ends of the scale, both zeroes, and the first steps.
    [(0x00, -32124), (0x80, 32124), (0xFF, 0), (0x7F, 0), (0xFE, 8), (0x7E, -8), (0xF0, 120)],
)
def test_mu_law_codes_decode_as_g711_has_it(code: int, sample: int) -> None:
    assert ulaw_decode(bytes([code])).tolist() == [sample]


def test_every_code_survives_decoding_and_encoding() -> None:
    codes = bytes(range(256))

    again = ulaw_encode(ulaw_decode(codes))

    assert again == codes.replace(b"\x7f", b"\xff")  # minus zero becomes zero


@given(st.integers(-32768, 32767))
def test_encoding_a_sample_errs_by_no_more_than_half_a_step(sample: int) -> None:
    decoded = int(ulaw_decode(ulaw_encode(np.array([sample], np.int16)))[0])

    assert abs(decoded - sample) <= max(4, (abs(sample) + 132) / 32, abs(sample) - 32124)


def test_pcm_saturates_instead_of_wrapping() -> None:
    assert to_pcm(np.array([-2.0, -1.0, 0.0, 2.0], np.float32)).tolist() == [
        -32768,
        -32768,
        0,
        32767,
    ]


def test_amplitude_of_levels() -> None:
    assert amplitude(0.0) == 1.0
    assert amplitude(-20.0) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("source", "target"), [(8000, 16000), (16000, 8000), (22050, 8000), (22050, 24000)]
)
def test_a_tone_keeps_its_length_level_and_phase(source: int, target: int) -> None:
    out = resample(tone(1000, rate=source), source=source, target=target)

    assert len(out) == pytest.approx(target, abs=1)
    middle = slice(target // 10, -target // 10)
    assert np.abs(out - tone(1000, rate=target)[: len(out)])[middle].max() < 0.005


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    out = resample(tone(5000, rate=16000), source=16000, target=8000)

    assert np.abs(out[800:-800]).max() < 0.5 * amplitude(-50.0)


@given(st.lists(st.integers(0, 700), max_size=8))
def test_a_stream_in_pieces_equals_the_whole(sizes: list[int]) -> None:
    clip = tone(440, rate=22050, seconds=0.2)
    resampler, parts, at = Resampler(22050, 8000), [], 0
    for size in sizes:
        parts.append(resampler(clip[at : at + size]))
        at += size
    parts.append(resampler(clip[at:], last=True))

    assert np.allclose(np.concatenate(parts), resample(clip, source=22050, target=8000), atol=1e-6)


def test_equal_rates_pass_untouched() -> None:
    clip = to_samples(np.array([1, -2, 3], np.int16))

    assert Resampler(8000, 8000)(clip) is clip
