"""What a realtime process holds once for all its conversations, warmed up before the first call."""

import asyncio
import contextlib
import logging

import anthropic
import httpx
import numpy as np
import openai
from deepgram.speak.v1.types import SpeakV1Text

from aiconnected.calls.models import AgentConfig, CallConfig, VoiceConfig
from aiconnected.kit.clock import SystemClock
from realtime.agent import rehearsal
from realtime.agent.adapter import inner
from realtime.agent.announcer import lines_of
from realtime.agent.conversation import Conversation
from realtime.agent.lines import RATE, Line, LineStore
from realtime.agent.ports import FactSink, Knowledge, Ports
from realtime.agent.resources import Resources
from realtime.agent.retrieval import Embedder, KnowledgeSearch, Lookup
from realtime.agent.settings import AgentSettings
from realtime.agent.speech import activity
from realtime.agent.speech.failures import VendorFailure, as_failure
from realtime.agent.speech.sockets import open_socket
from realtime.audio import ulaw_encode

logger = logging.getLogger(__name__)

_LINE = 10.0  # seconds in which a line must be made
_REHEARSAL = 2.0
_SETTLE = 0.2  # seconds for the vendors' sockets to open


class AgentHost:
    """Make one, `await start()`, take conversations from it, `await close()`."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        self._speech_http = httpx.AsyncClient(timeout=settings.connect_timeout)
        self._embedding_http = openai.DefaultAsyncHttpxClient()
        self._embedder = Embedder(
            url=settings.openai_url,
            api_key=settings.openai_api_key,
            model=settings.embedding_model,
            http=self._embedding_http,
            timeout=settings.retrieval_timeout,
        )
        self._resources = Resources(
            settings=settings,
            speech_http=self._speech_http,
            model_http=anthropic.DefaultAsyncHttpxClient(),
            lines=LineStore(settings.lines_dir, synthesise=self._synthesise),
        )

    async def start(self) -> None:
        """Load the voice-activity model and hold one call with nobody: the first costs 120 ms."""
        inner.quiet_logs()
        await asyncio.to_thread(activity.load)
        config = rehearsal.rehearsal_config()
        for text in lines_of(config.agent):
            silence = Line(text=text, mulaw=b"\xff" * RATE)
            self._resources.lines.put(config.agent.voice, silence)
        leg = rehearsal.NobodyThere()
        conversation = self.conversation(
            config, facts=rehearsal.NoFacts(), ports=Ports(clock=SystemClock())
        )
        await conversation.attach(leg)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_REHEARSAL):
                await leg.heard.wait()
        await asyncio.sleep(_SETTLE)
        await conversation.stop(rehearsal.NAME)

    async def close(self) -> None:
        """Let go of all that is shared; the conversations have been stopped before."""
        await self._resources.lines.close()
        await self._speech_http.aclose()
        await self._embedding_http.aclose()
        await self._resources.model_http.aclose()

    def conversation(self, config: CallConfig, *, facts: FactSink, ports: Ports) -> Conversation:
        """A conversation for one call; it does nothing before `attach`."""
        return Conversation(config, facts=facts, ports=ports, resources=self._resources)

    def knowledge(self, lookup: Lookup, *, user: str) -> Knowledge:
        """Retrieval over `lookup`, a search by text and vector; `user` names the call."""
        return KnowledgeSearch(
            self._embedder, lookup, user=user, timeout=self._settings.retrieval_timeout
        )

    async def prewarm(self, agent: AgentConfig) -> int:
        """Have the fixed lines of an agent at hand; how many are."""
        ready = 0
        for text in lines_of(agent):
            try:
                await self._resources.lines.get(agent.voice, text)
                ready += 1
            except VendorFailure as exc:
                logger.warning("line not made", extra={"code": exc.code})
        return ready

    async def _synthesise(self, voice: VoiceConfig, text: str) -> bytes:
        connecting = self._resources.deepgram().speak.v1.connect(
            model=voice.model,
            encoding="linear16",
            sample_rate=str(RATE),
            speed=voice.rate if voice.rate != 1.0 else None,
            request_options={"additional_query_parameters": {"tag": "line"}},
        )
        connection = await open_socket(connecting, timeout=self._settings.connect_timeout)
        audio = bytearray()
        try:
            with as_failure():
                async with asyncio.timeout(_LINE):
                    await connection.socket.send_text(SpeakV1Text(type="Speak", text=text))
                    await connection.socket.send_flush()
                    async for message in connection.socket:
                        if isinstance(message, bytes):
                            audio += message
                        elif getattr(message, "type", None) == "Flushed":
                            return ulaw_encode(np.frombuffer(bytes(audio), np.int16))
        finally:
            await connection.aclose_quietly()
        raise VendorFailure("closed_1000")
