"""Sender of commands to live calls: a stream for each owner, one answer for each command."""

from datetime import timedelta

from redis import Redis

from aiconnected.contracts.commands import Ack, Command
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import Conflict, ProviderTimeout, Unavailable
from aiconnected.live import keys
from aiconnected.live.connection import REDIS_LOST, TIMEOUT_S, connect, pipeline
from aiconnected.live.state import LiveCalls

STREAM_TTL = timedelta(seconds=120)
STREAM_LENGTH = 1_000


class NotLive(Conflict):
    """No live call takes this command: it has not been answered yet, or it is over."""


class NoAnswer(ProviderTimeout):
    """The process that owns the call did not answer the command in time."""

    def __init__(self) -> None:
        super().__init__(provider="realtime", retryable=True)


class CommandSender:
    """Routes a command to the owner of its call and waits for what became of it."""

    def __init__(self, redis_url: str, *, live: LiveCalls, clock: Clock) -> None:
        self._url = redis_url
        self._live = live
        self._clock = clock

    def send(self, command: Command) -> Ack:
        """The owner's answer; `NotLive` without an owner, `NoAnswer` after the deadline,
        `Unavailable` without Redis.
        """
        live = self._live.get(command.tenant_id, command.call_id)
        if live is None:
            raise NotLive
        left = (command.deadline - self._clock.now()).total_seconds()
        if left <= 0:
            raise NoAnswer
        # A connection of its own: blocking reads need a longer time-out than anything else here.
        redis = connect(self._url, timeout_s=left + TIMEOUT_S)
        try:
            return self._exchange(redis, command, owner=live.owner, seconds=left)
        except REDIS_LOST as exc:
            raise Unavailable("Live calls cannot be reached at the moment.") from exc
        finally:
            redis.close()

    def _exchange(self, redis: Redis, command: Command, *, owner: str, seconds: float) -> Ack:
        stream = keys.commands(owner)
        with pipeline(redis, transaction=True) as pipe:
            pipe.xadd(
                stream,
                {"command": command.model_dump_json()},
                maxlen=STREAM_LENGTH,
                approximate=True,
            )
            pipe.pexpire(stream, STREAM_TTL)
            pipe.execute()
        answer = redis.blpop([keys.ack(command.tenant_id, command.id)], timeout=seconds)
        if answer is None:
            raise NoAnswer
        return Ack.model_validate_json(answer[1])
