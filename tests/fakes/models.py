"""Models for livekit sessions that say what a test tells them, when it tells them."""

from typing import NoReturn

from livekit import rtc
from livekit.agents import LanguageCode, llm, stt, tts, utils
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

RATE = 8000
_TEXT = {
    "interim": stt.SpeechEventType.INTERIM_TRANSCRIPT,
    "preflight": stt.SpeechEventType.PREFLIGHT_TRANSCRIPT,
    "final": stt.SpeechEventType.FINAL_TRANSCRIPT,
}


class CuedStt(stt.STT[str]):
    """Hears what it is told; keeps the frames it is given."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=True))
        self.frames: list[rtc.AudioFrame] = []
        self.current: _CuedStream | None = None

    async def _recognize_impl(self, buffer: utils.AudioBuffer, **_: object) -> NoReturn:
        raise NotImplementedError

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> "_CuedStream":
        self.current = _CuedStream(stt=self, conn_options=conn_options)
        return self.current

    def hear(self, kind: str, text: str = "") -> None:
        """`start` and `end` of speech, or `interim`, `preflight`, `final` words."""
        assert self.current is not None
        if kind in _TEXT:
            data = stt.SpeechData(language=LanguageCode("en"), text=text, confidence=0.9)
            event = stt.SpeechEvent(_TEXT[kind], alternatives=[data])
        elif kind == "start":
            event = stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH)
        else:
            event = stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH)
        self.current.emit(event)

    def turn(self, text: str) -> None:
        """A whole turn."""
        self.hear("start")
        self.hear("final", text)
        self.hear("end")


class _CuedStream(stt.RecognizeStream):
    def emit(self, event: stt.SpeechEvent) -> None:
        self._event_ch.send_nowait(event)

    async def _run(self) -> None:
        async for frame in self._input_ch:
            if isinstance(frame, rtc.AudioFrame):
                assert isinstance(self._stt, CuedStt)
                self._stt.frames.append(frame)


class ScriptedLlm(llm.LLM[str]):
    """Gives its answers in turn: a text, or a tool's name to call without arguments."""

    def __init__(self, *answers: str, tools: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.answers, self.tools = list(answers), tools
        self.asked: list[llm.ChatContext] = []

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: object,
    ) -> llm.LLMStream:
        self.asked.append(chat_ctx)
        return _ScriptedStream(
            self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options
        )


class _ScriptedStream(llm.LLMStream):
    async def _run(self) -> None:
        assert isinstance(self._llm, ScriptedLlm)
        answer = self._llm.answers[min(len(self._llm.asked), len(self._llm.answers)) - 1]
        if answer in self._llm.tools:
            call = llm.FunctionToolCall(name=answer, arguments="{}", call_id=utils.shortuuid())
            self._say(llm.ChoiceDelta(role="assistant", tool_calls=[call]))
            return
        for word in answer.split(" "):
            self._say(llm.ChoiceDelta(role="assistant", content=f"{word} "))

    def _say(self, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id="x", delta=delta))


class SteadyTts(tts.TTS[str]):
    """A quarter of a second of silence for every word."""

    def __init__(self) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=True), sample_rate=RATE, num_channels=1
        )
        self.spoken: list[str] = []

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return self._synthesize_with_stream(text, conn_options=conn_options)

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.SynthesizeStream:
        return _SteadyStream(tts=self, conn_options=conn_options)


class _SteadyStream(tts.SynthesizeStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id="x",
            sample_rate=RATE,
            num_channels=1,
            mime_type="audio/pcm",
            stream=True,
            frame_size_ms=20,
        )
        output_emitter.start_segment(segment_id="x")
        words = 0
        async for token in self._input_ch:
            if isinstance(token, str):
                assert isinstance(self._tts, SteadyTts)
                self._tts.spoken.append(token)
                self._mark_started()
                count = len(token.split())
                words += count
                output_emitter.push(b"\0\0" * (RATE // 4) * count)
        output_emitter.end_segment()
