"""What the conversations of one process share: HTTP clients, cached lines."""

from dataclasses import dataclass

import anthropic
import httpx
from deepgram import AsyncDeepgramClient
from livekit.plugins import anthropic as claude

from aiconnected.calls.models import CallConfig, VoiceConfig
from realtime.agent.adapter.session import Models
from realtime.agent.lines import LineStore
from realtime.agent.settings import AgentSettings
from realtime.agent.speech.activity import Detector
from realtime.agent.speech.heard import Listener, ListenOptions
from realtime.agent.speech.listen import DeepgramSTT
from realtime.agent.speech.sockets import deepgram_client
from realtime.agent.speech.speak import DeepgramTTS, SpeakOptions, SpeechListener


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Shared by the calls of one process: a new HTTP client blocks the loop for 40 ms."""

    settings: AgentSettings
    speech_http: httpx.AsyncClient
    model_http: anthropic.DefaultAsyncHttpxClient
    lines: LineStore

    def deepgram(self) -> AsyncDeepgramClient:
        """A client with its own key."""
        return deepgram_client(
            url=self.settings.deepgram_url,
            ws_url=self.settings.deepgram_ws_url,
            api_key=self.settings.deepgram_api_key,
            http=self.speech_http,
        )

    def ears(self, config: CallConfig, *, listener: Listener) -> DeepgramSTT:
        """The recogniser of one call."""
        agent = config.agent
        options = ListenOptions(
            model=agent.stt_model,
            language=agent.language,
            endpointing_ms=agent.turn.endpointing_ms,
            tag=str(config.call_id),
            connect_timeout=self.settings.connect_timeout,
        )
        return DeepgramSTT(self.deepgram(), options, listener=listener)

    def voice(self, voice: VoiceConfig, *, tag: str, listener: SpeechListener) -> DeepgramTTS:
        """The synthesiser of one call."""
        options = SpeakOptions(
            model=voice.model,
            rate=voice.rate,
            tag=tag,
            connect_timeout=self.settings.connect_timeout,
            attempt_timeout=self.settings.attempt_timeout,
        )
        return DeepgramTTS(self.deepgram(), options, listener=listener)

    def model(self, config: CallConfig) -> claude.LLM:
        """The model of one call, over the shared HTTP client with an explicit key."""
        client = anthropic.AsyncAnthropic(
            api_key=self.settings.anthropic_api_key,
            base_url=self.settings.anthropic_url,
            http_client=self.model_http,
            max_retries=0,
        )
        return claude.LLM(
            model=config.agent.llm_model,
            api_key=self.settings.anthropic_api_key,
            client=client,
            max_tokens=config.agent.max_tokens,
        )

    def models(
        self, config: CallConfig, *, listener: Listener, speech_listener: SpeechListener
    ) -> Models:
        """Everything a session needs, fresh."""
        return Models(
            stt=self.ears(config, listener=listener),
            llm=self.model(config),
            tts=self.voice(config.agent.voice, tag=str(config.call_id), listener=speech_listener),
            vad=Detector() if self.settings.local_vad else None,
        )
