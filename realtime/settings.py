"""Settings of the realtime plane, read from the environment once, in `server.main`."""

import os
import secrets
import socket
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from aiconnected.wiring.settings import check_local_urls
from realtime.agent.settings import AgentSettings


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class RealtimeSettings(BaseSettings):
    """One field an environment variable of the same name in capitals (see `.env.example`)."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    stage: Literal["local", "dev", "staging", "prod"] = "local"
    log_level: str = "INFO"
    allow_local_urls: bool = False  # of tenants: what is on this very host
    realtime_host: str = "0.0.0.0"  # noqa: S104 -- a container's port; the local stack says 127.0.0.1
    realtime_port: int = 8080
    owner_id: str = Field(default_factory=_owner)  # new with each process: names its leases
    max_calls: int = 30  # facts/livekit-agents.md: 25 to 30 calls an event loop
    max_loop_lag_ms: float = 20.0  # p95 of the ticker's lateness above which calls are refused
    drain_seconds: float = 1800.0  # how long a stopping process lets live calls finish
    start_seconds: float = 30.0  # a media socket's time to say which call it is (G13)

    database_url_app: SecretStr
    database_url_platform: SecretStr
    redis_url: SecretStr
    recordings_bucket: str
    call_ended_queue_url: str
    document_added_queue_url: str
    mail_requested_queue_url: str = ""
    webhooks_queue_url: str = ""
    event_received_queue_url: str = ""
    jwt_keys_secret_id: str
    kms_key_id: str = "alias/voice"
    public_api_url: str
    public_realtime_ws_url: str
    spool_dir: Path
    recording_dir: Path
    lines_dir: Path

    deepgram_url: str = "https://api.deepgram.com"
    deepgram_ws_url: str = "wss://api.deepgram.com"
    deepgram_api_key: str
    anthropic_url: str = "https://api.anthropic.com"
    anthropic_api_key: str
    openai_url: str = "https://api.openai.com/v1"
    openai_api_key: SecretStr
    twilio_url: str = "https://api.twilio.com"
    twilio_account_sid: str
    twilio_auth_token: str

    local_vad: bool = True  # off: interruptions wait for the recogniser, at half the CPU

    @model_validator(mode="after")
    def _only_locally(self) -> Self:
        check_local_urls(stage=self.stage, allowed=self.allow_local_urls)
        return self

    def agent(self) -> AgentSettings:
        """The conversation's part."""
        shared = self.model_dump(include=set(AgentSettings.model_fields))
        shared["openai_api_key"] = self.openai_api_key.get_secret_value()
        return AgentSettings.model_validate(shared)
