"""Idempotency keys on real PostgreSQL: one effect, one answer, whoever races."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from aiconnected.db import Database
from aiconnected.idempotency.errors import KeyOfAnotherRequest, StillAnswering
from aiconnected.idempotency.models import Claim, KeptAnswer
from aiconnected.idempotency.repository import IdempotencyRepository
from aiconnected.idempotency.service import DEAD_AFTER, KEPT, IdempotencyService
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.sealing.ports import DataKey
from aiconnected.sealing.service import Sealer
from tests.fakes.clock import FakeClock
from tests.fakes.keys import MemoryKeys
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration

ACTOR = new_id()
SECRET = "vk_shown-once"
MADE = KeptAnswer(
    status=201, headers={"Content-Type": ["application/json"]}, body=f'{{"key": "{SECRET}"}}'
)


def claim(key: str = "k1", *, digest: bytes = b"1" * 32, actor: UUID = ACTOR) -> Claim:
    return Claim(
        actor_id=actor,
        key=key,
        agency_id=None,
        tenant_id=None,
        route="POST /api/v1/things",
        request_sha256=digest,
    )


class Effect:
    """Counts how often it happened."""

    def __init__(self, answer: KeptAnswer = MADE) -> None:
        self.answer, self.times = answer, 0

    def __call__(self) -> KeptAnswer:
        self.times += 1
        return self.answer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(database: Database, clock: FakeClock) -> IdempotencyService:
    return IdempotencyService(
        IdempotencyRepository(), database=database, seals=Sealer(MemoryKeys(), clock), clock=clock
    )


def test_a_repeated_request_has_the_first_answer_and_no_effect(service: IdempotencyService) -> None:
    effect = Effect()

    first, second = (service.once(claim(), compute=effect) for _ in range(2))

    assert effect.times == 1
    assert first == MADE
    assert second == replace(MADE, replayed=True)


def test_another_request_with_the_same_key_is_refused(service: IdempotencyService) -> None:
    service.once(claim(), compute=Effect())
    effect = Effect()

    with pytest.raises(KeyOfAnotherRequest) as raised:
        service.once(claim(digest=b"2" * 32), compute=effect)

    assert (raised.value.status, raised.value.error_code) == (422, "BIZ_IDEMPOTENCY_MISMATCH")
    assert effect.times == 0


def test_keys_are_their_actors_own(service: IdempotencyService) -> None:
    effect = Effect()
    service.once(claim(), compute=effect)
    service.once(claim(actor=new_id(), digest=b"2" * 32), compute=effect)

    assert effect.times == 2


@pytest.mark.parametrize("status", [200, 202, 204, 404, 409, 422])
def test_any_answer_short_of_our_own_failure_is_kept(
    service: IdempotencyService, status: int
) -> None:
    effect = Effect(KeptAnswer(status=status, headers={}, body=""))
    service.once(claim(), compute=effect)

    assert service.once(claim(), compute=effect).status == status
    assert effect.times == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_our_own_failure_is_not_kept(service: IdempotencyService, status: int) -> None:
    service.once(claim(), compute=Effect(KeptAnswer(status=status, headers={}, body="")))

    assert service.once(claim(), compute=Effect()) == MADE


def test_what_raises_is_not_kept(service: IdempotencyService) -> None:
    def fail() -> KeptAnswer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.once(claim(), compute=fail)

    assert service.once(claim(), compute=Effect()) == MADE


def test_while_the_first_is_being_answered_others_are_told_to_come_again(
    service: IdempotencyService, clock: FakeClock
) -> None:
    def during() -> KeptAnswer:
        with pytest.raises(StillAnswering) as raised:
            service.once(claim(), compute=Effect())
        assert (raised.value.status, raised.value.error_code) == (409, "RES_CONFLICT")
        assert raised.value.retry_after_s == 1
        with pytest.raises(KeyOfAnotherRequest):
            service.once(claim(digest=b"2" * 32), compute=Effect())
        return MADE

    assert service.once(claim(), compute=during) == MADE


def test_who_takes_longer_than_a_minute_is_taken_over_and_keeps_nothing(
    service: IdempotencyService, clock: FakeClock
) -> None:
    late = replace(MADE, body="late")

    def slow() -> KeptAnswer:
        clock.advance(DEAD_AFTER)
        with pytest.raises(KeyOfAnotherRequest):
            service.once(claim(digest=b"2" * 32), compute=Effect())
        assert service.once(claim(), compute=Effect()) == MADE
        return late

    assert service.once(claim(), compute=slow) == late
    assert service.once(claim(), compute=Effect()).body == MADE.body


def test_who_was_taken_over_and_fails_leaves_the_other_one_its_answer(
    service: IdempotencyService, clock: FakeClock
) -> None:
    def slow() -> KeptAnswer:
        clock.advance(DEAD_AFTER)
        service.once(claim(), compute=Effect())
        return KeptAnswer(status=503, headers={}, body="")

    service.once(claim(), compute=slow)

    assert service.once(claim(), compute=Effect()).replayed


def test_a_key_can_be_used_again_after_a_day(service: IdempotencyService, clock: FakeClock) -> None:
    service.once(claim(), compute=Effect())
    clock.advance(KEPT - timedelta(seconds=1))
    assert service.sweep() == 0
    assert service.once(claim(), compute=Effect()).replayed

    clock.advance(timedelta(seconds=1))

    effect = Effect()
    assert not service.once(claim(digest=b"2" * 32), compute=effect).replayed
    assert effect.times == 1


def test_keys_that_have_had_their_day_are_swept(
    service: IdempotencyService, clock: FakeClock
) -> None:
    service.once(claim("old"), compute=Effect())
    clock.advance(KEPT)
    service.once(claim("new"), compute=Effect())

    assert service.sweep() == 1
    assert service.once(claim("new"), compute=Effect()).replayed


def test_an_answer_that_cannot_be_sealed_is_given_all_the_same(
    database: Database, clock: FakeClock
) -> None:
    class Locked(MemoryKeys):
        def generate(self, context: Mapping[str, str]) -> DataKey:
            raise ProviderError(provider="kms", retryable=True)

    service = IdempotencyService(
        IdempotencyRepository(), database=database, seals=Sealer(Locked(), clock), clock=clock
    )

    assert service.once(claim(), compute=Effect()) == MADE
    with pytest.raises(StillAnswering):
        service.once(claim(), compute=Effect())


def test_what_an_answer_shows_once_is_not_kept_in_the_clear(
    service: IdempotencyService, database_urls: DatabaseUrls
) -> None:
    service.once(claim(), compute=Effect())

    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT k::text FROM idempotency_keys AS k").fetchone()
    assert row is not None
    assert SECRET not in str(row)
    assert SECRET.encode().hex() not in str(row)


def test_of_fifty_requests_at_once_one_has_the_effect(
    database_urls: DatabaseUrls, clock: FakeClock
) -> None:
    database = Database.pooled(
        database_urls.app, database_urls.platform, platform_size=8, wait_seconds=30
    )
    service = IdempotencyService(
        IdempotencyRepository(), database=database, seals=Sealer(MemoryKeys(), clock), clock=clock
    )
    effect, start = Effect(), threading.Barrier(50)

    def race(_: int) -> str:
        start.wait()
        try:
            answer = service.once(claim(), compute=effect)
        except StillAnswering:
            return "later"
        return "replayed" if answer.replayed else "made"

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(race, range(50)))
    database.close()

    assert effect.times == outcomes.count("made") == 1
    assert set(outcomes) <= {"made", "later", "replayed"}
