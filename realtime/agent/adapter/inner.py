"""The places where livekit's private names are used, each with what is expected of it.

Tested by tests/integration/realtime/agent/test_livekit_contract.py.
"""

import logging
from concurrent.futures import ThreadPoolExecutor

from livekit import local_inference
from livekit.agents import AgentSession, inference, llm
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_activity import (
    _SpeechHandleContextVar,  # pyright: ignore[reportPrivateUsage] -- no public way to ask
)

_PII = "lk.pii."
_HARMLESS = (  # said when a leg ends in mid-speech, and when the recogniser is quicker than the VAD
    "_SegmentSynchronizerImpl.",
    "stt end of speech received while vad",
)


def current_speech() -> SpeechHandle | None:
    """The speech on whose behalf this task runs: nodes, tools, audio forwarding, item events."""
    return _SpeechHandleContextVar.get(None)


def tokens_so_far(stream: llm.LLMStream) -> tuple[int, int]:
    """Input and output tokens that the vendor has reported of a stream that did not end.

    The Anthropic plugin yields usage with its last chunk only; a dropped request is billed too.
    """
    return (
        int(getattr(stream, "_input_tokens", 0)) + int(getattr(stream, "_cache_read_tokens", 0)),
        int(getattr(stream, "_output_tokens", 0)),
    )


def drop_prepared(session: AgentSession[None]) -> None:
    """Have the reply made anew at the turn's end instead of the one prepared before it."""
    if (activity := session._activity) is not None:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- see module
        activity._cancel_preemptive_generation()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- see module


def prewarm() -> None:
    """Load the local voice-activity model; blocks for about 200 ms."""
    local_inference.init_vad()


class SharedVad:
    """Local voice-activity detectors that share one thread instead of owning one each."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vad")

    def detector(self) -> inference.VAD:
        """One per call. 0.2 s of silence: below every endpointing, so the recogniser ends turns."""
        return inference.VAD(min_silence_duration=0.2, executor=self._threads)

    def close(self) -> None:
        """Let go of the thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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
