"""Repository of received events: every SQL statement about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.received.models import EventKey, StoredResponse

SQL = Queries.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An event with its answer, if it has been given yet."""

    request_sha256: bytes
    response_status: int | None
    response_headers: Mapping[str, str]
    response_body: str | None

    @property
    def response(self) -> StoredResponse | None:
        """The answer to give again."""
        if self.response_status is None:
            return None
        return StoredResponse(
            status=self.response_status,
            headers=self.response_headers,
            body=self.response_body or "",
            replayed=True,
        )


class ReceivedRepository:
    """Received events."""

    def claim(
        self,
        work: Work,
        claim_id: UUID,
        *,
        key: EventKey,
        digest: bytes,
        now: datetime,
        dead_before: datetime,
    ) -> bool:
        """Whether this claim answers the event."""
        won = work.value(
            SQL["claim"],
            UUID,
            id=claim_id,
            provider=key.provider,
            external_event_id=key.event,
            request_sha256=digest,
            now=now,
            dead_before=dead_before,
        )
        return won == claim_id

    def answer(
        self, work: Work, claim_id: UUID, *, response: StoredResponse, now: datetime
    ) -> bool:
        """Keep the answer; False when another claim has taken over."""
        return bool(
            work.run(
                SQL["answer"],
                id=claim_id,
                status=response.status,
                headers=dict(response.headers),
                body=response.body,
                now=now,
            )
        )

    def find(self, work: Work, key: EventKey) -> Received | None:
        """What is known of an event."""
        return work.row(
            SQL["received"], Received, provider=key.provider, external_event_id=key.event
        )

    def forget(self, work: Work, claim_id: UUID) -> None:
        """Take the claim back."""
        work.run(SQL["forget"], id=claim_id)

    def delete_old(self, work: Work, *, before: datetime) -> int:
        """Forget what was received before that moment."""
        return work.run(SQL["delete_old"], before=before)
