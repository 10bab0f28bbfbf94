"""Repository of idempotency keys: every SQL statement about them."""

from dataclasses import asdict
from datetime import datetime

from aiconnected.db import Queries, Work
from aiconnected.idempotency.models import Claim, Kept

SQL = Queries.beside(__file__)


class IdempotencyRepository:
    """Idempotency keys."""

    def claim(
        self,
        work: Work,
        claim: Claim,
        *,
        now: datetime,
        dead_before: datetime,
        expires_at: datetime,
    ) -> bool:
        """Whether this request is the one that is answered; if so it began `now`."""
        won = work.value(
            SQL["claim"],
            bool,
            **asdict(claim),
            now=now,
            dead_before=dead_before,
            expires_at=expires_at,
        )
        return won is True

    def kept(self, work: Work, claim: Claim) -> Kept | None:
        """What is kept of the claim's key."""
        return work.row(SQL["kept"], Kept, actor_id=claim.actor_id, key=claim.key)

    def answer(
        self,
        work: Work,
        claim: Claim,
        *,
        begun_at: datetime,
        now: datetime,
        status: int,
        sealed_answer: bytes,
    ) -> None:
        """Keep the answer to the request that began then."""
        work.run(
            SQL["answer"],
            actor_id=claim.actor_id,
            key=claim.key,
            begun_at=begun_at,
            now=now,
            status=status,
            sealed_answer=sealed_answer,
        )

    def release(self, work: Work, claim: Claim, *, begun_at: datetime) -> None:
        """Forget the request that began then."""
        work.run(SQL["release"], actor_id=claim.actor_id, key=claim.key, begun_at=begun_at)

    def delete_expired(self, work: Work, *, now: datetime) -> int:
        """Forget what is past its time."""
        return work.run(SQL["delete_expired"], now=now)
