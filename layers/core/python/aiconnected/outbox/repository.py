"""Repository of the outbox: every SQL statement about messages that leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiconnected.contracts.envelope import Envelope
from aiconnected.db import Queries, Work

SQL = Queries.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A message that waits to be sent, and how often that has failed."""

    id: UUID
    envelope: Mapping[str, Any]
    attempts: int


class OutboxRepository:
    """The outbox."""

    def append(self, work: Work, envelope: Envelope, *, now: datetime) -> bool:
        """Keep a message; False when it is kept already."""
        return bool(
            work.run(
                SQL["append"],
                id=envelope.id,
                agency_id=envelope.agency_id,
                tenant_id=envelope.tenant_id,
                topic=envelope.type,
                envelope=envelope.model_dump(mode="json"),
                now=now,
            )
        )

    def take(self, work: Work, *, limit: int, now: datetime) -> list[Pending]:
        """Messages that are due, locked for this unit of work."""
        return work.rows(SQL["take_pending"], Pending, limit=limit, now=now)

    def mark_sent(self, work: Work, message_id: UUID, *, now: datetime) -> None:
        """The queue has it."""
        work.run(SQL["mark_sent"], id=message_id, now=now)

    def mark_failed(
        self, work: Work, message_id: UUID, *, error: str, next_attempt_at: datetime
    ) -> None:
        """The queue did not take it."""
        work.run(SQL["mark_failed"], id=message_id, error=error, next_attempt_at=next_attempt_at)

    def delete_sent(self, work: Work, *, before: datetime) -> int:
        """Forget what was sent before that moment."""
        return work.run(SQL["delete_sent"], before=before)
