"""Where calls begin: an inbound one from a telephone, an outbound one from the REST API."""

import asyncio
from dataclasses import dataclass

from infra.local.vendors.twilio.callbacks import StatusCallbacks
from infra.local.vendors.twilio.exchange import Exchange
from infra.local.vendors.twilio.line import Line
from infra.local.vendors.twilio.model import (
    Call,
    CallStatus,
    Direction,
    Number,
    Target,
    new_sid,
)
from infra.local.vendors.twilio.phones import Unanswered
from infra.local.vendors.twilio.session import Document, Session
from infra.local.vendors.twilio.verbs import perform

# A number's StatusCallback reports the end of its inbound calls and nothing else (Twilio,
# IncomingPhoneNumber).
INBOUND_EVENTS = frozenset({"completed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An outbound call as the REST API asked for it."""

    to: str
    from_: str
    document: Document
    fallback: Target | None
    status_callback: Target | None
    events: frozenset[str]
    timeout: int  # seconds of ringing


class Switchboard:
    """Starts calls and knows the live ones."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._sessions: dict[str, Session] = {}
        self._ringing: dict[str, asyncio.Task[None]] = {}

    def session(self, call: Call) -> Session | None:
        """The session of a live call; nothing once it is over, or while an outbound call still
        rings.
        """
        return self._sessions.get(call.sid)

    async def receive(self, line: Line, to: str) -> None:
        """Take a call from a telephone; a number nobody owns is refused as the telephone network
        does.
        """
        number = self.exchange.number(to)
        if number is None:
            await line.tell({"event": "ended", "reason": "unallocated-number", "status": "failed"})
            return
        call = self._new_call(
            to=to, from_=line.number, direction=Direction.INBOUND, status=CallStatus.RINGING
        )
        call.phone_number_sid = number.sid
        self.exchange.record(call, "ringing", to=to)
        await line.tell({"event": "ringing", "call_sid": call.sid})
        target = _target(number.status_callback, number.status_callback_method)
        callbacks = self.exchange.callbacks(call, target, events=INBOUND_EVENTS)
        fallback = _target(number.voice_fallback_url, number.voice_fallback_method)
        session = self._new_session(call, line, callbacks=callbacks, fallback=fallback)
        self.exchange.tasks.start(self._run(session, Document(target=_voice(number))))

    def originate(self, order: Order) -> Call:
        """Start an outbound call; it is queued at first, as Twilio's is."""
        call = self._new_call(
            to=order.to,
            from_=order.from_,
            direction=Direction.OUTBOUND_API,
            status=CallStatus.QUEUED,
        )
        self._ringing[call.sid] = self.exchange.tasks.start(self._place(call, order))
        return call

    def cancel(self, call: Call) -> None:
        """Stop ringing for a call that nobody has answered."""
        if call.sid in self._ringing:
            self._ringing[call.sid].cancel()

    async def _place(self, call: Call, order: Order) -> None:
        exchange = self.exchange
        callbacks = exchange.callbacks(call, order.status_callback, events=order.events)
        callbacks.report("initiated")
        try:
            call.status = CallStatus.RINGING
            callbacks.report("ringing")
            async with asyncio.timeout(order.timeout):
                line = await exchange.phones.ring(call)
        except (Unanswered, TimeoutError, asyncio.CancelledError) as exc:
            call.end(_unanswered(exc))
            exchange.record(call, "ended", reason=call.status.value, status=call.status.value)
            callbacks.report("completed")
            if isinstance(exc, asyncio.CancelledError):
                raise
            return
        finally:
            del self._ringing[call.sid]
        session = self._new_session(call, line, callbacks=callbacks, fallback=order.fallback)
        await session.answer()
        await self._run(session, order.document)

    def _new_call(self, *, to: str, from_: str, direction: Direction, status: CallStatus) -> Call:
        call = Call(
            sid=new_sid("CA"),
            account_sid=self.exchange.account.sid,
            to=to,
            from_=from_,
            direction=direction,
            status=status,
        )
        self.exchange.calls[call.sid] = call
        return call

    def _new_session(
        self,
        call: Call,
        line: Line,
        *,
        callbacks: StatusCallbacks,
        fallback: Target | None,
    ) -> Session:
        session = Session(
            call=call,
            line=line,
            exchange=self.exchange,
            callbacks=callbacks,
            fallback=fallback,
            perform=perform,
        )
        self._sessions[call.sid] = session
        return session

    async def _run(self, session: Session, document: Document) -> None:
        try:
            await session.run(document)
        finally:
            del self._sessions[session.call.sid]


def _unanswered(reason: BaseException) -> CallStatus:
    if isinstance(reason, Unanswered):
        return reason.status
    return CallStatus.NO_ANSWER if isinstance(reason, TimeoutError) else CallStatus.CANCELED


def _voice(number: Number) -> Target:
    return Target(url=number.voice_url, method=number.voice_method)


def _target(url: str, method: str) -> Target | None:
    return Target(url=url, method=method) if url else None
