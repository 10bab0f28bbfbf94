"""The API while a store is dead: without Redis it works, without Postgres it says so at once."""

import asyncio
import secrets

import pytest

from tests.e2e.conftest import Stage
from tests.e2e.outages import down
from tests.e2e.person import Answer, Person, signed_in
from tests.e2e.stackfacts import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]

PROMISE = 2.0  # seconds within which a client is told to come back later
_BACK_WITHIN = 10.0  # seconds after the database's start


async def test_without_redis_the_api_signs_in_reads_and_writes(alone: Stage) -> None:
    before = await signed_in(alone.stack, alone.practice.user)
    async with down(alone.stack, "valkey"):
        person = await signed_in(alone.stack, alone.practice.user)
        name = f"Base {secrets.token_hex(4)}"
        made = await person.post("/knowledge-bases", name=name)
        path = f"/knowledge-bases/{made.data['id']}"
        changed = await before.ask("PATCH", path, body={"description": "without Redis"})
        shown = await person.get(path)
        listed = await person.get("/calls")
        removed = await person.ask("DELETE", path)
    assert (made.status, changed.status, removed.status) == (201, 200, 204)
    assert (shown.data["name"], shown.data["description"]) == (name, "without Redis")
    assert listed.data


async def test_without_postgres_the_api_says_so_at_once_and_recovers_by_itself(
    alone: Stage,
) -> None:
    person = await signed_in(alone.stack, alone.practice.user)
    stranger = Person(stack=alone.stack)
    async with down(alone.stack, "postgres"):
        refused = [await _each_kind(person) for _ in range(3)]  # every worker has lost it once
        ready = await stranger.get("/readiness")
        alive = await stranger.get("/health")

    for answer in [*(each for round_ in refused for each in round_), ready]:
        assert answer.error == (503, "SRV_MAINTENANCE")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.seconds <= PROMISE
    assert alive.status == 200

    async def is_ready() -> bool:
        return (await stranger.get("/readiness")).status == 200

    await eventually(is_ready, within=_BACK_WITHIN, what="the API is ready again", poll=0.25)
    again = await _each_kind(person)
    assert [answer.status for answer in again] == [200, 200, 201]


async def _each_kind(person: Person) -> tuple[Answer, Answer, Answer]:
    """A read, a list and a write at once."""
    return await asyncio.gather(
        person.get("/auth/me"),
        person.get("/calls?limit=5"),
        person.post("/knowledge-bases", name=f"Base {secrets.token_hex(4)}"),
    )
