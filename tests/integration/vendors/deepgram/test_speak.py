"""/v1/speak with the real engine: when sound starts, how it stops, what it is made of."""

import asyncio

import numpy as np
import pytest
from deepgram.speak.v1.types import SpeakV1Text

from infra.local.vendors.engines.audio import amplitude
from tests.fixtures.deepgram_server import DeepgramServer
from tests.integration.vendors.deepgram.conversation import (
    new_call,
    pcm_of,
    say,
    speaking,
    until,
)

pytestmark = pytest.mark.integration

LONG = "We are open from nine in the morning until six in the evening, from Monday to Friday. " * 4


async def test_sound_starts_at_the_first_clause_without_a_flush(deepgram: DeepgramServer) -> None:
    call = new_call()
    async with speaking(deepgram, call=call) as socket:
        for token in ("Of course I can,", " let me"):
            await socket.send_text(SpeakV1Text(text=token))
        assert (await socket.recv()).type == "Metadata"
        assert isinstance(await socket.recv(), bytes)

    started = [entry for entry in deepgram.journal(call) if entry["event"] == "tts.start"]
    assert [entry["text"] for entry in started] == ["Of course I can,"]


async def test_every_reply_is_confirmed_in_sequence(deepgram: DeepgramServer) -> None:
    async with speaking(deepgram) as socket:
        for number in range(3):
            await socket.send_text(SpeakV1Text(text="Good morning."))
            await socket.send_flush()
            spoken = await until(socket, "Flushed")

            assert spoken.messages[-1].sequence_id == number
            assert 0.3 < len(spoken.audio) / 8000 < 3


@pytest.mark.parametrize(
    ("encoding", "rate"),
    [("mulaw", 8000), ("linear16", 8000), ("linear16", 16000), ("linear16", 24000)],
)
async def test_an_utterance_lasts_as_long_in_every_format(
    deepgram: DeepgramServer, encoding: str, rate: int
) -> None:
    spoken = await say(
        deepgram, "What time do you close?", encoding=encoding, sample_rate=str(rate)
    )

    width = 1 if encoding == "mulaw" else 2
    assert len(spoken.audio) / (width * rate) == pytest.approx(1.3, abs=0.5)


async def test_clear_stops_at_once_and_the_next_reply_is_whole(deepgram: DeepgramServer) -> None:
    call = new_call()
    async with speaking(deepgram, call=call) as socket:
        await socket.send_text(SpeakV1Text(text=LONG))
        await socket.send_flush()
        while not isinstance(await socket.recv(), bytes):
            pass
        await socket.send_clear()
        cut = await until(socket, "Cleared")

        await socket.send_text(SpeakV1Text(text="Good morning."))
        await socket.send_flush()
        after = await until(socket, "Flushed")

    assert [message.type for message in after.messages] == ["Flushed"]
    assert 0.3 < len(after.audio) / 8000 < 3
    assert len(cut.audio) / 8000 < 10
    events = [entry["event"] for entry in deepgram.journal(call)]
    assert events.count("tts.cleared") == 1
    assert events.count("tts.flushed") == 1


async def test_the_journal_knows_where_the_utterance_becomes_audible(
    deepgram: DeepgramServer,
) -> None:
    call = new_call()
    spoken = await say(deepgram, "Hello, how may I help you today?", call=call)

    journal = {entry["event"]: entry for entry in deepgram.journal(call)}
    pcm = pcm_of(spoken.audio).astype(np.float64)
    blocks = pcm[: len(pcm) // 80 * 80].reshape(-1, 80)  # of 10 ms
    loud = np.flatnonzero(np.sqrt(np.mean(blocks**2, axis=1)) >= amplitude(-45.0) * 32768)
    assert journal["tts.onset"]["onset_ms"] == int(loud[0]) * 10
    assert journal["tts.flushed"]["audio_ms"] == pytest.approx(len(spoken.audio) / 8, abs=0.1)
    order = ["tts.text_first", "tts.start", "tts.first_audio", "tts.flushed"]
    assert sorted(order, key=lambda name: journal[name]["t"]) == order


async def test_close_speaks_what_is_left(deepgram: DeepgramServer) -> None:
    async with speaking(deepgram) as socket:
        await socket.send_text(SpeakV1Text(text="Thank you and goodbye"))
        await socket.send_close()

        audio = b"".join([message async for message in socket if isinstance(message, bytes)])

    assert len(audio) > 4000


async def test_two_callers_are_spoken_to_at_once(deepgram: DeepgramServer) -> None:
    async with asyncio.TaskGroup() as tasks:
        replies = [tasks.create_task(say(deepgram, LONG)) for _ in range(2)]

    assert all(len(reply.result().audio) / 8000 > 10 for reply in replies)
