"""What a recogniser is asked for and what it tells of the caller."""

from dataclasses import dataclass
from typing import Protocol

from realtime.agent.speech.failures import VendorFailure

WIRE, ARRIVED, AT_MS = "wire", "arrived", "at_ms"  # keys of AudioFrame.userdata


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words of the caller. Times are monotonic: when the audio of first and last word arrived."""

    text: str
    final: bool
    confidence: float
    began: float
    began_ms: int  # on the leg's time line
    ended: float
    received: float  # when the recogniser's message came


class Listener(Protocol):
    """Who wants to know what the recogniser does; called inline."""

    def on_words(self, heard: Heard) -> None: ...
    def on_audio(self, seconds: float) -> None: ...
    def on_failure(self, failure: VendorFailure, *, attempt: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOptions:
    """What to ask of the vendor; `tag` names the call in its journal and bill."""

    model: str
    language: str
    endpointing_ms: int
    tag: str
    connect_timeout: float
