"""The port of a carrier that places calls."""

from dataclasses import dataclass
from typing import Protocol

CALL = "call_id"  # our id of the call, in the query string of both URLs


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """A call to be placed."""

    from_: str  # E.164, one of the client's numbers
    to: str  # E.164
    connect_url: str  # asked what to do once somebody answers
    status_url: str  # told when it is over
    ring_seconds: int


class Dialler(Protocol):
    """Places calls. Raises ProviderError when the carrier cannot be reached."""

    def dial(self, dialling: Dialling) -> str:
        """Begin to ring; the carrier's id of the call. Raises `CarrierRefused`."""
        ...
