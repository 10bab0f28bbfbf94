"""The jobs of queues and schedules against a real database: done once, however often they come."""

import hashlib
import struct
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.facts import CallEnded, RecordingWritten
from aiconnected.contracts.jobs import DocumentAdded, EventHappened
from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.ids import new_id
from aiconnected.knowledge.given import TextDocument
from chalicelib.jobs import calls as call_jobs
from chalicelib.jobs import documents as document_jobs
from chalicelib.jobs import upkeep
from chalicelib.jobs.queues import Job, consume
from chalicelib.services import Services
from infra.local.stack.lambda_runtime import Context
from tests.fakes.objects import MemoryObjects
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancy
from tests.fixtures.voice import Core, FakeQueue, Practice
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
SUN_HEADER = struct.pack(">4sIIIII", b".snd", 24, 0xFFFFFFFF, 1, 8000, 2)


@pytest.fixture
def services(control_plane: ControlPlane, core: Core) -> Services:
    core.clock.move(datetime.now(UTC) - core.clock.now())  # theirs is the system's
    return control_plane.services


def event(*envelopes: Envelope | str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "r",
                "body": each if isinstance(each, str) else each.model_dump_json(),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:0:q",
                "awsRegion": "us-east-1",
            }
            for number, each in enumerate(envelopes)
        ]
    }


def failed(
    job: Callable[[Services, Envelope], None], services: Services, *envelopes: Envelope | str
) -> list[str]:
    """Messages that stay in the queue."""
    bound: Job = partial(job, services)
    answer = consume(event(*envelopes), Context("job", "a", deadline=float("inf")), job=bound)
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def document(services: Services, tenancy: Tenancy, *, text: str = "We open at nine.") -> Envelope:
    with services.database.work(tenancy.scope) as work:
        added = services.documents.add(
            work, tenancy.tenant_id, given=TextDocument(title="Hours", text=text)
        )
    return envelope(DocumentAdded(document_id=added.id), tenancy)


def envelope(body: Body, tenancy: Tenancy, *, call_id: UUID | None = None) -> Envelope:
    return Envelope.of(
        body, at=AT, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id, call_id=call_id
    )


def rows(urls: DatabaseUrls, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(statement.encode()).fetchall()


def ended_call(core: Core, practice: Practice, services: Services) -> UUID:
    """A call that has ended and whose recording the store has."""
    ticket = core.calls.open(Carrier.TWILIO, "CA1", from_="+14155550123", to=practice.number)
    assert isinstance(ticket, CallTicket)
    audio = SUN_HEADER + bytes(range(256)) * 8 * 8
    key = f"{ticket.tenant_id}/recordings/{ticket.call_id}.au"
    assert isinstance(services.objects, MemoryObjects)
    services.objects.kept[key] = (audio, "audio/basic")
    facts: list[Body] = [
        CallEnded(outcome="completed", reason="caller_hung_up", ended_at=AT, answered_at=AT),
        RecordingWritten(
            recording_id=new_id(),
            bucket="recordings",
            key=key,
            content_type="audio/basic",
            channels=2,
            rate=8000,
            duration_ms=1024,
            size_bytes=len(audio),
            sha256=hashlib.sha256(audio).hexdigest(),
        ),
    ]
    core.facts.store(
        [
            SpoolLine(
                seq=seq,
                owner="host:1:a",
                envelope=envelope(fact, practice.tenancy, call_id=ticket.call_id),
            )
            for seq, fact in enumerate(facts)
        ]
    )
    return ticket.call_id


def test_an_added_document_becomes_findable_once(
    services: Services, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    message = document(services, tenancy)

    assert failed(document_jobs.ingest, services, message) == []
    assert failed(document_jobs.ingest, services, message, message) == []

    assert rows(database_urls, "SELECT status::text, chunk_count FROM knowledge_documents") == [
        ("ready", 1)
    ]
    assert len(rows(database_urls, "SELECT id FROM usage_records")) == 1


def test_only_what_failed_stays_in_the_queue(services: Services, tenancy: Tenancy) -> None:
    good = document(services, tenancy)
    strange = good.model_copy(update={"type": "document.translated"})

    stayed = failed(document_jobs.ingest, services, "not json", good, strange)

    assert stayed == ["m0", "m2"]


def test_an_ended_call_is_finalised_and_its_audio_made_playable(
    core: Core, practice: Practice, services: Services, database_urls: DatabaseUrls
) -> None:
    call_id = ended_call(core, practice, services)
    services.relay.run()
    queue = services.publisher
    assert isinstance(queue, FakeQueue)
    messages = queue.jobs
    assert {message.type for message in messages} == {"call.ended", "recording.written"}

    assert failed(call_jobs.finish, services, *messages) == []
    assert failed(call_jobs.finish, services, *messages) == []

    services.relay.run()
    told = Counter(queue.events)
    assert {name: told[name] for name in ("call.completed", "transcript.ready")} == {
        "call.completed": 1,
        "transcript.ready": 1,
    }
    assert told["recording.ready"] == 1
    assert isinstance(services.objects, MemoryObjects)
    wav, content_type = services.objects.kept[
        f"{practice.tenancy.tenant_id}/recordings/{call_id}.wav"
    ]
    assert (wav[:4], wav[8:12], content_type) == (b"RIFF", b"WAVE", "audio/wav")
    assert rows(
        database_urls, "SELECT status::text, content_type, duration_ms, sha256 FROM recordings"
    ) == [("encoded", "audio/wav", 1024, hashlib.sha256(wav).hexdigest())]
    assert rows(database_urls, "SELECT finalised_at IS NOT NULL, price_micros FROM calls") == [
        (True, 0)
    ]


def test_a_completed_call_is_told_with_who_called_whom_and_when(
    core: Core, practice: Practice, services: Services, database_urls: DatabaseUrls
) -> None:
    call_id = ended_call(core, practice, services)
    services.relay.run()
    queue = services.publisher
    assert isinstance(queue, FakeQueue)
    assert failed(call_jobs.finish, services, *queue.jobs) == []

    services.relay.run()
    events = [e.read(EventHappened) for e in queue.sent if e.type == EventHappened.TYPE]
    [told] = [event.data for event in events if event.event == "call.completed"]
    ((agent_id, initiated_at),) = rows(database_urls, "SELECT agent_id, initiated_at FROM calls")
    moments = {name: told.pop(name) for name in ("started_at", "answered_at", "ended_at")}
    assert told == {
        "call_id": str(call_id),
        "direction": "inbound",
        "from_number": "+14155550123",
        "to_number": practice.number,
        "agent_id": str(agent_id),
        "outcome": "completed",
        "duration_ms": 0,
        "turn_count": 0,
        "price_micros": 0,
        "currency": "USD",
    }
    assert {name: datetime.fromisoformat(str(moment)) for name, moment in moments.items()} == {
        "started_at": initiated_at,
        "answered_at": AT,
        "ended_at": AT,
    }


def test_a_recording_whose_store_is_away_stays_in_the_queue(
    core: Core, practice: Practice, services: Services
) -> None:
    call_id = ended_call(core, practice, services)
    assert isinstance(services.objects, MemoryObjects)
    services.objects.away = True
    written = envelope(
        RecordingWritten(
            recording_id=new_id(),
            bucket="recordings",
            key="k",
            content_type="audio/basic",
            channels=2,
            rate=8000,
            duration_ms=1,
            size_bytes=1,
            sha256="0" * 64,
        ),
        practice.tenancy,
        call_id=call_id,
    )

    assert failed(call_jobs.finish, services, written) == ["m0"]


def test_what_its_message_never_reached_is_done_by_the_schedule(
    core: Core, practice: Practice, services: Services, database_urls: DatabaseUrls
) -> None:
    ended_call(core, practice, services)
    document(services, practice.tenancy)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger sets it again
        connection.execute("UPDATE recordings SET updated_at = now() - interval '6 minutes'")
        connection.execute(
            "UPDATE knowledge_documents SET updated_at = now() - interval '6 minutes'"
        )
        connection.execute(
            "UPDATE calls SET ended_at = %s", [datetime.now(UTC) - timedelta(minutes=6)]
        )

    upkeep.catch_up(services)

    assert rows(database_urls, "SELECT status::text FROM recordings") == [("encoded",)]
    assert rows(database_urls, "SELECT status::text FROM knowledge_documents") == [("ready",)]
    assert rows(database_urls, "SELECT finalised_at IS NOT NULL FROM calls") == [(True,)]


def test_the_schedules_run_on_an_empty_house(
    services: Services, database_urls: DatabaseUrls
) -> None:
    rows(database_urls, "SELECT 1")

    for job in (upkeep.sweep_outbox, upkeep.reap_calls, upkeep.catch_up, upkeep.keep_house):
        job(services)


def test_a_call_that_nobody_takes_is_closed_by_the_reaper(
    core: Core, practice: Practice, services: Services, database_urls: DatabaseUrls
) -> None:
    core.calls.open(Carrier.TWILIO, "CA1", from_="+14155550123", to=practice.number)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE calls SET initiated_at = now() - interval '11 minutes'")

    upkeep.reap_calls(services)

    assert rows(database_urls, "SELECT status::text FROM calls") == [("abandoned",)]


def test_a_recording_that_cannot_be_read_holds_up_no_other(
    core: Core, practice: Practice, services: Services, database_urls: DatabaseUrls
) -> None:
    call_id = ended_call(core, practice, services)
    assert isinstance(services.objects, MemoryObjects)
    services.objects.kept[f"{practice.tenancy.tenant_id}/recordings/{call_id}.au"] = (b"?", "")
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE recordings SET updated_at = now() - interval '6 minutes'")

    assert services.recordings.catch_up() == 0
    assert rows(database_urls, "SELECT status::text FROM recordings") == [("stored",)]


def test_a_message_that_names_no_call_stays_in_the_queue(services: Services) -> None:
    ended = CallEnded(outcome="completed", reason="x", ended_at=AT)
    nameless = Envelope.of(ended, at=AT, agency_id=None, tenant_id=None)

    assert failed(call_jobs.finish, services, nameless) == ["m0"]
