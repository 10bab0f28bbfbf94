"""One key, fifty requests at once: the workers of the API do it once between them."""

import asyncio
import secrets
from collections import Counter

import pytest

from tests.e2e.conftest import Stage
from tests.e2e.person import Answer, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]

RACERS = 50


async def test_fifty_requests_with_one_key_have_one_effect(stage: Stage) -> None:
    person = await signed_in(stage.stack, stage.practice.user)
    key, name = secrets.token_hex(16), f"Base {secrets.token_hex(8)}"

    async def race() -> Answer:
        return await person.ask(
            "POST", "/knowledge-bases", body={"name": name}, headers={"Idempotency-Key": key}
        )

    answers = await asyncio.gather(*[race() for _ in range(RACERS)])
    after = await race()

    statuses = Counter(answer.status for answer in answers)
    assert statuses.keys() <= {201, 409}, statuses
    winners = [answer for answer in answers if answer.status == 201]
    assert len([a for a in winners if "idempotency-replayed" not in a.headers]) == 1
    assert {answer.data["id"] for answer in [*winners, after]} == {winners[0].data["id"]}
    assert after.headers["idempotency-replayed"] == "true"
    for late in answers:
        assert late.status == 201 or late.error[1] == "RES_CONFLICT"
    [row] = await stage.stack.rows(
        "SELECT count(*) AS made FROM knowledge_bases WHERE name = %(name)s", name=name
    )
    assert row["made"] == 1
    [row] = await stage.stack.rows(
        "SELECT count(*) AS told FROM audit_log WHERE action = 'knowledge_base.created'"
        " AND resource_id = %(id)s",
        id=winners[0].data["id"],
    )
    assert row["told"] == 1


async def test_fifty_requests_with_one_key_and_other_bodies_have_one_effect(stage: Stage) -> None:
    person = await signed_in(stage.stack, stage.practice.user)
    key, name = secrets.token_hex(16), f"Base {secrets.token_hex(8)}"

    async def race(number: int) -> Answer:
        body = {"name": f"{name} {number}"}
        headers = {"Idempotency-Key": key}
        return await person.ask("POST", "/knowledge-bases", body=body, headers=headers)

    answers = await asyncio.gather(*[race(number) for number in range(RACERS)])

    statuses = Counter(answer.status for answer in answers)
    assert statuses == {201: 1, 422: RACERS - 1}
    [row] = await stage.stack.rows(
        "SELECT count(*) AS made FROM knowledge_bases WHERE name LIKE %(name)s", name=f"{name}%"
    )
    assert row["made"] == 1
