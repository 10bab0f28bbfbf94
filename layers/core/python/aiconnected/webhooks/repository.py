"""Repository of endpoints: every SQL statement about who listens."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.webhooks.models import ENDPOINTS, Endpoint, Listener, NewEndpoint

SQL = Queries.beside(__file__)
_COLUMNS = frozenset({
    "url", "description", "event_types", "status", "failing_since", "disabled_at",
    "disabled_reason",
})  # fmt: skip


class EndpointRepository:
    """Reads and writes endpoints."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Endpoint]:
        """Those that were asked for."""
        return page(work, SQL["page"], Endpoint, of=ENDPOINTS, wanted=wanted)

    def by_id(self, work: Work, endpoint_id: UUID) -> Endpoint | None:
        """The endpoint, unless deleted."""
        return work.row(SQL["by_id"], Endpoint, endpoint_id=endpoint_id)

    def lock(self, work: Work, endpoint_id: UUID) -> Endpoint | None:
        """The endpoint, unless deleted, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Endpoint, endpoint_id=endpoint_id)

    def count(self, work: Work, *, agency_id: UUID, tenant_id: UUID | None) -> int:
        """How many the client has, or the agency itself."""
        counted = work.value(SQL["count_endpoints"], int, agency_id=agency_id, tenant_id=tenant_id)
        return counted or 0

    def insert(
        self, work: Work, endpoint_id: UUID, *, new: NewEndpoint, sealed_secret: bytes
    ) -> None:
        """Add it."""
        work.run(SQL["insert_endpoint"], id=endpoint_id, sealed_secret=sealed_secret, **asdict(new))

    def change(self, work: Work, endpoint_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns."""
        change(
            work, SQL["change_endpoint"], changes=changes, columns=_COLUMNS, endpoint_id=endpoint_id
        )

    def rotate(
        self, work: Work, endpoint_id: UUID, *, sealed_secret: bytes, previous_until: datetime
    ) -> None:
        """Sign with another secret; the one before signs too, until then."""
        work.run(
            SQL["rotate_secret"],
            endpoint_id=endpoint_id,
            sealed_secret=sealed_secret,
            previous_until=previous_until,
        )

    def delete(self, work: Work, endpoint_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete_endpoint"], endpoint_id=endpoint_id, now=now)

    def abandon(self, work: Work, endpoint_id: UUID, *, error: str) -> int:
        """Give up what is still to be sent to it."""
        return work.run(SQL["abandon_deliveries"], endpoint_id=endpoint_id, error=error)

    def listeners(
        self, work: Work, *, agency_id: UUID, tenant_id: UUID, event_type: str
    ) -> list[Listener]:
        """Endpoints that want an event of a client."""
        return work.rows(
            SQL["listeners"],
            Listener,
            agency_id=agency_id,
            tenant_id=tenant_id,
            event_type=event_type,
        )

    def got_through(self, work: Work, endpoint_id: UUID) -> None:
        """It answers."""
        work.run(SQL["got_through"], endpoint_id=endpoint_id)

    def failed(self, work: Work, endpoint_id: UUID, *, now: datetime) -> datetime | None:
        """Since when it does not answer; None when it is deleted."""
        return work.value(SQL["failed"], datetime, endpoint_id=endpoint_id, now=now)

    def disable(self, work: Work, endpoint_id: UUID, *, reason: str, now: datetime) -> bool:
        """Send it nothing more; False when it is not active."""
        return work.run(SQL["disable"], endpoint_id=endpoint_id, reason=reason, now=now) == 1
