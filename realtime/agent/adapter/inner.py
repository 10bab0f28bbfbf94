"""The places where livekit's private names are used, each with what is expected of it.

Tested by tests/integration/realtime/agent/test_livekit_contract.py.
"""

import logging
from collections.abc import Callable
from typing import cast

from anthropic.types import RawMessageStreamEvent
from livekit.agents import AgentSession, llm
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_activity import (
    _SpeechHandleContextVar,  # pyright: ignore[reportPrivateUsage] -- no public way to ask
)
from livekit.agents.voice.transcription._speaking_rate import SpeakingRateDetector
from livekit.agents.voice.transcription.synchronizer import TranscriptSynchronizer

_Parse = Callable[[llm.LLMStream, RawMessageStreamEvent], llm.ChatChunk | None]

_RATE_STEP = 0.5  # seconds
_PII = "lk.pii."
_HARMLESS = (  # said when a leg ends in mid-speech, and when the recogniser is quicker than the VAD
    "_SegmentSynchronizerImpl.",
    "stt end of speech received while vad",
)


def current_speech() -> SpeechHandle | None:
    """The speech on whose behalf this task runs: nodes, tools, audio forwarding, item events."""
    return _SpeechHandleContextVar.get(None)


class TokenCount:
    """Tokens that the vendor has reported of a request, also of one that is dropped.

    The Anthropic plugin yields usage with its last chunk only, and adds the count of the opening
    event to the closing one's, which includes it already.
    """

    def __init__(self, stream: llm.LLMStream) -> None:
        """Watch the events of a request that has just been made."""
        self.read = self.written = 0
        parse = cast("_Parse", vars(type(stream))["_parse_event"])

        def watched(event: RawMessageStreamEvent) -> llm.ChatChunk | None:
            if event.type == "message_start":
                usage = event.message.usage
                cached = (usage.cache_creation_input_tokens, usage.cache_read_input_tokens)
                self.read = usage.input_tokens + sum(count or 0 for count in cached)
                self.written = usage.output_tokens
            elif event.type == "message_delta":
                self.written = event.usage.output_tokens
            return parse(stream, event)

        vars(stream)["_parse_event"] = watched


def measure_speech_coarsely(synchroniser: TranscriptSynchronizer) -> None:
    """Have the rate of speech measured twice a second, not ten times: a sixth of a call's CPU time.

    The rate tells which of the words have been heard when the agent is interrupted.
    """
    options = synchroniser._opts  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- see module
    options.speaking_rate_detector = SpeakingRateDetector(step_size=_RATE_STEP)


def drop_prepared(session: AgentSession[None]) -> None:
    """Have the reply made anew at the turn's end instead of the one prepared before it."""
    if (activity := session._activity) is not None:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- see module
        activity._cancel_preemptive_generation()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- see module


class _Discreet(logging.Filter):
    """livekit logs transcripts as `lk.pii.*` fields and quotes texts in exceptions: drop both."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(_HARMLESS):
            return False
        for field in [name for name in vars(record) if name.startswith(_PII)]:
            delattr(record, field)
        if record.exc_info and record.exc_info[0]:
            record.msg = f"{record.msg} ({record.exc_info[0].__name__})"
            record.exc_info = record.exc_text = None
        if record.args:
            record.msg, record.args = str(record.msg), ()
        return True


def quiet_logs() -> None:
    """Let livekit log warnings only, and nothing that a caller or the model has said."""
    logger = logging.getLogger("livekit.agents")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(known, _Discreet) for known in logger.filters):
        logger.addFilter(_Discreet())
