"""Query parameters of /v1/speak, as strict as Deepgram's.

What Deepgram offers and this server does not is refused too, never silently ignored.
"""

from dataclasses import dataclass
from enum import StrEnum

from multidict import MultiMapping

from infra.local.vendors.deepgram.handshake import Query, Refusal

_AURA_1 = "angus arcas asteria athena helios hera luna orion orpheus perseus stella zeus"
_AURA_2 = (
    "amalthea andromeda apollo arcas aries asteria athena atlas aurora callista cora cordelia "
    "delia draco electra harmonia helena hera hermes hyperion iris janus juno jupiter luna mars "
    "minerva neptune odysseus ophelia orion orpheus pandora phoebe pluto saturn selene thalia "
    "theia vesta zeus"
)
VOICES = frozenset(
    {f"aura-{name}-en" for name in _AURA_1.split()}
    | {f"aura-2-{name}-en" for name in _AURA_2.split()}
)
DEFAULT_VOICE = "aura-asteria-en"

_OFFERED = frozenset({"model", "encoding", "sample_rate", "container", "tag", "mip_opt_out"})
_KNOWN = _OFFERED | {"speed", "bit_rate", "callback", "callback_method"}


class Encoding(StrEnum):
    """Raw audio that this server sends."""

    LINEAR16 = "linear16"  # little-endian
    MULAW = "mulaw"


RATES = {
    Encoding.LINEAR16: frozenset({8000, 16000, 24000}),
    Encoding.MULAW: frozenset({8000, 16000}),
}
_DEFAULT_RATE = {Encoding.LINEAR16: 24000, Encoding.MULAW: 8000}
_KNOWN_ENCODINGS = frozenset({"linear16", "mulaw", "alaw"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakOptions:
    """Every voice sounds the same here: Piper has one."""

    voice: str
    encoding: Encoding
    rate: int


def parse(query: MultiMapping[str]) -> SpeakOptions:
    """Raises Refusal."""
    params = Query(query, offered=_OFFERED, known=_KNOWN)
    params.boolean("mip_opt_out")
    voice = params.text("model") or DEFAULT_VOICE
    if voice not in VOICES:
        raise Refusal("No such model/version combination found.")
    if params.text("container") not in {None, "none"}:
        raise Refusal("A streamed answer has no container.")
    encoding = _encoding(params)
    rate = params.number("sample_rate")
    if rate is None:
        rate = _DEFAULT_RATE[encoding]
    if rate not in RATES[encoding]:
        raise Refusal(f"Unsupported sample_rate {rate} for encoding {encoding}.")
    return SpeakOptions(voice=voice, encoding=encoding, rate=rate)


def _encoding(params: Query) -> Encoding:
    value = params.text("encoding") or Encoding.LINEAR16
    if value not in _KNOWN_ENCODINGS:
        raise Refusal(f"Unknown encoding {value!r}.")
    if value not in set(Encoding):
        raise Refusal(f"Encoding {value} is not offered by this server.")
    return Encoding(value)
