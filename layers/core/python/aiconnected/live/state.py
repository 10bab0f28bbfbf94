"""Live calls in Redis: who owns a call and where it stands. A copy, never the record."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from redis import Redis

from aiconnected.calls.state import CallState
from aiconnected.kit.errors import Unavailable
from aiconnected.live import keys
from aiconnected.live.connection import REDIS_LOST, pipeline

logger = logging.getLogger(__name__)

TTL = timedelta(seconds=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """A call as its owner last described it."""

    call_id: UUID
    tenant_id: UUID
    owner: str
    state: CallState


class LiveCalls:
    """Writer and reader of live calls. Writing without Redis is a logged loss; reading raises."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def put(self, call: LiveCall) -> bool:
        """Keep and publish the state for two minutes; False when Redis is lost."""
        key = keys.call(call.tenant_id, call.call_id)
        news = {"call_id": str(call.call_id), "state": call.state.value}
        try:
            with pipeline(self._redis, transaction=True) as pipe:
                pipe.hset(key, mapping={"owner": call.owner, "state": call.state.value})
                pipe.pexpire(key, TTL)
                pipe.publish(  # pyright: ignore[reportUnknownMemberType] -- its **kwargs are untyped
                    keys.events(call.tenant_id), json.dumps(news)
                )
                pipe.execute()
        except REDIS_LOST as exc:
            return _lost(call.call_id, exc)
        return True

    def touch(self, tenant_id: UUID, call_id: UUID) -> bool:
        """Give the state two more minutes; False when it is gone and wants another `put`."""
        try:
            return bool(self._redis.pexpire(keys.call(tenant_id, call_id), TTL))
        except REDIS_LOST as exc:
            return _lost(call_id, exc)

    def drop(self, tenant_id: UUID, call_id: UUID) -> bool:
        """Forget a call that has ended; False when Redis is lost, and the TTL will do it."""
        try:
            self._redis.delete(keys.call(tenant_id, call_id))
        except REDIS_LOST as exc:
            return _lost(call_id, exc)
        return True

    def get(self, tenant_id: UUID, call_id: UUID) -> LiveCall | None:
        """The live call, or None when no process has it; `Unavailable` without Redis."""
        try:
            found = self._redis.hgetall(keys.call(tenant_id, call_id))
        except REDIS_LOST as exc:
            raise Unavailable("Live calls cannot be reached at the moment.") from exc
        fields = {str(name): str(value) for name, value in found.items()}
        if not fields.keys() >= {"owner", "state"}:
            return None
        return LiveCall(
            call_id=call_id,
            tenant_id=tenant_id,
            owner=fields["owner"],
            state=CallState(fields["state"]),
        )


def _lost(call_id: UUID, exc: Exception) -> bool:
    logger.warning(
        "live state without redis", extra={"call_id": str(call_id), "error": type(exc).__name__}
    )
    return False
