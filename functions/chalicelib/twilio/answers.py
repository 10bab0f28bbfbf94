"""What a caller's carrier is told, whatever happens: never an error page, never silence."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from aiconnected.calls.aftermath import Aftermath, Next
from aiconnected.calls.models import CallTicket, Carrier, CarrierStatus, Refusal, RefusalReason
from aiconnected.received.models import EventKey, StoredResponse
from chalicelib.twilio import twiml
from chalicelib.twilio.forms import TwilioForm

if TYPE_CHECKING:
    from chalicelib.services import Services

VOICE = "/api/v1/webhooks/twilio/voice"
AFTER = "/api/v1/webhooks/twilio/after"
STATUS = "/api/v1/webhooks/twilio/status"
OUTBOUND = "/api/v1/webhooks/twilio/outbound"
SOCKET = "/ws/voice-twilio"

UNAVAILABLE = "We are sorry, but we cannot take your call at the moment. Please try again later."
UNKNOWN_NUMBER = "The number you have called is not in service."
HANDOVER = "One moment please, I am connecting you."
NOBODY_ANSWERED = "We are sorry, but nobody can take your call right now. Please try again later."
# Stands for the ticket in what is kept: the ticket itself is made again for every delivery.
_TICKET = "{ticket}"


class TwilioAnswers:
    """Answers Twilio's webhooks, a repeated one as it was answered first."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._settings = services.settings

    def voice(self, form: TwilioForm) -> str:
        """TwiML for a call that comes in."""
        opened: list[CallTicket | Refusal] = []

        def compute() -> StoredResponse:
            opened.append(self._open(form))
            return StoredResponse(status=200, body=self._opened(form, opened[0]))

        kept = self._once(f"voice:{form.call_sid}", form, compute)
        if _TICKET not in kept:
            return kept
        ticket = opened[0] if opened else self._open(form)
        if not isinstance(ticket, CallTicket):
            return self._opened(form, ticket)
        return kept.replace(_TICKET, ticket.ticket)

    def outbound(self, form: TwilioForm, *, call_id: UUID) -> str:
        """TwiML for somebody whom we have called, and who has answered."""
        tickets: list[CallTicket | None] = []

        def connect() -> CallTicket | None:
            return self._services.placed_calls.connected(call_id, form.call_sid)

        def compute() -> StoredResponse:
            tickets.append(connect())
            return StoredResponse(status=200, body=self._answered(tickets[0]))

        kept = self._once(f"outbound:{form.call_sid}", form, compute)
        if _TICKET not in kept:
            return kept
        ticket = tickets[0] if tickets else connect()
        return kept.replace(_TICKET, ticket.ticket) if ticket else self._answered(None)

    def after(self, form: TwilioForm) -> str:
        """TwiML for a caller whose media stream, or whose dialled call, is over."""
        what = form.fields.get("DialCallSid") or form.fields.get("StreamSid") or ""
        dialled = form.dial_status
        event = f"after:{form.call_sid}:{what}:{dialled or ''}"

        def compute() -> StoredResponse:
            decided = self._services.carriers.aftermath(
                Carrier.TWILIO, form.call_sid, dial_status=dialled
            )
            return StoredResponse(status=200, body=self._decided(form, decided))

        return self._once(event, form, compute)

    def status(self, form: TwilioForm, *, call_id: UUID | None = None) -> None:
        """Keep where the call stands; `call_id` is that of a call that we have placed."""
        status = form.status
        if status is None:
            return
        if call_id is not None:
            self._services.placed_calls.name(call_id, form.call_sid)

        def compute() -> StoredResponse:
            self._services.carriers.status_changed(
                Carrier.TWILIO, form.call_sid, status=status, at=form.at
            )
            return StoredResponse(status=204)

        self._once(f"status:{form.call_sid}:{status}", form, compute)

    def _once(self, event: str, form: TwilioForm, compute: Callable[[], StoredResponse]) -> str:
        key = EventKey(provider=Carrier.TWILIO.value, event=event)
        return self._services.received.once(key, request_sha256=form.digest, compute=compute).body

    def _open(self, form: TwilioForm) -> CallTicket | Refusal:
        return self._services.calls.open(
            Carrier.TWILIO, form.call_sid, from_=form.from_, to=form.to
        )

    def _opened(self, form: TwilioForm, opened: CallTicket | Refusal) -> str:
        if isinstance(opened, CallTicket):
            url = self._settings.public_realtime_ws_url + SOCKET
            return twiml.connect(url, ticket=_TICKET, action=self._action())
        if opened.fallback_number is not None:
            return twiml.dial(
                opened.fallback_number, caller_id=form.caller_id, action=self._action()
            )
        unknown = opened.reason is RefusalReason.UNKNOWN_NUMBER
        return twiml.hang_up(last=UNKNOWN_NUMBER if unknown else UNAVAILABLE)

    def _answered(self, ticket: CallTicket | None) -> str:
        if ticket is None:
            return twiml.hang_up(last=UNAVAILABLE)
        url = self._settings.public_realtime_ws_url + SOCKET
        return twiml.connect(url, ticket=_TICKET, action=self._action())

    def _decided(self, form: TwilioForm, decided: Aftermath) -> str:
        if decided.next is Next.DIAL and decided.number is not None:
            first = HANDOVER if decided.after_failure else ""
            return twiml.dial(
                decided.number, caller_id=form.caller_id, action=self._action(), first=first
            )
        if decided.after_failure:
            return twiml.hang_up(last=UNAVAILABLE)
        if form.dial_status not in {None, CarrierStatus.COMPLETED, CarrierStatus.ANSWERED}:
            return twiml.hang_up(last=NOBODY_ANSWERED)
        return twiml.hang_up()

    def _action(self) -> str:
        return self._settings.public_api_url + AFTER
