"""Our voice-activity detector beside livekit's: the same network leads to the same speech."""

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import inference, vad

from realtime.agent.speech.activity import Detector, load
from realtime.audio import resample

pytestmark = pytest.mark.integration

CALLERS = Path(__file__).parents[4] / "data" / "callers"
CLEAN = sorted(path.name for path in CALLERS.glob("questions/*.wav") if "." not in path.stem)
LONG = "children-alone.wav"
WINDOW = 0.032
EDGES = {vad.VADEventType.START_OF_SPEECH, vad.VADEventType.END_OF_SPEECH}


def recorded(clip: str) -> np.ndarray:
    """A caller's clip at 8 kHz, with silence before and after."""
    with wave.open(str(CALLERS / "questions" / clip)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        rate = sound.getframerate()
    quiet = np.zeros(4000, np.int16)
    return np.concatenate([quiet, resample(samples, source=rate, target=8000), quiet])


async def listened(detector: vad.VAD, samples: np.ndarray, rate: int = 8000) -> list[vad.VADEvent]:
    """All that a detector tells of samples that come in frames of 20 ms."""
    stream = detector.stream()
    step = rate // 50
    for at in range(0, len(samples) - step + 1, step):
        data = samples[at : at + step].astype(np.int16).tobytes()
        stream.push_frame(rtc.AudioFrame(data, rate, 1, step))
    stream.end_input()
    events = [event async for event in stream]
    await stream.aclose()
    return events


def edges(events: Sequence[vad.VADEvent]) -> list[tuple[vad.VADEventType, float]]:
    return [(event.type, event.timestamp) for event in events if event.type in EDGES]


@pytest.fixture(autouse=True, scope="module")
def network() -> None:
    load()


@pytest.mark.parametrize("clip", CLEAN[::3])
async def test_speech_begins_and_ends_where_livekits_detector_hears_it(clip: str) -> None:
    samples = recorded(clip)

    ours = edges(await listened(Detector(), samples))
    theirs = edges(await listened(inference.VAD(min_silence_duration=0.2), samples))

    assert [kind for kind, _ in ours] == [kind for kind, _ in theirs]
    assert ours
    for (_, at), (_, expected) in zip(ours, theirs, strict=True):
        assert at == pytest.approx(expected, abs=3 * WINDOW)


async def test_a_window_of_speech_is_told_as_livekit_tells_it() -> None:
    samples = recorded(LONG)

    ours = {round(event.timestamp, 3): event for event in await listened(Detector(), samples)}
    theirs = await listened(inference.VAD(min_silence_duration=0.2), samples)

    speaking = [event for event in theirs if event.type not in EDGES and event.speaking]
    told = [(event, ours.get(round(event.timestamp, 3))) for event in speaking]
    same = [event for event, own in told if own is not None and own.speaking]
    assert len(same) >= 0.9 * len(speaking)


async def test_silence_is_told_of_once() -> None:
    events = await listened(Detector(), np.zeros(8000 * 3))

    assert [event.type for event in events] == [vad.VADEventType.INFERENCE_DONE]
    assert not events[0].speaking


async def test_a_flush_ends_the_segment_without_an_end_of_speech() -> None:
    speech = recorded(LONG)
    stream = Detector().stream()
    for at in range(0, 4000 + 8000, 160):  # into mid-speech
        stream.push_frame(rtc.AudioFrame(speech[at : at + 160].tobytes(), 8000, 1, 160))
    stream.flush()
    for _ in range(50):
        stream.push_frame(rtc.AudioFrame(bytes(320), 8000, 1, 160))
    stream.end_input()
    told = [event async for event in stream]
    await stream.aclose()

    assert [event.type for event in told if event.type in EDGES] == [
        vad.VADEventType.START_OF_SPEECH
    ]
    assert not told[-1].speaking


async def test_a_closed_stream_takes_no_more_frames() -> None:
    stream = Detector().stream()
    stream.end_input()

    with pytest.raises(RuntimeError, match="input ended"):
        stream.push_frame(rtc.AudioFrame(bytes(320), 8000, 1, 160))
    await stream.aclose()
