"""What we expect of livekit-agents beyond its documentation: an upgrade must pass this first."""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator

import anthropic
import numpy as np
import pytest
from livekit import rtc
from livekit.agents import (
    Agent,
    FlushSentinel,
    ModelSettings,
    RunContext,
    function_tool,
    llm,
)
from livekit.agents.llm import ToolResult
from livekit.plugins import anthropic as claude

from realtime.agent.adapter import inner
from realtime.agent.adapter.audio import frames_of
from realtime.agent.lines import Line
from realtime.agent.speech import activity
from realtime.agent.speech.heard import WIRE
from realtime.ports import Encoding, Frame
from tests.fakes.models import ScriptedLlm
from tests.fakes.session import Room, speech_id, talking
from tests.fixtures.agent import Vendors, speech

pytestmark = pytest.mark.integration

LONG = "one two three four five six seven eight nine ten"


async def test_the_carriers_bytes_and_marks_travel_with_every_frame_to_the_recogniser() -> None:
    async with talking(Room(ScriptedLlm("yes"))) as room:
        for number in range(20):
            payload = bytes([number]) * 160
            room.input.push(Frame(payload, Encoding.MULAW, 8000, number * 20), arrived=1.0)
        await room.until(lambda: len(room.stt.frames) >= 20)

    assert [frame.userdata.get(WIRE) for frame in room.stt.frames[:20]] == [
        bytes([number]) * 160 for number in range(20)
    ]


async def test_nodes_audio_and_items_of_a_reply_know_theirspeech_id() -> None:
    seen: dict[str, str | None] = {}

    class Curious(Agent):
        async def llm_node(
            self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
        ) -> AsyncIterator[llm.ChatChunk | str | FlushSentinel]:
            seen["llm"] = speech_id()
            async for chunk in Agent.default.llm_node(self, chat_ctx, tools, model_settings):
                yield chunk

        async def tts_node(
            self, text: AsyncIterable[str], model_settings: ModelSettings
        ) -> AsyncIterator[rtc.AudioFrame]:
            seen["tts"] = speech_id()
            async for frame in Agent.default.tts_node(self, text, model_settings):
                yield frame

    async with talking(Room(ScriptedLlm("hello there")), Curious(instructions="x")) as room:
        handle = room.session.generate_reply(user_input="hi")
        await handle

    assert seen == {"llm": handle.id, "tts": handle.id}
    assert room.began == [handle.id]
    assert [speech for speech, _ in room.items] == [handle.id, handle.id]


async def test_a_preflight_prepares_the_reply_and_the_same_words_adopt_it() -> None:
    async with talking(Room(ScriptedLlm("hello there"))) as room:
        room.stt.hear("start")
        room.stt.hear("preflight", "how are you")
        await room.until(lambda: room.tts.spoken)
        asked_before_the_end = len(room.model.asked)
        room.stt.hear("final", "how are you")
        room.stt.hear("end")
        await room.until(lambda: room.heard)

    assert asked_before_the_end == 1
    assert len(room.model.asked) == 1
    assert room.heard == ["hello there "]


async def test_a_prepared_reply_calls_no_tool_before_the_turn_is_confirmed() -> None:
    calls: list[float] = []

    async def look(raw_arguments: dict[str, object], context: RunContext[None]) -> str:
        calls.append(asyncio.get_running_loop().time())
        return "found"

    schema = {"name": "look", "description": "", "parameters": {"type": "object", "properties": {}}}
    agent = Agent(instructions="x", tools=[function_tool(look, raw_schema=schema)])
    model = ScriptedLlm("look", "found it", tools=("look",))
    async with talking(Room(model), agent) as room:
        room.stt.hear("start")
        room.stt.hear("preflight", "look it up")
        await room.until(lambda: room.model.asked)
        await asyncio.sleep(0.1)
        called_early = list(calls)
        confirmed = asyncio.get_running_loop().time()
        room.stt.hear("final", "look it up")
        room.stt.hear("end")
        await room.until(lambda: room.heard)

    assert called_early == []
    assert len(calls) == 1
    assert calls[0] >= confirmed


async def test_a_dropped_preparation_is_made_anew_at_the_end_of_the_turn() -> None:
    async with talking(Room(ScriptedLlm("first", "second"))) as room:
        room.stt.hear("start")
        room.stt.hear("preflight", "how are you")
        await room.until(lambda: room.tts.spoken)
        inner.drop_prepared(room.session)
        room.stt.hear("final", "how are you")
        room.stt.hear("end")
        await room.until(lambda: room.heard)

    assert len(room.model.asked) == 2
    assert room.heard == ["second "]


async def test_a_silent_tool_result_asks_the_model_nothing_more() -> None:
    async def end(raw_arguments: dict[str, object], context: RunContext[None]) -> ToolResult:
        return ToolResult("ended", reply_required=False)

    schema = {"name": "end", "description": "", "parameters": {"type": "object", "properties": {}}}
    agent = Agent(instructions="x", tools=[function_tool(end, raw_schema=schema)])
    async with talking(Room(ScriptedLlm("end", tools=("end",))), agent) as room:
        await room.session.generate_reply(user_input="bye")

    assert len(room.model.asked) == 1


async def test_after_an_interruption_history_holds_what_was_heard() -> None:
    async with talking(Room(ScriptedLlm(LONG, "sure"))) as room:
        room.stt.turn("count")
        await room.until(lambda: len(room.leg.heard) > 45)
        room.stt.turn("stop")
        await room.until(lambda: len(room.heard) == 2)

    assert LONG.startswith(room.heard[0].strip())
    assert 1 <= len(room.heard[0].split()) <= 7
    assert [item.interrupted for _, item in room.items if item.role == "assistant"] == [True, False]


async def test_the_rate_of_speech_is_measured_twice_a_second() -> None:
    second = np.random.default_rng(1).integers(-9000, 9000, 8000).astype(np.int16).tobytes()
    async with talking(Room(ScriptedLlm("yes"))) as room:
        stream = room.sync._opts.speaking_rate_detector.stream()  # noqa: SLF001 -- what is leant on
        for _ in range(3):
            stream.push_frame(rtc.AudioFrame(second, 8000, 1, 8000))
        stream.end_input()
        measured = [event.timestamp async for event in stream]
        await stream.aclose()

    assert np.diff(measured[:5]) == pytest.approx([0.5] * 4)


async def test_a_noise_without_words_pauses_speech_and_lets_it_go_on_from_there() -> None:
    activity.load()
    room = Room(ScriptedLlm(f"{LONG} {LONG}"), vad=activity.Detector())
    async with talking(room):
        pump = asyncio.create_task(_caller(room))
        handle = room.session.generate_reply(user_input="count")
        await room.until(lambda: room.mouth.paused_at is not None, seconds=4)
        paused = len(room.leg.heard)
        await room.until(lambda: room.mouth.paused_at is None, seconds=6)
        await room.until(lambda: len(room.leg.heard) > paused + 20)
        interrupted = handle.interrupted
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)

    assert not interrupted
    assert room.leg.cleared <= 1  # at the very end


async def test_cached_audio_is_said_without_the_voice() -> None:
    line = Line(text="hello", mulaw=b"\x80" * 1600)
    async with talking(Room(ScriptedLlm("x"))) as room:
        await room.session.say(line.text, audio=frames_of(line))

    assert room.tts.spoken == []
    assert [spoken.data for spoken in room.leg.heard] == [b"\x80" * 160] * 10
    assert room.heard == ["hello"]


async def test_tokens_of_finished_and_dropped_requests_are_those_the_vendor_reported(
    vendors: Vendors,
) -> None:
    client = anthropic.AsyncAnthropic(api_key="key", base_url=vendors.origins["anthropic"])
    model = claude.LLM(model="claude-sonnet-4-6", api_key="key", client=client, max_tokens=100)
    context = llm.ChatContext.empty()
    context.add_message(role="system", content="You are a receptionist.")
    context.add_message(role="user", content="Hello")

    async with model.chat(chat_ctx=context) as stream:
        count = inner.TokenCount(stream)
        usage = [chunk.usage async for chunk in stream if chunk.usage][-1]
    async with model.chat(chat_ctx=context) as dropped:
        partial = inner.TokenCount(dropped)
        await anext(dropped)
    await model.aclose()
    await client.close()

    assert count.read == usage.prompt_tokens
    assert 0 < count.written <= usage.completion_tokens
    assert partial.read == usage.prompt_tokens


def test_livekit_logs_neither_what_was_said_nor_tracebacks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inner.quiet_logs()
    logger = logging.getLogger("livekit.agents")

    with caplog.at_level(logging.WARNING, logger="livekit.agents"):
        logger.error(
            "failed",
            exc_info=ValueError("no audio frames were pushed for text: my name is Emily"),
            extra={"lk.pii.user_transcript": "my name is Emily"},
        )

    assert len(caplog.records) == 1
    assert "Emily" not in caplog.text
    assert "lk.pii.user_transcript" not in vars(caplog.records[0])


async def _caller(room: Room) -> None:
    """A second of a voice, then silence."""
    voice = speech(1.0)
    number = 0
    while True:
        await asyncio.sleep(0.02)
        piece = voice[(number - 20) * 160 : (number - 19) * 160] if 20 <= number < 70 else None
        data = piece or b"\xff" * 160
        room.input.push(Frame(data, Encoding.MULAW, 8000, number * 20), arrived=0.0)
        number += 1
