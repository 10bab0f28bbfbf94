"""Settings of the conversation: vendors' addresses and keys, and the patience of its policies."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class AgentSettings(BaseModel):
    """Part of the realtime plane's settings; times in seconds."""

    model_config = ConfigDict(frozen=True)

    lines_dir: Path
    deepgram_url: str = "https://api.deepgram.com"
    deepgram_ws_url: str = "wss://api.deepgram.com"
    deepgram_api_key: str
    anthropic_url: str = "https://api.anthropic.com"
    anthropic_api_key: str
    openai_url: str = "https://api.openai.com/v1"
    openai_api_key: str

    embedding_model: str = "text-embedding-3-small"
    local_vad: bool = True  # off: interruptions wait for the recogniser, half the CPU (turn.md)

    connect_timeout: float = 2.0  # a vendor socket must be open by then
    attempt_timeout: float = 2.0  # a provider's attempt has this long to its first output
    retrieval_timeout: float = 0.8  # after which the answer is made without passages
    tool_timeout: float = 4.0
    filler_after: float = 0.7  # of a tool's work, when nothing is heard
    watchdog_after: float = 2.0  # after the caller's last speech, when nothing is heard
    apology_after: float = 5.2  # same, when a filler has been heard and still nothing came
    deaf_after: float = 2.0  # of a recogniser's silence about speech that the local VAD heard
    still_there_after: float = 12.0  # of silence on both sides
    give_up_after: float = 10.0  # more of it
    max_failed_turns: int = 2  # in a row: then the fallback takes the call
    max_tool_steps: int = 4  # in one turn
