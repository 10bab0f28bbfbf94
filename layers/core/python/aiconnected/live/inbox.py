"""Receiver of commands in the process that owns live calls; it outlives every loss of Redis."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast

from pydantic import ValidationError
from redis.asyncio import Redis

from aiconnected.contracts.commands import Ack, Command
from aiconnected.kit.clock import Clock, SystemClock
from aiconnected.kit.errors import AppError, ErrorCode
from aiconnected.live import keys
from aiconnected.live.connection import REDIS_LOST, connect_async

logger = logging.getLogger(__name__)

Handler = Callable[[Command], Awaitable[Ack]]
Entries = list[tuple[str, dict[str, str]]]

BLOCK_MS = 5_000
GRACE_S = 2.0  # for an answer, beyond what was asked to wait
ACK_TTL = timedelta(seconds=60)
FIRST_BACKOFF_S = 0.1
LONGEST_BACKOFF_S = 5.0


class CommandInbox:
    """Reads the owner's stream for ever and answers each command once."""

    def __init__(self, owner: str, redis_url: str, *, clock: Clock | None = None) -> None:
        self._stream = keys.commands(owner)
        self._url = redis_url
        self._clock = clock or SystemClock()
        self._after = "0-0"  # an owner's name is new with each process, and so is its stream

    async def run(self, handler: Handler) -> None:
        """Hand every command in time to `handler`; ends by cancellation only."""
        redis = connect_async(self._url)
        backoff = FIRST_BACKOFF_S
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    try:
                        for command in await self._read(redis):
                            tasks.create_task(self._answer(redis, command, handler))
                        backoff = FIRST_BACKOFF_S
                    except REDIS_LOST as exc:
                        logger.warning(
                            "commands without redis", extra={"error": type(exc).__name__}
                        )
                        await asyncio.sleep(backoff * random.uniform(0.5, 1))  # noqa: S311 -- jitter
                        backoff = min(2 * backoff, LONGEST_BACKOFF_S)
        finally:
            await redis.aclose()

    async def _read(self, redis: Redis) -> list[Command]:
        async with asyncio.timeout(BLOCK_MS / 1000 + GRACE_S):
            answer = cast(
                "list[tuple[str, Entries]] | None",
                await redis.xread({self._stream: self._after}, count=100, block=BLOCK_MS),
            )
        commands: list[Command] = []
        for _, entries in answer or []:
            for entry_id, fields in entries:
                self._after = entry_id
                command = _parse(fields)
                if command is not None:
                    commands.append(command)
        return commands

    async def _answer(self, redis: Redis, command: Command, handler: Handler) -> None:
        if self._clock.now() >= command.deadline:
            logger.info("command too late", extra={"call_id": str(command.call_id)})
            return
        ack = await _handled(command, handler)
        key = keys.ack(command.tenant_id, command.id)
        try:
            async with asyncio.timeout(GRACE_S), redis.pipeline(transaction=True) as pipe:
                pipe.rpush(key, ack.model_dump_json())
                pipe.pexpire(key, ACK_TTL)
                await pipe.execute()
        except REDIS_LOST as exc:
            logger.warning(
                "command answered without redis",
                extra={"call_id": str(command.call_id), "error": type(exc).__name__},
            )


def _parse(fields: dict[str, str]) -> Command | None:
    try:
        return Command.model_validate_json(fields["command"])
    except (KeyError, ValidationError) as exc:
        # A later version's command, or one we do not know: its sender runs into the deadline.
        logger.warning("command not understood", extra={"error": type(exc).__name__})
        return None


async def _handled(command: Command, handler: Handler) -> Ack:
    try:
        return await handler(command)
    except AppError as exc:
        return Ack(id=command.id, ok=False, code=exc.error_code.value)
    except Exception:  # a process boundary: one bad command must not stop the inbox
        logger.exception("command failed", extra={"call_id": str(command.call_id)})
        return Ack(id=command.id, ok=False, code=ErrorCode.SRV_INTERNAL_ERROR.value)
