"""The models that agents may be made of, as data in one place.

A model that is retired leaves `MODELS`; versions that were published with it keep it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aiconnected.agents.errors import UnknownModel


class ModelKind(StrEnum):
    """What a model does."""

    LLM = "llm"
    STT = "stt"
    TTS = "tts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A vendor's model. A name that ends in `*` stands for all that begin so."""

    kind: ModelKind
    provider: str
    name: str

    def covers(self, name: str) -> bool:
        """Whether `name` is it."""
        if self.name.endswith("*"):
            return name.startswith(self.name[:-1]) and len(name) >= len(self.name)
        return name == self.name


def _models(kind: ModelKind, provider: str, names: Iterable[str]) -> tuple[Model, ...]:
    return tuple(Model(kind=kind, provider=provider, name=name) for name in names)


MODELS = (
    *_models(
        ModelKind.LLM,
        "anthropic",
        (
            "claude-haiku-4-5",
            "claude-haiku-4-5-20251001",
            "claude-haiku-5-5",
            "claude-sonnet-4-5",
            "claude-sonnet-4-5-20250929",
            "claude-sonnet-4-6",
            "claude-sonnet-5",
            "claude-sonnet-5-5",
            "claude-opus-4-5",
            "claude-opus-4-6",
            "claude-opus-5",
            "claude-opus-5-5",
        ),
    ),
    *_models(
        ModelKind.LLM,
        "openai",
        ("gpt-4", "gpt-4-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-5-mini"),
    ),
    *_models(ModelKind.LLM, "deepseek", ("deepseek-chat",)),
    *_models(ModelKind.LLM, "google", ("gemini-2.5-flash", "gemini-2.5-pro", "gemini-pro")),
    *_models(
        ModelKind.LLM,
        "groq",
        ("llama-3.1-70b-versatile", "llama-3.3-70b-versatile", "mixtral-8x7b-32768"),
    ),
    *_models(
        ModelKind.STT,
        "deepgram",
        (
            "nova-3",
            "nova-3-general",
            "nova-3-medical",
            "nova-2",
            "nova-2-general",
            "nova-2-phonecall",
            "nova-2-conversationalai",
            "nova-2-medical",
            "nova-2-finance",
            "nova-2-drivethru",
        ),
    ),
    *_models(ModelKind.STT, "openai", ("whisper-1",)),
    *_models(ModelKind.STT, "assemblyai", ("universal-streaming",)),
    *_models(ModelKind.TTS, "deepgram", ("aura-2-*",)),
    *_models(
        ModelKind.TTS,
        "deepgram",
        ("aura-asteria-en", "aura-athena-en", "aura-zeus-en", "aura-luna-en", "aura-orion-en"),
    ),
    *_models(ModelKind.TTS, "chatterbox", ("chatterbox-*",)),
    *_models(ModelKind.TTS, "cartesia", ("sonic-2*", "sonic-3*", "sonic-turbo*")),
    *_models(
        ModelKind.TTS, "elevenlabs", ("eleven_v3*", "eleven_turbo_v2_5*", "eleven_flash_v2_5*")
    ),
    *_models(ModelKind.TTS, "resemble", ("resemble-*",)),
)
# V4: the name's beginning says whose it is, where nobody else says so.
_PREFIXES = {
    "gpt-": "openai",
    "claude-": "anthropic",
    "deepseek-": "deepseek",
    "gemini-": "google",
    "llama-": "groq",
    "mixtral-": "groq",
    "nova-": "deepgram",
    "whisper-": "openai",
    "aura-": "deepgram",
    "sonic-": "cartesia",
    "eleven_": "elevenlabs",
    "chatterbox-": "chatterbox",
}


def provider_of(name: str) -> str | None:
    """Whose a model is by its name."""
    return next((whose for prefix, whose in _PREFIXES.items() if name.startswith(prefix)), None)


def check_model(kind: ModelKind, *, provider: str, name: str, field: str) -> None:
    """Raises `UnknownModel` for what the catalogue does not have."""
    if not any(m.kind is kind and m.provider == provider and m.covers(name) for m in MODELS):
        raise UnknownModel(f"{provider} has no such model here: {name}.", field=field)
