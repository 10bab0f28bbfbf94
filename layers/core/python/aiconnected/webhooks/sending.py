"""Sending of webhooks: each delivery tried by one at a time, its outcome kept, ever later again."""

import json
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DeliveryDue, MailKind, MailRequested
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ProviderError
from aiconnected.outbox.ports import Publisher
from aiconnected.outbox.service import Outbox
from aiconnected.outside.client import OutsideClient, OutsideRequest
from aiconnected.webhooks import signing
from aiconnected.webhooks.deliveries import Claimed, DeliveryPlace, DeliveryRepository
from aiconnected.webhooks.log import DeliveryLog
from aiconnected.webhooks.models import Outcome
from aiconnected.webhooks.repository import EndpointRepository
from aiconnected.webhooks.retries import GIVEN_UP, next_attempt
from aiconnected.webhooks.secrets import WebhookSecrets

logger = logging.getLogger(__name__)

SECONDS = 10.0  # that an endpoint has to answer
KEPT_BODY = 4_000  # characters of an answer
LEASE = timedelta(seconds=60)
LOOK_AGAIN = timedelta(minutes=10)  # at what a paused endpoint has missed
BATCH = 500
_FAILING = "failing"  # why an endpoint is disabled


class Placed(Protocol):
    """A delivery and whose it is."""

    @property
    def id(self) -> UUID: ...
    @property
    def agency_id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID: ...


class WebhookSender:
    """Opens its own units of work: none is held while an endpoint is waited for."""

    def __init__(
        self,
        deliveries: DeliveryRepository,
        endpoints: EndpointRepository,
        *,
        log: DeliveryLog,
        secrets: WebhookSecrets,
        outside: OutsideClient,
        notices: "DisabledNotices",
        publisher: Publisher,
        database: Database,
        clock: Clock,
    ) -> None:
        self._deliveries, self._endpoints, self._log = deliveries, endpoints, log
        self._secrets, self._outside, self._notices = secrets, outside, notices
        self._publisher, self._database, self._clock = publisher, database, clock

    def fan_out(self, envelope: Envelope) -> int:
        """Make the deliveries of an event and have them sent; how many. Again, it makes none."""
        if envelope.agency_id is None:
            return 0
        with self._database.work(Scope(agency_id=envelope.agency_id)) as work:
            made = self._log.fan_out(work, envelope)
        self.announce(made)
        return len(made)

    def deliver(self, envelope: Envelope) -> Outcome | None:
        """Try a delivery; None when it is not due: another has done it, or it was given up."""
        if envelope.agency_id is None or envelope.tenant_id is None:
            return None
        place = DeliveryPlace(
            id=envelope.read(DeliveryDue).delivery_id,
            agency_id=envelope.agency_id,
            tenant_id=envelope.tenant_id,
        )
        now = self._clock.now()
        with self._database.work(Scope(agency_id=place.agency_id)) as work:
            claimed = self._deliveries.claim(work, place, now=now, leased_until=now + LEASE)
            if claimed is None:
                self._deliveries.postpone(work, place, now=now, until=now + LOOK_AGAIN)
        if claimed is None:
            return None
        outcome = self._try(claimed)
        with self._database.work(Scope(agency_id=place.agency_id)) as work:
            self._settle(work, claimed, outcome)
        return outcome

    def dispatch(self) -> int:
        """Have all that is due sent: the scheduled job. How many there were."""
        with self._database.work(Scope.platform("find webhooks to send")) as work:
            due = self._deliveries.due(work, now=self._clock.now(), limit=BATCH)
        return self.announce(due)

    def sweep(self) -> int:
        """Forget what was sent long ago: the scheduled job. How many there were."""
        with self._database.work(Scope.platform("sweep webhook deliveries")) as work:
            return self._log.sweep(work)

    def announce(self, places: Sequence["Placed"]) -> int:
        """Have deliveries tried now; how many.

        Without the queue they wait for the next dispatch: they are due until they are tried.
        """
        for count, place in enumerate(places):
            message = Envelope.of(
                DeliveryDue(delivery_id=place.id),
                at=self._clock.now(),
                agency_id=place.agency_id,
                tenant_id=place.tenant_id,
            )
            try:
                self._publisher.publish(message)
            except ProviderError as exc:
                logger.warning("webhooks wait", extra={"code": exc.error_code})
                return count
        return len(places)

    def _try(self, claimed: Claimed) -> Outcome:
        at, started = self._clock.now(), time.monotonic()
        status, error, text = None, None, ""
        try:
            answer = self._outside.send(
                self._request(claimed), seconds=SECONDS, limit=KEPT_BODY, cut=True
            )
        except AppError as exc:  # whatever it is, the endpoint has not got it
            error = exc.error_code.value
        else:
            status, text = answer.status, answer.body.decode(errors="replace").replace("\0", "")
            error = None if answer.ok else f"status_{answer.status}"
        return Outcome(
            at=at,
            status=status,
            error=error,
            duration_ms=int((time.monotonic() - started) * 1000),
            response_body=text[:KEPT_BODY],
        )

    def _request(self, claimed: Claimed) -> OutsideRequest:
        body = json.dumps(claimed.payload, ensure_ascii=False, separators=(",", ":")).encode()
        now = self._clock.now()
        keys = self._secrets.of(claimed, now=now)
        headers = {
            "Content-Type": "application/json",
            signing.SIGNATURE: signing.signature(body, keys=keys, at=now),
            signing.DELIVERY: str(claimed.id),
            signing.EVENT: claimed.event_type,
            signing.EVENT_ID: str(claimed.event_id),
        }
        return OutsideRequest(url=claimed.url, method="POST", headers=headers, content=body)

    def _settle(self, work: Work, claimed: Claimed, outcome: Outcome) -> None:
        now = self._clock.now()
        again = next_attempt(created_at=claimed.created_at, attempts=claimed.attempts, now=now)
        self._deliveries.settle(work, claimed, outcome=outcome, next_attempt_at=again)
        if outcome.ok:
            self._endpoints.got_through(work, claimed.endpoint_id)
            return
        since = self._endpoints.failed(work, claimed.endpoint_id, now=now)
        if (
            since is not None
            and since <= now - GIVEN_UP
            and self._endpoints.disable(work, claimed.endpoint_id, reason=_FAILING, now=now)
        ):
            self._endpoints.abandon(work, claimed.endpoint_id, error="endpoint_disabled")
            self._notices.disabled(work, claimed)


class DisabledNotices:
    """Tells an agency that one of its endpoints is sent nothing more."""

    def __init__(
        self, *, agencies: AgencyService, outbox: Outbox, audit: AuditService, clock: Clock
    ) -> None:
        self._agencies, self._outbox, self._audit = agencies, outbox, audit
        self._clock = clock

    def disabled(self, work: Work, claimed: Claimed) -> None:
        """Write it to the audit log, and have a mail sent."""
        change = Change(
            action="webhook_endpoint.disabled",
            resource_type="webhook_endpoint",
            resource_id=claimed.endpoint_id,
            changes={"status": ("active", "disabled")},
            reason="nothing got through for 24 hours",
        )
        self._audit.record(work, change, agency_id=claimed.agency_id, tenant_id=claimed.tenant_id)
        mail = MailRequested(
            kind=MailKind.NOTICE,
            email=self._agencies.get(work, claimed.agency_id).contact_email,
            subject="A webhook endpoint has been switched off",
            paragraphs=(
                f"Nothing has got through to {claimed.url.partition('?')[0]} for 24 hours.",
                "We have stopped sending.",
                "Once it answers again, make the endpoint active and replay what it has missed.",
            ),
        )
        message = Envelope.of(
            mail, at=self._clock.now(), agency_id=claimed.agency_id, tenant_id=None
        )
        self._outbox.append(work, message)
