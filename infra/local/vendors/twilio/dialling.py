"""`<Dial>`: ring other telephones for a call and join the first that answers."""

import asyncio
import time
from dataclasses import dataclass

from infra.local.vendors.twilio.callbacks import StatusCallbacks
from infra.local.vendors.twilio.line import Line, play_all
from infra.local.vendors.twilio.model import E164, Call, CallStatus, Direction, new_sid
from infra.local.vendors.twilio.phones import Unanswered
from infra.local.vendors.twilio.session import Document, Session
from infra.local.vendors.twilio.tasks import cancel
from infra.local.vendors.twilio.twiml import Callee, Dial
from infra.local.vendors.twilio.voice import ringback


@dataclass(slots=True, kw_only=True)
class _Leg:
    """One called telephone."""

    call: Call
    callbacks: StatusCallbacks
    line: Line | None = None

    async def end(self, status: CallStatus, reason: str) -> None:
        """End it unless it has ended."""
        if self.call.status.is_final:
            return
        self.call.end(status)
        self.callbacks.report("completed")
        if self.line is not None:
            event = {"event": "ended", "call_sid": self.call.sid}
            await self.line.tell(event | {"reason": reason, "status": status.value})


async def dial(session: Session, verb: Dial) -> Document | None:
    """Returns where the call goes on: the action document, or None for the next verb."""
    if not _may_show(session, verb.caller_id):
        session.exchange.record(session.call, "dial.failed", reason="callerId is not allowed")
        return _action(verb, CallStatus.FAILED, leg=None)
    legs = [_leg(session, verb, callee=callee) for callee in verb.callees]
    ringing = asyncio.create_task(_ringback(session.line))
    try:
        winner, status = await _first_answer(session, legs, ring_seconds=verb.timeout)
        await cancel(ringing)
        if winner is not None:
            await _bridge(session, winner, time_limit=verb.time_limit)
            status = CallStatus.COMPLETED
        return _action(verb, status, leg=winner)
    finally:
        await cancel(ringing)
        session.line.listen(None)
        for leg in legs:
            unanswered = CallStatus.CANCELED if leg.line is None else CallStatus.COMPLETED
            await leg.end(unanswered, "caller-hangup")


def _may_show(session: Session, caller_id: str) -> bool:
    """Twilio shows only the caller's own number or one of the account's."""
    if not caller_id or caller_id in {session.call.from_, session.call.to}:
        return True
    return bool(E164.fullmatch(caller_id)) and session.exchange.number(caller_id) is not None


def _leg(session: Session, verb: Dial, *, callee: Callee) -> _Leg:
    exchange, parent = session.exchange, session.call
    call = Call(
        sid=new_sid("CA"),
        account_sid=parent.account_sid,
        to=callee.number,
        from_=verb.caller_id or parent.from_,
        direction=Direction.OUTBOUND_DIAL,
        status=CallStatus.RINGING,
        parent_sid=parent.sid,
    )
    exchange.calls[call.sid] = call
    callbacks = exchange.callbacks(call, callee.status_callback, events=callee.events)
    callbacks.report("initiated")
    callbacks.report("ringing")
    exchange.record(parent, "dial.ringing", to=call.to, dial_call_sid=call.sid)
    return _Leg(call=call, callbacks=callbacks)


async def _ringback(line: Line) -> None:
    cycle = ringback()
    while True:
        await play_all(line, cycle, clock=time.monotonic)


async def _first_answer(
    session: Session, legs: list[_Leg], *, ring_seconds: float
) -> tuple[_Leg | None, CallStatus]:
    """Ring all; the first that answers stops the others. Without one: how the last to fail
    failed.
    """
    rings = {asyncio.create_task(session.exchange.phones.ring(leg.call)): leg for leg in legs}
    status, deadline = CallStatus.NO_ANSWER, time.monotonic() + ring_seconds
    try:
        while rings:
            left = max(0.0, deadline - time.monotonic())
            done, _ = await asyncio.wait(rings, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
            for ring in done:
                leg = rings.pop(ring)
                try:
                    leg.line = ring.result()
                except Unanswered as exc:
                    status = exc.status
                    await leg.end(status, status.value)
                    continue
                leg.call.answer()
                leg.callbacks.report("answered")
                return leg, CallStatus.COMPLETED
        return None, status
    finally:
        for ring, leg in rings.items():
            ring.cancel()
            await asyncio.wait({ring})
            await leg.end(CallStatus.NO_ANSWER, "no-answer")


async def _bridge(session: Session, leg: _Leg, *, time_limit: float) -> None:
    """Join both telephones until the called one hangs up or the time is over."""
    caller, callee = session.line, leg.line
    if callee is None:
        return
    session.exchange.record(session.call, "dial.answered", dial_call_sid=leg.call.sid)
    both = [
        asyncio.create_task(_carry(caller, callee)),
        asyncio.create_task(_carry(callee, caller)),
    ]
    try:
        async with asyncio.timeout(time_limit):
            await callee.gone.wait()
    except TimeoutError:
        session.exchange.record(session.call, "dial.time-limit")
    finally:
        callee.listen(None)
        await cancel(*both)
    await leg.end(CallStatus.COMPLETED, "completed")


async def _carry(speaker: Line, listener: Line) -> None:
    """What one says, the other hears, frame by frame as it is said."""
    frames: asyncio.Queue[bytes] = asyncio.Queue()
    speaker.listen(frames.put_nowait)
    while True:
        await listener.play(await frames.get())


def _action(verb: Dial, status: CallStatus, *, leg: _Leg | None) -> Document | None:
    if verb.action is None:
        return None
    extra = [("DialCallStatus", status.value), ("DialBridged", str(leg is not None).lower())]
    if leg is not None:
        extra += [("DialCallSid", leg.call.sid), ("DialCallDuration", str(leg.call.duration))]
    return Document(target=verb.action, extra=tuple(extra))
