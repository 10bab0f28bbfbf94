"""Idempotency keys: computes the answer to a request once, and gives it to every repetition."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from aiconnected.db import Database, Scope
from aiconnected.idempotency.errors import KeyOfAnotherRequest, StillAnswering
from aiconnected.idempotency.models import Claim, KeptAnswer
from aiconnected.idempotency.ports import Seals
from aiconnected.idempotency.repository import IdempotencyRepository
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
# Twice what a request may take: whoever has not answered by now is taken for dead.
DEAD_AFTER = timedelta(seconds=60)
_CONTEXT = {"noun": "idempotency_keys"}
_SERVER_ERROR = 500


class IdempotencyService:
    """One effect and one answer for each key of an actor."""

    def __init__(
        self,
        keys: IdempotencyRepository,
        *,
        database: Database,
        seals: Seals,
        clock: Clock,
    ) -> None:
        self._keys, self._database, self._seals, self._clock = keys, database, seals, clock

    def once(self, claim: Claim, *, compute: Callable[[], KeptAnswer]) -> KeptAnswer:
        """The answer of the first `compute` with this key, kept for a day unless it is a 5xx.

        No unit of work is open meanwhile. A request whose process dies between its effect and its
        answer is computed anew when it is repeated. Raises `KeyOfAnotherRequest`, `StillAnswering`.
        """
        begun_at = self._claimed(claim)
        if begun_at is None:
            return self._repeated(claim)
        try:
            answer = compute()
        except BaseException:  # whatever stops us, the next request must be free to try
            self._release(claim, begun_at)
            raise
        if answer.status >= _SERVER_ERROR:
            self._release(claim, begun_at)
        else:
            self._keep(claim, begun_at, answer=answer)
        return answer

    def sweep(self) -> int:
        """Forget keys that have had their day: the scheduled job."""
        with self._database.work(Scope.platform("sweep idempotency keys")) as work:
            return self._keys.delete_expired(work, now=self._clock.now())

    def _claimed(self, claim: Claim) -> datetime | None:
        now = self._clock.now()
        with self._database.work(Scope.platform("claim idempotency key")) as work:
            won = self._keys.claim(
                work, claim, now=now, dead_before=now - DEAD_AFTER, expires_at=now + KEPT
            )
        return now if won else None

    def _repeated(self, claim: Claim) -> KeptAnswer:
        with self._database.work(Scope.platform("answer request again")) as work:
            kept = self._keys.kept(work, claim)
        if kept is not None and kept.request_sha256 != claim.request_sha256:
            raise KeyOfAnotherRequest
        if kept is None or kept.status is None or kept.sealed_answer is None:
            raise StillAnswering
        headers, body = json.loads(self._seals.open(kept.sealed_answer, context=_CONTEXT))
        return KeptAnswer(status=kept.status, headers=headers, body=body, replayed=True)

    def _keep(self, claim: Claim, begun_at: datetime, *, answer: KeptAnswer) -> None:
        content = json.dumps([dict(answer.headers), answer.body]).encode()
        try:
            sealed = self._seals.seal(content, context=_CONTEXT)
            with self._database.work(Scope.platform("keep answer to request")) as work:
                self._keys.answer(
                    work,
                    claim,
                    begun_at=begun_at,
                    now=self._clock.now(),
                    status=answer.status,
                    sealed_answer=sealed,
                )
        except AppError as exc:  # the effect is there: its answer must not become an error
            logger.warning("answer not kept", extra={"code": exc.error_code})

    def _release(self, claim: Claim, begun_at: datetime) -> None:
        try:
            with self._database.work(Scope.platform("release idempotency key")) as work:
                self._keys.release(work, claim, begun_at=begun_at)
        except AppError as exc:  # taken over when it is dead
            logger.warning("idempotency key not released", extra={"code": exc.error_code})
