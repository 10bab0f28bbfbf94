"""Reception: takes carriers' media sockets in, and turns each into a call that is looked after."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import cast
from uuid import UUID

from aiohttp import WSMsgType, web
from twilio.request_validator import RequestValidator

from aiconnected.calls.models import CallConfig
from aiconnected.calls.state import CallState
from aiconnected.contracts.commands import Ack, Command
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ErrorCode
from aiconnected.live.admission import Seat
from aiconnected.live.state import LiveCall
from realtime.agent.host import AgentHost
from realtime.agent.ports import Outcome, OutcomeKind, Ports
from realtime.bridge import twilio_protocol as protocol
from realtime.bridge.ticker import Ticker
from realtime.bridge.twilio import TwilioLeg
from realtime.bridge.twilio_rest import TwilioCall, TwilioCalls
from realtime.call import Call, Facts
from realtime.composition import Core
from realtime.ports import CallLeg, EndReason
from realtime.readers import Readers, TenantAppointments, TenantSearch
from realtime.record.archive import Archive
from realtime.record.writer import Writer
from realtime.settings import RealtimeSettings

logger = logging.getLogger(__name__)

_REDEEM = 3.0  # seconds
_ASK = 3.5  # seconds for a question to our own services in the middle of a call
_RENEW = 30.0  # seconds between renewals of a call's seat and live state
_FLUSH = 1.0  # seconds that a transfer waits for the record


class Reception:
    """All calls of this process."""

    def __init__(
        self,
        settings: RealtimeSettings,
        *,
        services: Core,
        host: AgentHost,
        archive: Archive,
        writer: Writer,
        readers: Readers,
        ticker: Ticker,
        carrier: TwilioCalls,
        clock: Clock,
    ) -> None:
        self._settings, self._services, self._host = settings, services, host
        self._archive, self._writer, self._readers = archive, writer, readers
        self._ticker, self._carrier, self._clock = ticker, carrier, clock
        self._validator = RequestValidator(settings.twilio_auth_token)
        self._calls: dict[UUID, Call] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self.draining = False

    @property
    def live_calls(self) -> int:
        """Calls under way."""
        return len(self._calls)

    @property
    def lateness_ms(self) -> float:
        """How late this host's audio goes out; see `Ticker.lateness`."""
        return self._ticker.lateness()

    def refusal(self) -> str | None:
        """Why this host takes no call at the moment."""
        if self.draining:
            return "draining"
        if len(self._calls) >= self._settings.max_calls:
            return "full"
        if self.lateness_ms > self._settings.max_loop_lag_ms:
            return "overloaded"
        return None

    # -- Twilio ------------------------------------------------------------------------------

    async def twilio(self, request: web.Request) -> web.StreamResponse:
        """`GET /ws/voice-twilio`: one media stream. Whatever is refused here, the carrier asks the
        control plane what follows, and is told the client's own telephone.
        """
        url = self._settings.public_realtime_ws_url + request.path
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self._genuine(url, signature):
            logger.warning("media socket with a forged signature")
            return _refused(ErrorCode.AUTH_SIGNATURE_INVALID, "The signature is not valid.")
        if reason := self.refusal():
            logger.warning("media socket refused", extra={"reason": reason})
            return _refused(ErrorCode.SRV_MAINTENANCE, "No call can be taken at the moment.")
        socket = web.WebSocketResponse(compress=False, max_msg_size=protocol.MAX_MESSAGE)
        await socket.prepare(request)
        try:
            start = await self._handshake(socket)
            config = await self._redeem(start)
        except (protocol.ProtocolError, AppError, TimeoutError) as exc:
            logger.warning("media socket refused", extra={"reason": _reason(exc)})
            await socket.close(code=1008)
            return socket
        call = TwilioCall(
            call_id=config.call_id,
            call_sid=start.call_sid,
            stream_sid=start.stream_sid,
            own_number=config.to_number,
            after_url=self._settings.public_api_url + "/api/v1/webhooks/twilio/after",
            calls=self._carrier,
        )
        transport = request.transport
        leg = TwilioLeg(
            socket,
            call,
            ticker=self._ticker,
            transport=transport if isinstance(transport, asyncio.Transport) else None,
            clock=self._clock.monotonic,
        )
        await self._hold(config, leg, leg.run)
        return socket

    def _genuine(self, url: str, signature: str) -> bool:
        validate = cast("Callable[[str, dict[str, str], str], bool]", self._validator.validate)
        return validate(url, {}, signature)

    async def _handshake(self, socket: web.WebSocketResponse) -> protocol.Start:
        """The stream's start message, within its time."""
        async with asyncio.timeout(self._settings.start_seconds):
            while True:
                message = await socket.receive()
                if message.type is not WSMsgType.TEXT:
                    raise protocol.ProtocolError("closed before it started")
                match protocol.parse(message.data):
                    case protocol.Start() as start:
                        return start
                    case protocol.Connected():
                        continue
                    case _:
                        raise protocol.ProtocolError("media before start")

    async def _redeem(self, start: protocol.Start) -> CallConfig:
        ticket = start.parameters.get("ticket", "")
        return await self._readers.run(
            lambda: self._services.calls.redeem(
                ticket, external_id=start.call_sid, owner=self._settings.owner_id
            ),
            seconds=_REDEEM,
            what="opening the call",
        )

    # -- any leg -----------------------------------------------------------------------------

    async def _hold(
        self, config: CallConfig, leg: CallLeg, carry: Callable[[], Awaitable[object]]
    ) -> None:
        """One call from its leg's start to its record's end."""
        try:
            record = self._archive.open(config)
        except OSError:  # no call without a record: the carrier's fallback route takes it
            logger.exception("no spool", extra={"call_id": str(config.call_id)})
            await leg.hangup(EndReason.DRAINED)
            await self._leave(config)
            return
        facts = Facts(record)
        conversation = self._host.conversation(config, facts=facts, ports=self._ports(config))
        call = Call(
            config,
            record=record,
            facts=facts,
            conversation=conversation,
            clock=self._clock,
            flush=lambda: self._flushed(config.call_id),
        )
        self._calls[config.call_id] = call
        self._empty.clear()
        try:
            async with asyncio.TaskGroup() as tasks:
                presence = tasks.create_task(self._be_present(config, facts))
                carrying = tasks.create_task(_carry(carry))
                await call.run(leg)
                presence.cancel()
                await carrying
        finally:
            del self._calls[config.call_id]
            if not self._calls:
                self._empty.set()
            await self._leave(config)

    def _ports(self, config: CallConfig) -> Ports:
        seconds = _ASK
        search = TenantSearch(
            config, service=self._services.knowledge, readers=self._readers, seconds=seconds
        )
        calendar = TenantAppointments(
            config, service=self._services.appointments, readers=self._readers, seconds=seconds
        )
        return Ports(
            clock=self._clock,
            knowledge=self._host.knowledge(search, user=str(config.call_id))
            if config.agent.retrieval
            else None,
            appointments=calendar,
        )

    async def _flushed(self, call_id: UUID) -> bool:
        return await self._readers.run(
            lambda: self._writer.flushed(call_id, timeout=_FLUSH), seconds=2 * _FLUSH, what="record"
        )

    async def _be_present(self, config: CallConfig, facts: Facts) -> None:
        """Keep the call's seat and its live state in Redis, as far as there is a Redis."""
        seat = _seat(config)
        known: CallState | None = None
        renewed = 0.0
        while True:
            now = self._clock.monotonic()
            if facts.state is not known or now - renewed > _RENEW:
                known, renewed = facts.state, now
                with contextlib.suppress(
                    AppError
                ):  # logged by the services; nothing else depends on it
                    await self._readers.run(
                        lambda state=known: self._show(config, seat, state),
                        seconds=_REDEEM,
                        what="presence",
                    )
            await asyncio.sleep(0.25)

    def _show(self, config: CallConfig, seat: Seat, state: CallState) -> None:
        self._services.admission.confirm(seat, owner=self._settings.owner_id)
        self._services.live.put(
            LiveCall(
                call_id=config.call_id,
                tenant_id=config.tenant_id,
                owner=self._settings.owner_id,
                state=state,
            )
        )

    async def _leave(self, config: CallConfig) -> None:
        def leave() -> None:
            self._services.admission.release(_seat(config))
            self._services.live.drop(config.tenant_id, config.call_id)

        with contextlib.suppress(AppError):  # the seat runs out by itself
            await self._readers.run(leave, seconds=_REDEEM, what="leaving")

    # -- commands and draining ---------------------------------------------------------------

    async def command(self, command: Command) -> Ack:
        """Carry out a command on one of our calls."""
        call = self._calls.get(command.call_id)
        if call is None or call.config.tenant_id != command.tenant_id:
            return Ack(id=command.id, ok=False, code=ErrorCode.BIZ_INVALID_STATE.value)
        return await call.handle(command)

    async def drain(self, seconds: float) -> None:
        """Take no new calls; let the live ones finish within `seconds`, then hand them over."""
        self.draining = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        for call in tuple(self._calls.values()):
            call.end(Outcome(kind=OutcomeKind.FALLBACK, reason="drained"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self._empty.wait()


def _seat(config: CallConfig) -> Seat:
    return Seat(agency_id=config.agency_id, tenant_id=config.tenant_id, call_id=config.call_id)


async def _carry(carry: Callable[[], Awaitable[object]]) -> None:
    await carry()


def _refused(code: ErrorCode, message: str) -> web.Response:
    error: dict[str, object] = {
        "code": code.value,
        "message": message,
        "details": [],
        "request_id": "",
    }
    return web.json_response({"error": error}, status=code.status)


def _reason(exc: Exception) -> str:
    return str(exc) or type(exc).__name__
