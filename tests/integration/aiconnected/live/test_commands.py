"""Commands over a real Valkey: they reach the owner, are answered once, and outlive its loss."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aiconnected.calls.state import CallState
from aiconnected.contracts.commands import Ack, Command, CommandName
from aiconnected.kit.clock import SystemClock
from aiconnected.kit.errors import Conflict, ErrorCode, Unavailable
from aiconnected.kit.ids import new_id
from aiconnected.live import keys
from aiconnected.live.commands import CommandSender, NoAnswer, NotLive
from aiconnected.live.connection import connect
from aiconnected.live.inbox import CommandInbox
from aiconnected.live.state import LiveCall, LiveCalls
from infra.local.stack.valkey import Valkey

pytestmark = pytest.mark.integration

OWNER = "host:1:a"
TENANT, CALL = new_id(), new_id()


class Redis:
    """What a test needs of one Redis."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.live = LiveCalls(connect(url))
        self.sender = CommandSender(url, live=self.live, clock=SystemClock())

    def present(self) -> bool:
        return self.live.put(
            LiveCall(call_id=CALL, tenant_id=TENANT, owner=OWNER, state=CallState.CONVERSING)
        )


@pytest.fixture
def redis(redis_url: str) -> Redis:
    return Redis(redis_url)


@pytest.fixture
def mortal_redis(tmp_path: Path) -> Iterator[Valkey]:
    """A Redis that the test may kill."""
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


def hold(seconds: float = 5.0) -> Command:
    return Command(
        id=new_id(),
        tenant_id=TENANT,
        call_id=CALL,
        name=CommandName.HOLD,
        deadline=datetime.now(UTC) + timedelta(seconds=seconds),
    )


async def accept(command: Command) -> Ack:
    return Ack(id=command.id, ok=True)


async def refuse(command: Command) -> Ack:
    raise Conflict(code=ErrorCode.BIZ_INVALID_STATE)


async def break_down(command: Command) -> Ack:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("handler", "ok", "code"),
    [
        (accept, True, ""),
        (refuse, False, "BIZ_INVALID_STATE"),
        (break_down, False, "SRV_INTERNAL_ERROR"),
    ],
)
async def test_a_command_is_answered_by_the_owner(
    redis: Redis, handler: object, ok: bool, code: str
) -> None:
    redis.present()
    inbox = asyncio.create_task(CommandInbox(OWNER, redis.url).run(handler))  # pyright: ignore[reportArgumentType] -- one of the three above
    command = hold()

    ack = await asyncio.to_thread(redis.sender.send, command)

    assert ack == Ack(id=command.id, ok=ok, code=code)
    inbox.cancel()
    await asyncio.wait([inbox])


async def test_a_slow_command_does_not_hold_up_the_next(redis: Redis) -> None:
    redis.present()
    slow, quick = hold(), hold()
    release = asyncio.Event()

    async def handle(command: Command) -> Ack:
        if command.id == slow.id:
            await release.wait()
        return Ack(id=command.id, ok=True)

    inbox = asyncio.create_task(CommandInbox(OWNER, redis.url).run(handle))
    waiting = asyncio.create_task(asyncio.to_thread(redis.sender.send, slow))

    assert (await asyncio.to_thread(redis.sender.send, quick)).ok
    assert not waiting.done()
    release.set()
    assert (await waiting).ok
    inbox.cancel()
    await asyncio.wait([inbox])


def test_a_call_that_no_process_has_takes_no_command(redis: Redis) -> None:
    with pytest.raises(NotLive) as caught:
        redis.sender.send(hold())
    assert caught.value.status == 409


def test_an_owner_that_does_not_answer_is_a_timeout(redis: Redis) -> None:
    redis.present()

    with pytest.raises(NoAnswer) as caught:
        redis.sender.send(hold(seconds=0.2))
    assert caught.value.status == 504


def test_a_command_after_its_deadline_is_not_sent(redis: Redis) -> None:
    redis.present()

    with pytest.raises(NoAnswer):
        redis.sender.send(hold(seconds=-1))
    with connect(redis.url) as client:
        assert not client.exists(keys.commands(OWNER))


def test_every_key_expires(redis: Redis) -> None:
    redis.present()
    with pytest.raises(NoAnswer):
        redis.sender.send(hold(seconds=0.1))

    with connect(redis.url) as client:
        found = list(client.scan_iter())
        assert len(found) == 2
        assert all(client.ttl(key) > 0 for key in found)


def test_a_dropped_call_is_live_no_more(redis: Redis) -> None:
    redis.present()
    assert redis.live.touch(TENANT, CALL)

    redis.live.drop(TENANT, CALL)

    assert redis.live.get(TENANT, CALL) is None
    assert not redis.live.touch(TENANT, CALL)


def test_another_tenants_call_is_not_found(redis: Redis) -> None:
    redis.present()

    assert redis.live.get(new_id(), CALL) is None


def test_without_redis_commands_are_unavailable_and_state_is_a_logged_loss() -> None:
    lost = Redis("redis://127.0.0.1:1/0")

    assert not lost.present()
    assert not lost.live.drop(TENANT, CALL)
    with pytest.raises(Unavailable):
        lost.sender.send(hold())


async def test_the_inbox_goes_on_when_redis_has_come_back(mortal_redis: Valkey) -> None:
    redis = Redis(mortal_redis.url)
    redis.present()
    inbox = asyncio.create_task(CommandInbox(OWNER, redis.url).run(accept))
    assert (await asyncio.to_thread(redis.sender.send, hold())).ok

    mortal_redis.stop()
    assert not await asyncio.to_thread(redis.present)
    mortal_redis.start()
    assert await asyncio.to_thread(redis.present)

    assert (await asyncio.to_thread(redis.sender.send, hold())).ok
    assert not inbox.done()
    inbox.cancel()
    await asyncio.wait([inbox])


async def test_an_inbox_ends_at_whatever_moment_it_is_cancelled(redis: Redis) -> None:
    async def never(_: Command) -> Ack:
        raise AssertionError

    for steps in range(60):
        running = asyncio.create_task(CommandInbox(OWNER, redis.url).run(never))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        ended, _ = await asyncio.wait({running}, timeout=1.0)
        assert ended, f"cancelled after {steps} steps, it goes on"
