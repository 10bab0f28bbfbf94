"""The verbs of TwiML that this carrier carries out, as values."""

from dataclasses import dataclass

from infra.local.vendors.twilio.model import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Open a two-way media stream and wait until it ends."""

    url: str
    name: str
    parameters: dict[str, str]
    status_callback: Target | None
    action: Target | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """One phone number to dial, and where its progress is reported."""

    number: str
    status_callback: Target | None
    events: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Ring the callees all at once and join the first that answers."""

    callees: tuple[Callee, ...]
    caller_id: str
    timeout: int  # seconds of ringing
    time_limit: int  # seconds of talking
    action: Target | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Speak a text."""

    text: str
    voice: str
    language: str
    loop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Be silent for some seconds."""

    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Go on with another document."""

    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Do not answer: `rejected` sounds like an unallocated number, `busy` like an engaged one."""

    reason: str


Verb = Connect | Dial | Say | Pause | Hangup | Redirect | Reject
