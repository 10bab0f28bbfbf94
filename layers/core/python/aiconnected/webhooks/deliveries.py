"""Repository of deliveries: every SQL statement about what is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.db import Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.webhooks.models import DELIVERIES, Attempt, Delivery, DeliveryStatus, Outcome
from aiconnected.webhooks.repository import SQL


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlace:
    """A delivery and whose it is."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """An event for an endpoint."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    payload: Mapping[str, object]
    replay_of: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that is ours to try, with what it takes."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    payload: Mapping[str, object]
    attempts: int  # this one counted
    created_at: datetime
    url: str
    sealed_secret: bytes
    previous_sealed_secret: bytes | None
    previous_secret_expires_at: datetime | None


class DeliveryRepository:
    """Reads and writes deliveries."""

    def insert(self, work: Work, new: NewDelivery, *, now: datetime) -> bool:
        """Have it sent; False when the endpoint has been given this event already."""
        return bool(
            work.run(
                SQL["insert_delivery"],
                id=new.id,
                agency_id=new.agency_id,
                tenant_id=new.tenant_id,
                endpoint_id=new.endpoint_id,
                event_id=new.event_id,
                event_type=new.event_type,
                payload=dict(new.payload),
                replay_of=new.replay_of,
                now=now,
            )
        )

    def page(self, work: Work, endpoint_id: UUID, *, wanted: ListQuery) -> Page[Delivery]:
        """Those to an endpoint that were asked for."""
        return page(
            work,
            SQL["deliveries"],
            Delivery,
            of=DELIVERIES,
            wanted=wanted,
            endpoint_id=endpoint_id,
        )

    def by_id(self, work: Work, endpoint_id: UUID, *, delivery_id: UUID) -> Delivery | None:
        """One to the endpoint."""
        return work.row(SQL["delivery"], Delivery, endpoint_id=endpoint_id, delivery_id=delivery_id)

    def replayable(
        self,
        work: Work,
        endpoint_id: UUID,
        *,
        status: DeliveryStatus,
        since: datetime,
        until: datetime,
        limit: int,
    ) -> list[Delivery]:
        """Those to the endpoint that came about in that time, oldest first."""
        return work.rows(
            SQL["replayable"],
            Delivery,
            endpoint_id=endpoint_id,
            status=status,
            since=since,
            until=until,
            limit=limit,
        )

    def attempts(self, work: Work, tenant_id: UUID, *, delivery_id: UUID) -> list[Attempt]:
        """The tries, in order."""
        return work.rows(SQL["attempts"], Attempt, tenant_id=tenant_id, delivery_id=delivery_id)

    def claim(
        self, work: Work, place: DeliveryPlace, *, now: datetime, leased_until: datetime
    ) -> Claimed | None:
        """Be the one who tries it; None when it is not due, or its endpoint is not active."""
        return work.row(
            SQL["claim"],
            Claimed,
            tenant_id=place.tenant_id,
            delivery_id=place.id,
            now=now,
            leased_until=leased_until,
        )

    def postpone(self, work: Work, place: DeliveryPlace, *, now: datetime, until: datetime) -> None:
        """Look again later, if its endpoint is paused."""
        work.run(
            SQL["postpone"],
            tenant_id=place.tenant_id,
            delivery_id=place.id,
            now=now,
            until=until,
        )

    def settle(
        self,
        work: Work,
        claimed: Claimed,
        *,
        outcome: Outcome,
        next_attempt_at: datetime | None,
    ) -> None:
        """Keep how a try went and what follows from it."""
        work.run(
            SQL["insert_attempt"],
            delivery_id=claimed.id,
            attempt=claimed.attempts,
            agency_id=claimed.agency_id,
            tenant_id=claimed.tenant_id,
            at=outcome.at,
            status=outcome.status,
            error=outcome.error,
            duration_ms=outcome.duration_ms,
            response_body=outcome.response_body,
        )
        pending = next_attempt_at is not None and not outcome.ok
        settled = DeliveryStatus.SUCCEEDED if outcome.ok else DeliveryStatus.FAILED
        work.run(
            SQL["settle"],
            tenant_id=claimed.tenant_id,
            delivery_id=claimed.id,
            status=DeliveryStatus.PENDING if pending else settled,
            next_attempt_at=next_attempt_at if pending else None,
            last_status=outcome.status,
            last_error=outcome.error,
            delivered_at=outcome.at if outcome.ok else None,
        )

    def due(self, work: Work, *, now: datetime, limit: int) -> list[DeliveryPlace]:
        """Those to be tried now."""
        return work.rows(SQL["due"], DeliveryPlace, now=now, limit=limit)

    def delete_old(self, work: Work, *, before: datetime) -> int:
        """Forget what came about before that moment and is not to be sent any more."""
        return work.run(SQL["delete_old"], before=before)
