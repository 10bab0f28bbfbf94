"""Service of deliveries: fanned out, shown, and sent once more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.contracts.catalogue import MONEY, WebhookTest
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import EventHappened
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ErrorCode, FieldError, Invalid
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.webhooks.deliveries import DeliveryPlace, DeliveryRepository, NewDelivery
from aiconnected.webhooks.errors import DeliveryNotFound, EndpointNotActive
from aiconnected.webhooks.models import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointStatus,
    Listener,
)
from aiconnected.webhooks.repository import EndpointRepository

MOST_REPLAYED = 1_000  # deliveries of one request
KEPT = timedelta(days=30)
_REPLAYED = "webhook_endpoint.replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event as it is sent: its id is the same for all who hear of it."""

    id: UUID
    type: str
    at: datetime
    agency_id: UUID
    tenant_id: UUID
    data: Mapping[str, object]

    @property
    def payload(self) -> dict[str, object]:
        """The body."""
        return {
            "id": str(self.id),
            "type": self.type,
            "created_at": self.at.isoformat(),
            "agency_id": str(self.agency_id),
            "tenant_id": str(self.tenant_id),
            "data": dict(self.data),
        }

    def to(self, listener: Listener) -> "Happening":
        """The same for those who see the bills; without money for a client's own people."""
        if listener.tenant_id is None:
            return self
        data = {name: None if name in MONEY else value for name, value in self.data.items()}
        return replace(self, data=data)


class DeliveryLog:
    """Works within the caller's unit of work."""

    def __init__(
        self,
        deliveries: DeliveryRepository,
        endpoints: EndpointRepository,
        *,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._deliveries, self._endpoints = deliveries, endpoints
        self._audit, self._clock = audit, clock

    def fan_out(self, work: Work, envelope: Envelope) -> list[DeliveryPlace]:
        """One delivery for each endpoint that listens, in the agency's scope.

        The same event again makes none. Raises `Invalid` for an event that is nobody's.
        """
        if envelope.agency_id is None or envelope.tenant_id is None:
            raise Invalid("The message does not say whose event it is.")
        body = envelope.read(EventHappened)
        event = Happening(
            id=envelope.id,
            type=body.event,
            at=envelope.at,
            agency_id=envelope.agency_id,
            tenant_id=envelope.tenant_id,
            data=body.data,
        )
        listening = self._endpoints.listeners(
            work, agency_id=event.agency_id, tenant_id=event.tenant_id, event_type=event.type
        )
        made = [self._send(work, event.to(listener), listener.id) for listener in listening]
        return [place for place in made if place is not None]

    def test(self, work: Work, endpoint: Endpoint, *, tenant_id: UUID) -> Delivery:
        """Send a test event about a client; raises `EndpointNotActive`."""
        _require_active(endpoint)
        event = Happening(
            id=new_id(),
            type=WebhookTest.TYPE,
            at=self._clock.now(),
            agency_id=endpoint.agency_id,
            tenant_id=endpoint.tenant_id or tenant_id,
            data=WebhookTest().model_dump(mode="json"),
        )
        place = self._send(work, event, endpoint.id)
        if place is None:
            raise DeliveryNotFound
        self._record(work, "webhook_endpoint.tested", endpoint, count=1)
        return self.get(work, endpoint.id, delivery_id=place.id)

    def page(self, work: Work, endpoint_id: UUID, *, wanted: ListQuery) -> Page[Delivery]:
        """Deliveries to an endpoint."""
        return self._deliveries.page(work, endpoint_id, wanted=wanted)

    def get(self, work: Work, endpoint_id: UUID, *, delivery_id: UUID) -> Delivery:
        """One delivery to an endpoint; raises `DeliveryNotFound`."""
        delivery = self._deliveries.by_id(work, endpoint_id, delivery_id=delivery_id)
        if delivery is None:
            raise DeliveryNotFound
        return delivery

    def attempts(self, work: Work, delivery: Delivery) -> list[Attempt]:
        """Its tries, in order."""
        return self._deliveries.attempts(work, delivery.tenant_id, delivery_id=delivery.id)

    def replay(self, work: Work, endpoint: Endpoint, *, delivery_id: UUID) -> Delivery:
        """Send it once more, as another delivery of the same event.

        Raises `DeliveryNotFound`, `EndpointNotActive`.
        """
        _require_active(endpoint)
        again = self._again(work, self.get(work, endpoint.id, delivery_id=delivery_id))
        self._record(work, _REPLAYED, endpoint, count=1)
        return self.get(work, endpoint.id, delivery_id=again)

    def replay_many(
        self,
        work: Work,
        endpoint: Endpoint,
        *,
        status: DeliveryStatus,
        since: datetime,
        until: datetime,
    ) -> int:
        """Send once more what came about in that time; how many, `MOST_REPLAYED` at most.

        Raises `EndpointNotActive`, `Invalid`.
        """
        _require_active(endpoint)
        if since >= until:
            wrong = FieldError(
                field="since", code=ErrorCode.VAL_OUT_OF_RANGE, message="since is before until."
            )
            raise Invalid(code=wrong.code, details=[wrong])
        found = self._deliveries.replayable(
            work, endpoint.id, status=status, since=since, until=until, limit=MOST_REPLAYED
        )
        for delivery in found:
            self._again(work, delivery)
        if found:
            self._record(work, _REPLAYED, endpoint, count=len(found))
        return len(found)

    def sweep(self, work: Work) -> int:
        """Forget what was sent more than thirty days ago: the scheduled job."""
        return self._deliveries.delete_old(work, before=self._clock.now() - KEPT)

    def _send(self, work: Work, event: Happening, endpoint_id: UUID) -> DeliveryPlace | None:
        """None when the endpoint has been given this event already."""
        new = NewDelivery(
            id=new_id(),
            agency_id=event.agency_id,
            tenant_id=event.tenant_id,
            endpoint_id=endpoint_id,
            event_id=event.id,
            event_type=event.type,
            payload=event.payload,
        )
        if not self._deliveries.insert(work, new, now=self._clock.now()):
            return None
        return DeliveryPlace(id=new.id, agency_id=new.agency_id, tenant_id=new.tenant_id)

    def _again(self, work: Work, delivery: Delivery) -> UUID:
        new = NewDelivery(
            id=new_id(),
            agency_id=delivery.agency_id,
            tenant_id=delivery.tenant_id,
            endpoint_id=delivery.endpoint_id,
            event_id=delivery.event_id,
            event_type=delivery.event_type,
            payload=delivery.payload,
            replay_of=delivery.id,
        )
        self._deliveries.insert(work, new, now=self._clock.now())
        return new.id

    def _record(self, work: Work, action: str, endpoint: Endpoint, *, count: int) -> None:
        change = Change(
            action=action,
            resource_type="webhook_endpoint",
            resource_id=endpoint.id,
            changes={"deliveries": (None, count)},
        )
        self._audit.record(work, change, agency_id=endpoint.agency_id, tenant_id=endpoint.tenant_id)


def _require_active(endpoint: Endpoint) -> None:
    if endpoint.status is not EndpointStatus.ACTIVE:
        raise EndpointNotActive
