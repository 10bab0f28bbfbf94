"""One live call: its line, the TwiML it carries out, and everything that can end or redirect it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from infra.local.vendors.twilio.callbacks import StatusCallbacks
from infra.local.vendors.twilio.errors import CallError
from infra.local.vendors.twilio.exchange import Exchange
from infra.local.vendors.twilio.line import Line, play_all
from infra.local.vendors.twilio.model import Call, CallStatus, Target
from infra.local.vendors.twilio.tasks import cancel
from infra.local.vendors.twilio.voice import SpeechFailed, reorder

logger = logging.getLogger(__name__)
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Where TwiML comes from: a URL with extra fields, or the text itself."""

    target: Target | None = None
    text: str = ""
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a call ends; `code` is Twilio's error code, 0 for none."""

    reason: str
    status: CallStatus = CallStatus.COMPLETED
    code: int = 0


Perform = Callable[["Session", Document], Awaitable[Ending]]
"""Does a document and all it leads to; raises CallError."""


class Session:
    """Runs one call from its first document to its end. `finish` and `redirect` may be called at
    any time.
    """

    def __init__(
        self,
        *,
        call: Call,
        line: Line,
        exchange: Exchange,
        callbacks: StatusCallbacks,
        fallback: Target | None,
        perform: Perform,
    ) -> None:
        self.call, self.line, self.exchange, self.callbacks = call, line, exchange, callbacks
        self._fallback, self._carry = fallback, perform
        self._orders: asyncio.Queue[Ending | Document] = asyncio.Queue()
        self.over = asyncio.Event()

    def finish(self, ending: Ending) -> None:
        """End the call from outside (REST, shutdown)."""
        self._orders.put_nowait(ending)

    def redirect(self, document: Document) -> None:
        """Leave what is being carried out (a media stream is stopped first) for another
        document.
        """
        self._orders.put_nowait(document)

    async def answer(self) -> None:
        """The first verb that needs an answered call."""
        if self.call.status is CallStatus.RINGING:
            self.call.answer()
            self.exchange.record(self.call, "answered")
            self.callbacks.report("answered")
            await self.line.tell({"event": "answered", "call_sid": self.call.sid})

    async def run(self, document: Document) -> None:
        try:
            ending = await self._carry_out(document)
        except asyncio.CancelledError:
            await self._end(Ending(reason="carrier-shutdown"))
            raise
        except Exception:  # a bug of the carrier must still free the telephone
            logger.exception("a call broke the carrier")
            ending = Ending(reason="carrier-error", status=CallStatus.FAILED)
        await self._end(ending)

    async def _carry_out(self, document: Document) -> Ending:
        while True:
            performing = asyncio.create_task(self._perform(document))
            ordered = asyncio.create_task(self._orders.get())
            gone = asyncio.create_task(self.line.gone.wait())
            try:
                await asyncio.wait(
                    {performing, ordered, gone},
                    timeout=self._time_left(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                outcome = self._outcome(performing, ordered=ordered, gone=gone)
            finally:
                await cancel(performing, ordered, gone)
            if isinstance(outcome, Ending):
                return outcome
            document = outcome

    def _outcome(
        self,
        performing: asyncio.Task[Ending],
        *,
        ordered: asyncio.Task[Ending | Document],
        gone: asyncio.Task[bool],
    ) -> Ending | Document:
        if gone.done():
            return Ending(reason="caller-hangup")
        if ordered.done():
            return ordered.result()
        if performing.done():
            return performing.result()
        return Ending(reason="time-limit")

    def _time_left(self) -> float | None:
        if self.call.answered_at is None:
            return self.exchange.time_limit
        return max(0.0, self.call.answered_at + self.exchange.time_limit - time.monotonic())

    async def _perform(self, document: Document) -> Ending:
        try:
            return await self._carry(self, document)
        except CallError as exc:
            error = exc
            self._report(exc)
        if self._fallback is not None:
            fallback, self._fallback = self._fallback, None
            extra = (("ErrorCode", str(error.code)), ("ErrorUrl", error.url))
            try:
                return await self._carry(self, Document(target=fallback, extra=extra))
            except CallError as exc:
                error = exc
                self._report(exc)
        return await self._apologise(error)

    def _report(self, error: CallError) -> None:
        self.exchange.record(self.call, "error", code=error.code, reason=str(error), url=error.url)

    async def _apologise(self, error: CallError) -> Ending:
        """Let the caller hear that the application failed, as Twilio does, then end the call."""
        await self.answer()
        self.exchange.record(self.call, "say", text=APPLICATION_ERROR)
        await play_all(self.line, await self.spoken(APPLICATION_ERROR), clock=time.monotonic)
        return Ending(reason="application-error", code=error.code)

    async def spoken(self, text: str) -> bytes:
        """The carrier's voice; the reorder tone where its speech server fails."""
        try:
            return await self.exchange.voice.speak(text)
        except SpeechFailed as exc:
            self.exchange.record(self.call, "say.failed", reason=str(exc))
            return reorder()

    async def _end(self, ending: Ending) -> None:
        answered = self.call.answered_at is not None
        status = ending.status
        if status is CallStatus.COMPLETED and not answered:
            status = CallStatus.CANCELED
        self.call.end(status)
        for recording in self.exchange.recordings.values():
            if recording.call_sid == self.call.sid:
                recording.stop()
        self.exchange.record(self.call, "ended", reason=ending.reason, status=status.value)
        self.callbacks.report("completed")
        self.over.set()
        await self.line.tell(
            {
                "event": "ended",
                "call_sid": self.call.sid,
                "reason": ending.reason,
                "status": status.value,
                "error_code": ending.code,
            }
        )
