"""Misbehaviour on request: which faults are armed, whom they strike and how often."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

At = Literal["accept", "first", "middle", "end"]


class FaultKind(StrEnum):
    """What goes wrong; how it shows on the wire is each server's own protocol knowledge."""

    DELAY = "delay"  # wait `ms`, then go on as if nothing had happened
    ERROR = "error"  # the vendor's own error, with `status` where the protocol carries one
    DROP = "drop"  # the transport is cut without a goodbye
    STALL = "stall"  # the socket stays open, nothing is answered for `ms` (0: for ever)
    DUPLICATE = "duplicate"  # one message is sent twice
    REORDER = "reorder"  # two consecutive messages change places


class FaultMatch(BaseModel):
    """Whom a fault strikes: a key or a call at least, so that tests can run side by side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: str | None = None
    call: str | None = Field(default=None, validation_alias=AliasChoices("call", "call_sid", "tag"))
    route: str | None = None  # exact path, or a glob such as "/2010-04-01/*/Calls.json"

    @model_validator(mode="after")
    def _is_scoped(self) -> "FaultMatch":
        if self.api_key is None and self.call is None:
            raise ValueError("match needs api_key or call")
        return self

    def strikes(self, *, route: str, api_key: str, call: str) -> bool:
        return (
            self.api_key in {None, api_key}
            and self.call in {None, call}
            and (self.route is None or fnmatchcase(route, self.route))
        )


class FaultOrder(BaseModel):
    """Body of `POST /faults`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: FaultMatch
    kind: FaultKind
    at: At = "accept"
    ms: Annotated[int, Field(ge=0)] = 0
    status: Annotated[int, Field(ge=400, le=599)] = 500
    times: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One stroke of an armed fault, handed to the server that must show it."""

    id: str
    kind: FaultKind
    at: At
    ms: int
    status: int

    async def apply_delay(self) -> None:
        """Sleep `ms` when this is a delay; other kinds return at once."""
        if self.kind is FaultKind.DELAY:
            await asyncio.sleep(self.ms / 1000)

    async def apply_stall(self) -> None:
        """Sleep `ms`, or until cancelled when `ms` is 0, when this is a stall."""
        if self.kind is FaultKind.STALL:
            await (asyncio.sleep(self.ms / 1000) if self.ms else asyncio.Event().wait())


@dataclass(slots=True, kw_only=True)
class _Armed:
    id: str
    order: FaultOrder
    left: int


class Faults:
    """The armed faults of one server, struck in the order in which they were armed."""

    def __init__(self, *, new_id: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._new_id = new_id
        self._armed: dict[str, _Armed] = {}

    def arm(self, order: FaultOrder) -> str:
        """Return the id by which the fault can be disarmed."""
        armed = _Armed(id=self._new_id(), order=order, left=order.times)
        self._armed[armed.id] = armed
        return armed.id

    def disarm(self, fault_id: str) -> None:
        """Forget a fault; one that is spent or unknown is no error."""
        self._armed.pop(fault_id, None)

    def strike(self, at: At, *, route: str, api_key: str, call: str) -> Fault | None:
        """Count down and return the first fault armed for this place, or nothing."""
        for armed in self._armed.values():
            order = armed.order
            if order.at == at and order.match.strikes(route=route, api_key=api_key, call=call):
                armed.left -= 1
                if armed.left == 0:
                    self.disarm(armed.id)
                return Fault(id=armed.id, kind=order.kind, at=at, ms=order.ms, status=order.status)
        return None
