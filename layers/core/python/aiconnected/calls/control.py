"""Events that the control plane adds to a call's own, at places that the spool never uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from uuid import UUID

from pydantic import JsonValue

from aiconnected.contracts.envelope import VERSION
from aiconnected.kit.ids import new_id

OWNER = "control"


class Fault(StrEnum):
    """Why an event changed nothing else."""

    NONE = ""  # it did
    ILLEGAL = "illegal_transition"
    UNKNOWN = "unknown"  # a fact of a later version
    UNREADABLE = "unreadable"  # its body is not what its type says
    REFUSED = "refused"  # the database would not take what it says


class ControlEvent(Enum):
    """Type and place (`seq`) of each; the same twice differ by their time."""

    OPENED = ("call.opened", -1)
    REFUSED = ("call.refused", -2)
    TAKEN = ("call.taken", -3)  # a realtime process has redeemed the ticket
    CARRIER_STATUS = ("call.carrier_status", -4)
    AFTERMATH = ("call.aftermath", -5)
    CLOSED = ("call.closed", -6)  # by the reaper or the carrier, not by its owner

    @property
    def type(self) -> str:
        """Of the event."""
        return self.value[0]

    @property
    def seq(self) -> int:
        """Negative: the spool counts from 0."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event as it is kept."""

    seq: int
    at: datetime
    id: UUID
    type: str
    version: int
    owner: str
    body: Mapping[str, JsonValue]
    fault: Fault = Fault.NONE

    @classmethod
    def control(cls, event: ControlEvent, *, at: datetime, **body: JsonValue) -> "EventRow":
        """An event of the control plane."""
        return cls(
            seq=event.seq,
            at=at,
            id=new_id(),
            type=event.type,
            version=VERSION,
            owner=OWNER,
            body=body,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """For `jsonb_to_recordset`."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "id": str(self.id),
            "type": self.type,
            "version": self.version,
            "owner": self.owner,
            "body": dict(self.body),
            "fault": self.fault,
        }
