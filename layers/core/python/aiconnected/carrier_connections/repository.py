"""Repository of carrier connections: every SQL statement about one."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.auth.models import Place
from aiconnected.carrier_connections.models import CONNECTIONS, CarrierConnection, NewConnection
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = frozenset(
    {"name", "status", "external_account_id", "provider_credential_id", "settings"}
)


class ConnectionRepository:
    """Reads and writes carrier connections."""

    def by_id(self, work: Work, connection_id: UUID) -> CarrierConnection | None:
        """The connection, unless deleted or outside the scope."""
        return work.row(SQL["by_id"], CarrierConnection, connection_id=connection_id)

    def lock(self, work: Work, connection_id: UUID) -> CarrierConnection | None:
        """The connection, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], CarrierConnection, connection_id=connection_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[CarrierConnection]:
        """Those that were asked for."""
        return page(work, SQL["page"], CarrierConnection, of=CONNECTIONS, wanted=wanted)

    def insert(self, work: Work, connection_id: UUID, *, at: Place, new: NewConnection) -> None:
        """Add it; raises UniqueViolation when the agency has one of this name."""
        work.run(SQL["insert"], id=connection_id, **asdict(at), **asdict(new))

    def change(self, work: Work, connection_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the name is taken."""
        named = {_column(name): value for name, value in changes.items()}
        change(work, SQL["change"], changes=named, columns=_COLUMNS, connection_id=connection_id)

    def delete(self, work: Work, connection_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], connection_id=connection_id, now=now)


def _column(name: str) -> str:
    return "provider_credential_id" if name == "credential_id" else name
