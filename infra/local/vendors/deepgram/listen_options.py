"""Query parameters of /v1/listen, as strict as Deepgram's.

What Deepgram offers and this server does not is refused too, never silently ignored.
"""

from dataclasses import dataclass
from enum import StrEnum

from multidict import MultiMapping

from infra.local.vendors.deepgram.handshake import Query, Refusal

MODELS = frozenset(
    {
        *("nova-3", "nova-3-general", "nova-3-medical", "nova-2", "nova-2-general"),
        *("nova-2-meeting", "nova-2-phonecall", "nova-2-finance", "nova-2-conversationalai"),
        *("nova-2-voicemail", "nova-2-video", "nova-2-medical", "nova-2-drivethru"),
        *("nova-2-automotive", "nova", "nova-general", "nova-phonecall", "nova-medical"),
        *("enhanced", "enhanced-general", "enhanced-meeting", "enhanced-phonecall"),
        *("enhanced-finance", "base", "base-general", "meeting", "phonecall", "finance"),
        *("conversationalai", "voicemail", "video", "general"),
    }
)
LANGUAGES = frozenset({"en", "en-US", "en-GB", "en-AU", "en-IN", "en-NZ"})
RATES = frozenset({8000, 16000})
DEFAULT_MODEL = "base-general"
DEFAULT_ENDPOINTING_MS = 10
LEAST_UTTERANCE_END_MS = 1000
MOST_UTTERANCE_END_MS = 5000

_OFFERED = frozenset(
    {
        *("model", "version", "language", "encoding", "sample_rate", "channels"),
        *("interim_results", "endpointing", "utterance_end_ms", "vad_events"),
        *("smart_format", "punctuate", "numerals", "keyterm", "tag", "extra", "mip_opt_out"),
    }
)
_KNOWN = _OFFERED | {
    *("callback", "callback_method", "detect_entities", "diarize", "diarize_model", "dictation"),
    *("keywords", "language_hint", "multichannel", "profanity_filter", "redact", "replace"),
    *("search", "filler_words", "no_delay", "tier", "alternatives"),
}


class Encoding(StrEnum):
    """Raw audio that this server takes."""

    LINEAR16 = "linear16"  # little-endian
    MULAW = "mulaw"


_KNOWN_ENCODINGS = frozenset(
    {
        *("linear16", "linear32", "flac", "alaw", "mulaw", "amr-nb", "amr-wb"),
        *("opus", "ogg-opus", "speex", "g729"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOptions:
    """`endpointing_ms` is None when off, `utterance_end_ms` None when not asked for."""

    model: str
    encoding: Encoding
    rate: int
    interim_results: bool
    endpointing_ms: int | None
    utterance_end_ms: int | None
    vad_events: bool
    punctuate: bool


def parse(query: MultiMapping[str]) -> ListenOptions:
    """Raises Refusal."""
    params = Query(query, offered=_OFFERED, known=_KNOWN)
    model = _model(params)
    for name in ("numerals", "mip_opt_out"):
        params.boolean(name)
    if params.number("channels") not in {None, 1}:
        raise Refusal("This server takes one channel.")
    return ListenOptions(
        model=model,
        encoding=_encoding(params),
        rate=_rate(params),
        interim_results=params.boolean("interim_results"),
        endpointing_ms=_endpointing(params),
        utterance_end_ms=_utterance_end(params),
        vad_events=params.boolean("vad_events"),
        punctuate=params.boolean("smart_format") | params.boolean("punctuate"),
    )


def _model(params: Query) -> str:
    model = params.text("model") or DEFAULT_MODEL
    if model not in MODELS or (params.text("language") or "en") not in LANGUAGES:
        raise Refusal("No such model/language/tier combination found.")
    if params.texts("keyterm") and not model.startswith("nova-3"):
        raise Refusal("Keyterms are only supported for Nova-3.")
    return model


def _encoding(params: Query) -> Encoding:
    value = params.text("encoding")
    if value is None:
        raise Refusal("This server takes raw audio only: encoding and sample_rate are needed.")
    if value not in _KNOWN_ENCODINGS:
        raise Refusal(f"Unknown encoding {value!r}.")
    if value not in set(Encoding):
        raise Refusal(f"Encoding {value} is not offered by this server.")
    return Encoding(value)


def _rate(params: Query) -> int:
    rate = params.number("sample_rate")
    if rate is None:
        raise Refusal("A sample_rate is needed with a raw encoding.")
    if rate not in RATES:
        raise Refusal(f"Sample rate {rate} is not offered by this server.")
    return rate


def _endpointing(params: Query) -> int | None:
    if params.text("endpointing") == "false":
        return None
    wait = params.number("endpointing")
    return DEFAULT_ENDPOINTING_MS if wait is None else wait


def _utterance_end(params: Query) -> int | None:
    gap = params.number("utterance_end_ms")
    if gap is None:
        return None
    if not params.boolean("interim_results"):
        raise Refusal("utterance_end_ms needs interim_results=true.")
    if not LEAST_UTTERANCE_END_MS <= gap <= MOST_UTTERANCE_END_MS:
        raise Refusal("utterance_end_ms must be between 1000 and 5000.")
    return gap
