"""Received events: one effect and one answer, however often and however parallel they come."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import psycopg
import pytest

from aiconnected.db import Database
from aiconnected.kit.clock import SystemClock
from aiconnected.received.models import EventKey, StoredResponse
from aiconnected.received.repository import ReceivedRepository
from aiconnected.received.service import EventMismatch, ReceivedEvents, StillAnswering
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.voice import Core

pytestmark = pytest.mark.integration

KEY = EventKey(provider="twilio", event="voice:CA1")
DIGEST = sha256(b"body").digest()
ANSWER = StoredResponse(status=200, headers={"Content-Type": "text/xml"}, body="<Response/>")


class Counted:
    """A computation that counts its runs."""

    def __init__(self) -> None:
        self.runs = 0
        self._lock = threading.Lock()

    def __call__(self) -> StoredResponse:
        with self._lock:
            self.runs += 1
        return ANSWER


def test_a_retry_gets_the_first_answer(core: Core) -> None:
    compute = Counted()

    first = core.received.once(KEY, request_sha256=DIGEST, compute=compute)
    again = core.received.once(KEY, request_sha256=DIGEST, compute=compute)

    assert compute.runs == 1
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.status, again.headers, again.body) == (200, ANSWER.headers, ANSWER.body)


def test_ten_parallel_deliveries_have_one_effect(database: Database) -> None:
    received = ReceivedEvents(ReceivedRepository(), database=database, clock=SystemClock())
    compute = Counted()

    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda _: received.once(KEY, request_sha256=DIGEST, compute=compute), range(10)
            )
        )

    assert compute.runs == 1
    assert {answer.body for answer in answers} == {ANSWER.body}
    assert sum(not answer.replayed for answer in answers) == 1


def test_other_contents_under_the_same_id_are_refused(core: Core) -> None:
    core.received.once(KEY, request_sha256=DIGEST, compute=Counted())

    with pytest.raises(EventMismatch):
        core.received.once(KEY, request_sha256=sha256(b"other").digest(), compute=Counted())


def test_events_of_other_providers_are_others(core: Core) -> None:
    compute = Counted()
    for provider in ("twilio", "stripe"):
        key = EventKey(provider=provider, event="1")
        core.received.once(key, request_sha256=DIGEST, compute=compute)

    assert compute.runs == 2


def test_a_failed_first_attempt_leaves_the_event_to_the_retry(core: Core) -> None:
    def fail() -> StoredResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        core.received.once(KEY, request_sha256=DIGEST, compute=fail)

    assert not core.received.once(KEY, request_sha256=DIGEST, compute=Counted()).replayed


def test_whoever_died_over_an_event_is_replaced_after_ten_seconds(
    core: Core, database_urls: DatabaseUrls
) -> None:
    insert = """
        INSERT INTO received_events
            (id, provider, external_event_id, request_sha256, received_at)
        VALUES (gen_random_uuid(), %s, %s, %s, %s)
    """
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(insert, (KEY.provider, KEY.event, DIGEST, core.clock.now()))
    compute = Counted()

    with pytest.raises(StillAnswering):
        core.received.once(KEY, request_sha256=DIGEST, compute=compute)
    core.clock.move(timedelta(seconds=3))
    core.received.once(KEY, request_sha256=DIGEST, compute=compute)

    assert compute.runs == 1


def test_events_of_more_than_thirty_days_ago_are_forgotten(core: Core) -> None:
    core.received.once(KEY, request_sha256=DIGEST, compute=Counted())
    assert core.received.sweep() == 0
    core.clock.move(timedelta(days=31))

    assert core.received.sweep() == 1
