"""The carrier's state and services in one place: account, numbers, calls, telephones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.local.vendors.engines.control import Control
from infra.local.vendors.twilio.callbacks import StatusCallbacks
from infra.local.vendors.twilio.http_client import HttpClient
from infra.local.vendors.twilio.line import Line
from infra.local.vendors.twilio.media import MediaStream
from infra.local.vendors.twilio.model import Call, Number, Target
from infra.local.vendors.twilio.phones import Phones
from infra.local.vendors.twilio.recordings import Recording
from infra.local.vendors.twilio.tasks import Tasks
from infra.local.vendors.twilio.voice import Voice
from infra.local.vendors.twilio.webhooks import SignedRequest, Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose carrier this is."""

    sid: str
    auth_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One per server. Records are kept until the process ends."""

    account: Account
    control: Control
    http: HttpClient
    webhooks: Webhooks
    voice: Voice
    tasks: Tasks
    phones: Phones
    time_limit: int  # seconds a call may last
    numbers: dict[str, Number] = field(default_factory=dict)  # by SID
    calls: dict[str, Call] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    streams: dict[str, MediaStream] = field(default_factory=dict)  # live, by CallSid
    voice_requests: dict[str, SignedRequest] = field(default_factory=dict)  # first of each call

    def number(self, phone_number: str) -> Number | None:
        """The account's number, or nothing when the account does not own it."""
        owned = (number for number in self.numbers.values() if number.phone_number == phone_number)
        return next(owned, None)

    def stream(
        self, call: Call, line: Line, *, url: str, parameters: Mapping[str, str]
    ) -> MediaStream:
        return MediaStream(
            call=call,
            line=line,
            url=url,
            parameters=parameters,
            http=self.http,
            auth_token=self.account.auth_token,
            control=self.control,
        )

    def callbacks(
        self, call: Call, target: Target | None, *, events: frozenset[str]
    ) -> StatusCallbacks:
        return StatusCallbacks(
            call=call,
            target=target,
            events=events,
            webhooks=self.webhooks,
            control=self.control,
            tasks=self.tasks,
        )

    def record(self, call: Call, event: str, **fields: object) -> None:
        """Append to the journal of a call."""
        self.control.record(call.sid, event, **fields)
