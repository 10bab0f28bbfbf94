"""/v1/listen with the real engines: what is recognised, and when a turn ends."""

from itertools import pairwise

import numpy as np
import pytest

from infra.local.vendors.engines.audio import amplitude
from tests.fixtures.deepgram_server import DeepgramServer
from tests.integration.vendors.deepgram.conversation import (
    hear,
    listening,
    new_call,
    noise,
    pcm_of,
    results,
    say,
    send,
    silence,
    text_of,
    turns,
)

pytestmark = pytest.mark.integration

QUESTION = "What time do you close on Saturday?"
REQUEST = "I would like to book an appointment for a dental cleaning next Tuesday morning."


def words(text: str) -> set[str]:
    return {word.strip(".,?!").lower() for word in text.split()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUESTION, {"what", "time", "close", "saturday"}),
        (REQUEST, {"book", "appointment", "dental", "tuesday", "morning"}),
        ("Do you have parking near the office?", {"parking", "office"}),
    ],
)
async def test_what_speak_says_listen_understands(
    deepgram: DeepgramServer, text: str, expected: set[str]
) -> None:
    spoken = await say(deepgram, text)

    messages = await hear(deepgram, silence(0.5) + spoken.audio + silence(1.0))

    assert len(turns(messages)) == 1
    assert expected <= words(turns(messages)[0])


@pytest.mark.parametrize("rate", [8000, 16000])
async def test_linear16_is_understood_at_both_rates(deepgram: DeepgramServer, rate: int) -> None:
    spoken = await say(deepgram, QUESTION, encoding="linear16", sample_rate=str(rate))
    quiet = bytes(2 * rate)

    messages = await hear(
        deepgram,
        quiet + spoken.audio + quiet,
        frame=rate // 50 * 2,
        encoding="linear16",
        sample_rate=str(rate),
    )

    assert {"close", "saturday"} <= words(turns(messages)[0])


async def test_samples_split_between_messages_are_joined(deepgram: DeepgramServer) -> None:
    spoken = await say(deepgram, QUESTION, encoding="linear16")
    quiet = bytes(16000)

    messages = await hear(deepgram, quiet + spoken.audio + quiet, frame=319, encoding="linear16")

    assert {"close", "saturday"} <= words(turns(messages)[0])


async def test_interim_results_grow_and_the_last_one_is_ready_before_the_turn_ends(
    deepgram: DeepgramServer,
) -> None:
    call = new_call()
    spoken = await say(deepgram, REQUEST)

    audio = silence(0.3) + spoken.audio + silence(1.0)
    messages = results(await hear(deepgram, audio, call=call, speed=1.0, endpointing="500"))

    interims = [message for message in messages if not message.is_final]
    assert len(interims) >= 3
    assert all(before.duration <= after.duration for before, after in pairwise(interims))
    ready, final = interims[-1], messages[-1]
    assert text_of(ready) == text_of(final)
    last_word = ready.channel.alternatives[0].words[-1]
    assert ready.start + ready.duration - last_word.end >= 0.05


async def test_the_last_word_ends_where_the_speech_ends(deepgram: DeepgramServer) -> None:
    spoken = await say(deepgram, QUESTION)
    loud = np.flatnonzero(np.abs(pcm_of(spoken.audio)) >= amplitude(-45.0) * 32768)
    end_of_speech = 0.5 + int(loud[-1]) / 8000

    messages = await hear(deepgram, silence(0.5) + spoken.audio + silence(1.0))

    final = next(message for message in results(messages) if message.speech_final)
    placed = final.channel.alternatives[0].words
    assert placed[-1].end == pytest.approx(end_of_speech, abs=0.1)
    assert all(one.end <= other.start + 1e-3 for one, other in pairwise(placed))
    assert [word.punctuated_word for word in placed] == text_of(final).split()


async def test_a_pause_shorter_than_endpointing_does_not_end_the_turn(
    deepgram: DeepgramServer,
) -> None:
    first, second = await say(deepgram, QUESTION), await say(deepgram, REQUEST)
    audio = first.audio + silence(0.3) + second.audio + silence(1.2)

    patient = await hear(deepgram, audio, endpointing="900")
    hasty = await hear(deepgram, audio, endpointing="150")

    assert len(turns(patient)) == 1
    assert {"saturday", "dental"} <= words(turns(patient)[0])
    assert len(turns(hasty)) >= 2


async def test_utterance_end_follows_the_last_word(deepgram: DeepgramServer) -> None:
    spoken = await say(deepgram, QUESTION)

    messages = await hear(
        deepgram, spoken.audio + silence(2.5), utterance_end_ms="1000", vad_events="true"
    )

    kinds = [message.type for message in messages]
    assert kinds[0] == "SpeechStarted"
    assert kinds.count("UtteranceEnd") == 1
    end = messages[kinds.index("UtteranceEnd")]
    final = next(message for message in results(messages) if message.speech_final)
    assert messages.index(final) < messages.index(end)
    assert end.last_word_end == final.channel.alternatives[0].words[-1].end


async def test_without_endpointing_no_turn_ends_but_finalize_gives_the_text(
    deepgram: DeepgramServer,
) -> None:
    spoken = await say(deepgram, QUESTION)
    messages = []
    async with listening(deepgram, endpointing="false", interim_results="false") as socket:
        await send(socket, spoken.audio + silence(0.4), speed=8)
        await socket.send_finalize()
        messages.append(await socket.recv())
        await socket.send_close_stream()
        messages += [message async for message in socket]

    assert messages[0].from_finalize
    assert messages[0].is_final
    assert "saturday" in words(text_of(messages[0]))
    assert not any(message.speech_final for message in results(messages))
    assert messages[-1].type == "Metadata"


async def test_without_endpointing_a_second_of_silence_makes_a_final(
    deepgram: DeepgramServer,
) -> None:
    spoken = await say(deepgram, QUESTION)

    messages = await hear(deepgram, spoken.audio + silence(2), endpointing="false")

    finals = [message for message in results(messages) if message.is_final]
    assert [message.speech_final for message in finals] == [False]
    assert "saturday" in words(text_of(finals[0]))


async def test_close_stream_gives_the_rest_and_a_summary(deepgram: DeepgramServer) -> None:
    spoken = await say(deepgram, QUESTION)

    messages = await hear(deepgram, spoken.audio)

    assert "saturday" in words(" ".join(text_of(message) for message in results(messages)))
    summary = messages[-1]
    assert summary.type == "Metadata"
    assert summary.duration == pytest.approx(len(spoken.audio) / 8000, abs=0.01)
    assert len(summary.sha256) == 64


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(silence(4), id="silence"),
        pytest.param(noise(4, level=0.003), id="line noise"),
        pytest.param(noise(4, level=0.03), id="loud noise"),
        pytest.param(silence(1) + noise(0.08, level=0.3) + silence(2), id="a crack"),
    ],
)
async def test_nothing_is_heard_where_nobody_speaks(deepgram: DeepgramServer, audio: bytes) -> None:
    messages = await hear(deepgram, audio)

    assert [text_of(message) for message in results(messages) if text_of(message)] == []


async def test_plain_text_comes_without_capitals_and_punctuation(deepgram: DeepgramServer) -> None:
    spoken = await say(deepgram, QUESTION)

    messages = await hear(deepgram, spoken.audio + silence(1), smart_format="false")

    assert turns(messages) == ["what time do you close on saturday"]
    assert results(messages)[-1].channel.alternatives[0].words[0].punctuated_word is None


async def test_the_journal_tells_the_way_of_a_turn(deepgram: DeepgramServer) -> None:
    call = new_call()
    spoken = await say(deepgram, QUESTION, call=call)
    audio = silence(0.3) + spoken.audio + silence(1)
    await hear(deepgram, audio, call=call, speed=1.0)

    journal = [entry for entry in deepgram.journal(call) if entry["event"].startswith("stt.")]

    at = {entry["event"]: entry["t"] for entry in journal}
    for way in (
        ("audio_first", "speech_started", "silence", "eager", "decoded", "final"),
        ("silence", "endpoint", "final"),  # a busy machine is still decoding at the endpoint
    ):
        times = [at[f"stt.{name}"] for name in way]
        assert times == sorted(times)
    ends = [entry for entry in journal if entry["event"] == "stt.speech_end"]
    heard = at["stt.audio_first"] + ends[-1]["audio_ms"] / 1000
    assert ends[-1]["arrived"] == pytest.approx(heard, abs=0.2)
    endpoint = next(entry for entry in journal if entry["event"] == "stt.endpoint")
    assert endpoint["ready"] or at["stt.decoded"] > endpoint["t"]


async def test_calls_side_by_side_do_not_mix(deepgram: DeepgramServer) -> None:
    first, second = await say(deepgram, QUESTION), await say(deepgram, REQUEST)
    async with (
        listening(deepgram, call=new_call()) as one,
        listening(deepgram, call=new_call()) as other,
    ):
        for socket, spoken in ((one, first), (other, second)):
            await send(socket, spoken.audio + silence(0.6), speed=16)
        for socket in (one, other):
            await socket.send_close_stream()
        heard = [turns([message async for message in socket]) for socket in (one, other)]

    assert "saturday" in words(" ".join(heard[0]))
    assert "dental" in words(" ".join(heard[1]))
    assert "dental" not in words(" ".join(heard[0]))
