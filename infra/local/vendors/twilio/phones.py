"""The telephones plugged into the carrier: sockets on `WS /phone`, and scripted ones.

client -> {"dial": {"to": "+1…", "from": "+1…"}}     place a call
          {"register": {"number": "+1…"}}            be rung for that number
          {"answer": true} | {"reject": true}        when rung
          {"dtmf": "1"}  {"hangup": true}
          binary, 160 bytes of mu-law every 20 ms    while the call is answered
server -> {"event": "ringing" | "incoming", "call_sid", ...} {"event": "registered"}
          {"event": "answered", "call_sid"} {"event": "ended", "reason", "status", "call_sid"}
          {"event": "error", "message"}              then the socket is closed
          binary, 160 bytes of mu-law, paced in real time
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from infra.local.vendors.twilio.line import FRAME, FRAME_SECONDS, Line
from infra.local.vendors.twilio.model import Call, CallStatus
from infra.local.vendors.twilio.tasks import Tasks
from infra.local.vendors.twilio.voice import tone


class Unanswered(Exception):
    """The called telephone did not take the call; `status` says how."""

    def __init__(self, status: CallStatus) -> None:
        super().__init__(status.value)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a scripted telephone takes calls."""

    behaviour: str  # answer, busy or no-answer
    say_tone_hz: float  # what it says for as long as it is connected
    answer_after_ms: int
    hangup_after_ms: int | None  # of talking; None: never


Telephone = Callable[[Call], Awaitable[Line]]
"""Rings until it is answered; raises Unanswered; cancelled when the caller gives up."""


class Phones:
    """Who can be rung."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._plugged: dict[str, Telephone] = {}
        self._scripted: dict[str, Behaviour] = {}

    def plug(self, number: str, telephone: Telephone) -> None:
        """The newest socket for a number is the one that rings."""
        self._plugged[number] = telephone

    def unplug(self, number: str, telephone: Telephone) -> None:
        if self._plugged.get(number) == telephone:
            del self._plugged[number]

    def script(self, number: str, behaviour: Behaviour) -> None:
        self._scripted[number] = behaviour

    async def ring(self, call: Call) -> Line:
        """Ring `call.to` until it answers; raises Unanswered; rings for ever where nobody is."""
        if call.to in self._plugged:
            return await self._plugged[call.to](call)
        behaviour = self._scripted.get(call.to)
        if behaviour is None or behaviour.behaviour == "no-answer":
            await asyncio.Event().wait()
            raise AssertionError("unreachable: an event nobody sets")
        if behaviour.behaviour == "busy":
            raise Unanswered(CallStatus.BUSY)
        await asyncio.sleep(behaviour.answer_after_ms / 1000)
        line = Line(number=call.to, speaker=_nobody_listens)
        self._tasks.start(_talk(line, behaviour))
        return line


async def _nobody_listens(_: bytes) -> None:
    """A scripted telephone only talks."""


async def _talk(line: Line, behaviour: Behaviour) -> None:
    # One second of a whole number of cycles repeats without a click.
    second = tone(round(behaviour.say_tone_hz), seconds=1)
    began = due = time.monotonic()
    position = 0

    async def informed(event: Mapping[str, object]) -> None:
        if event["event"] == "ended":
            line.hang_up()

    line.informed = informed
    limit = None if behaviour.hangup_after_ms is None else behaviour.hangup_after_ms / 1000
    while not line.gone.is_set() and (limit is None or due - began < limit):
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        line.spoke(second[position : position + FRAME])
        position = (position + FRAME) % len(second)
        due += FRAME_SECONDS
    line.hang_up()
