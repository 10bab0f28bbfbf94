"""The ports that bridge and agent both know: frames, leg events and the leg itself. No I/O here."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from aiconnected.kit.errors import AppError, ErrorCode

FRAME_MS = 20


class Encoding(StrEnum):
    """How the samples of a frame are written."""

    MULAW = "mulaw"  # ITU-T G.711 mu-law, one byte a sample
    ALAW = "alaw"  # ITU-T G.711 A-law, one byte a sample
    PCM16 = "pcm16"  # little-endian signed 16 bit


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of mono audio. `at_ms` is its place on the leg's own time line, from its start."""

    data: bytes
    encoding: Encoding
    rate: int
    at_ms: int


class LegKind(StrEnum):
    """What brings the audio."""

    TWILIO = "twilio"
    GOTO = "goto"
    RINGCENTRAL = "ringcentral"
    BROWSER = "browser"
    SIP = "sip"
    LIVEKIT = "livekit"


class Capability(StrEnum):
    """What a leg can do beyond carrying audio."""

    DTMF_IN = "dtmf_in"
    DTMF_OUT = "dtmf_out"
    HOLD = "hold"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Audio flows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dtmf:
    """The caller pressed a key: 0-9, *, #, A-D."""

    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPlayed:
    """A segment is over: the caller heard `heard_ms` of it, all of it unless `interrupted`."""

    segment: str
    heard_ms: int
    interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The caller is on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The caller is back from hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLost:
    """No audio has come for a while, though the leg has not ended."""


class TransferOutcome(StrEnum):
    """What became of a transfer."""

    ACCEPTED = "accepted"  # the carrier took it; the leg ends
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """The carrier has said what became of a transfer."""

    outcome: TransferOutcome


class EndReason(StrEnum):
    """Why a leg ended."""

    CALLER_HUNG_UP = "caller_hung_up"
    HUNG_UP = "hung_up"  # by us
    TRANSFERRED = "transferred"
    MEDIA_LOST = "media_lost"
    PROTOCOL_ERROR = "protocol_error"
    DRAINED = "drained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The leg is gone; no event follows."""

    reason: EndReason
    detail: str = ""


LegEvent = Started | Dtmf | SegmentPlayed | Held | Resumed | MediaLost | Transferred | Ended


class LegGone(AppError):
    """The leg has ended."""

    code = ErrorCode.RES_CONFLICT


class Side(StrEnum):
    """Whose audio a tap sees."""

    CALLER = "caller"  # as it arrived
    AGENT = "agent"  # as it was handed to the carrier, on the leg's time line


Sink = Callable[[Side, Frame], None]  # called inline on the media loop: must not block


class CallLeg(Protocol):
    """One connection to a caller. Methods are idempotent; after `Ended` they raise `LegGone`."""

    @property
    def id(self) -> UUID: ...
    @property
    def call_id(self) -> UUID: ...
    @property
    def kind(self) -> LegKind: ...
    @property
    def encoding(self) -> Encoding: ...
    @property
    def rate(self) -> int: ...
    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def frames(self) -> AsyncIterator[Frame]:
        """The caller's audio as it comes; ends with the leg."""
        ...

    def events(self) -> AsyncIterator[LegEvent]:
        """What happens to the leg, `Ended` last."""
        ...

    async def play(self, frame: Frame, *, segment: str) -> None:
        """Queue audio of any length in the leg's encoding and rate; the leg paces it and awaits
        while more than one second is queued. Audio of a new segment follows the last one's.
        """
        ...

    async def end(self, segment: str) -> None:
        """The segment is complete: `SegmentPlayed` follows when the caller has heard it."""
        ...

    async def clear(self) -> int:
        """Stop speaking now; milliseconds heard of the segment in play (0 when nothing was)."""
        ...

    def position(self, segment: str) -> int:
        """Milliseconds of the segment that the caller can have heard by now."""
        ...

    async def pause(self) -> None:
        """Hold back what is queued; `unpause` goes on from the same place."""
        ...

    async def unpause(self) -> None:
        """Go on speaking."""
        ...

    def tap(self, sink: Sink) -> Callable[[], None]:
        """Show `sink` every frame of both sides; the returned function ends it."""
        ...

    async def dtmf(self, digits: str) -> None:
        """Send key presses."""
        ...

    async def hold(self, audio: bytes) -> None:
        """Play `audio` (the leg's encoding and rate) in a loop instead of the conversation."""
        ...

    async def resume(self) -> None:
        """End the hold."""
        ...

    async def transfer(self, target: str) -> TransferOutcome:
        """Send the caller to `target` (E.164)."""
        ...

    async def hangup(self, reason: EndReason) -> None:
        """End the leg."""
        ...
