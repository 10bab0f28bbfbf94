"""Calls over HTTP: what each role sees of whose calls, and what can be done with a live one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.contracts.commands import Ack, Command
from aiconnected.contracts.envelope import Body, Envelope
from aiconnected.contracts.facts import (
    CallEnded,
    Component,
    LegStarted,
    RecordingWritten,
    Role,
    Speech,
    TurnCommitted,
    UsageMeasured,
)
from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fakes.objects import MemoryObjects
from tests.fixtures import live_owner
from tests.fixtures.live_owner import owner
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import Core, Practice
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
CALLER = "+14155550123"
MARKS = {"committed": 300.0, "transcribed": 280.0, "first_token": 420.0, "sent": 600.0}


def opened(core: Core, practice: Practice, sid: str = "CA1") -> UUID:
    ticket = core.calls.open(Carrier.TWILIO, sid, from_=CALLER, to=practice.number)
    assert isinstance(ticket, CallTicket)
    return ticket.call_id


def tell(core: Core, practice: Practice, call_id: UUID, *facts: Body) -> None:
    tenancy = practice.tenancy
    core.facts.store(
        [
            SpoolLine(
                seq=seq,
                owner="host:1:a",
                envelope=Envelope.of(
                    fact,
                    at=AT,
                    agency_id=tenancy.agency_id,
                    tenant_id=tenancy.tenant_id,
                    call_id=call_id,
                ),
            )
            for seq, fact in enumerate(facts)
        ]
    )


def said(turn: int, role: Role, text: str, *, heard: str, marks: dict[str, float]) -> TurnCommitted:
    return TurnCommitted(
        turn=turn,
        role=role,
        speech=Speech.ANSWER,
        text=text,
        heard_text=heard,
        interrupted=heard != text,
        started_at=AT + timedelta(seconds=turn),
        ended_at=AT + timedelta(seconds=turn + 1),
        audio_ms=1000 * turn,
        marks=marks,
    )


@pytest.fixture
def call(core: Core, practice: Practice) -> UUID:
    """A call of two turns that has ended and whose recording the store has."""
    call_id = opened(core, practice)
    tell(
        core,
        practice,
        call_id,
        LegStarted(leg_id=new_id(), kind="twilio", external_id="MZ1", encoding="mulaw", rate=8000),
        said(0, Role.CALLER, "Are you open?", heard="Are you open?", marks={}),
        said(1, Role.AGENT, "Yes, until five.", heard="Yes, until", marks=MARKS),
        UsageMeasured(
            component=Component.STT,
            provider="deepgram",
            model="nova-2",
            unit="second",
            quantity=60,  # pyright: ignore[reportArgumentType] -- pydantic makes it a Decimal
            ref="stt",
        ),
        CallEnded(outcome="completed", reason="caller_hung_up", answered_at=AT, ended_at=AT),
        RecordingWritten(
            recording_id=new_id(),
            bucket="recordings",
            key="k.au",
            content_type="audio/basic",
            channels=2,
            rate=8000,
            duration_ms=9000,
            size_bytes=144_024,
            sha256="0" * 64,
        ),
    )
    return call_id


def test_a_call_is_found_by_its_carriers_id(dental_admin: ControlPlane, call: UUID) -> None:
    found = dental_admin.get("/api/v1/calls", external_call_id="CA1").data

    assert [row["id"] for row in found] == [str(call)]
    assert dental_admin.get("/api/v1/calls", external_call_id="CA2").data == []


def test_the_bounds_of_time_are_those_that_were_asked_for(
    dental_admin: ControlPlane, call: UUID
) -> None:
    at = dental_admin.get(f"/api/v1/calls/{call}").data["initiated_at"]

    def found(operator: str) -> int:
        return len(dental_admin.get("/api/v1/calls", **{f"initiated_at[{operator}]": at}).data)

    assert [found("gte"), found("lte"), found("lt")] == [1, 1, 0]


def test_a_call_shows_its_legs_its_bill_and_how_long_the_caller_waited(
    control_plane: ControlPlane, tenancies: Tenancies, call: UUID
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    shown = agency.get(f"/api/v1/calls/{call}").data

    assert (shown["status"], shown["outcome"]) == ("completed", "completed")
    assert [leg["external_id"] for leg in shown["legs"]] == ["MZ1"]
    assert [part["component"] for part in shown["bill"]["components"]] == ["stt"]
    assert shown["bill"]["margin"] == {"micros": 0, "currency": "USD"}
    assert shown["cost"] is None  # not finalised
    assert shown["latency"] == {"answers": 1, "median_ms": 600.0, "worst_ms": 600.0}


def test_a_transcript_tells_what_was_heard_and_where_the_time_went(
    dental_admin: ControlPlane, call: UUID
) -> None:
    caller, agent = dental_admin.get(f"/api/v1/calls/{call}/transcript").data

    assert (caller["role"], caller["text"], caller["stages"]) == ("caller", "Are you open?", {})
    assert (agent["text"], agent["heard_text"]) == ("Yes, until five.", "Yes, until")
    assert agent["interrupted"]
    assert sum(agent["stages"].values()) == 600.0
    assert agent["stages"]["silence_wait"] == 300.0
    assert agent["hidden"]["stt"] == 280.0


def test_events_are_told_in_order(dental_admin: ControlPlane, call: UUID) -> None:
    events = dental_admin.get(f"/api/v1/calls/{call}/events").data

    types = [event["type"] for event in events]
    assert types[-1] == "recording.written"
    assert "call.opened" in types


def test_a_recording_is_lent_for_a_short_while_and_that_is_noted(
    dental_admin: ControlPlane, call: UUID, database_urls: DatabaseUrls
) -> None:
    link = dental_admin.get(f"/api/v1/calls/{call}/recording").data

    assert link["url"].startswith("https://objects.example/recordings/k.au")
    assert link["duration_ms"] == 9000
    left = datetime.fromisoformat(link["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute(
            "SELECT resource_id FROM audit_log WHERE action = 'call.listened_to'"
        ).fetchone()
    assert row == (call,)


def test_a_call_without_audio_has_no_recording(
    dental_admin: ControlPlane, core: Core, practice: Practice
) -> None:
    path = f"/api/v1/calls/{opened(core, practice)}/recording"

    assert dental_admin.get(path).error == (404, "RES_NOT_FOUND")


PATHS = ("", "/transcript", "/events", "/recording")


def test_nobody_sees_the_calls_of_another_client(
    control_plane: ControlPlane, tenancies: Tenancies, call: UUID
) -> None:
    for other in (tenancies.plumbing, tenancies.stranger):
        asked = control_plane.as_role(
            UserRole.TENANT_ADMIN, agency_id=other.agency_id, tenant_id=other.tenant_id
        )

        assert asked.get("/api/v1/calls").data == []
        for path in PATHS:
            assert asked.get(f"/api/v1/calls/{call}{path}").error == (404, "RES_NOT_FOUND")
        hang_up = asked.request("POST", f"/api/v1/calls/{call}/hangup")
        assert hang_up.error == (404, "RES_NOT_FOUND")


def test_an_agency_sees_the_calls_of_all_its_clients_and_of_one_when_asked(
    control_plane: ControlPlane, tenancies: Tenancies, call: UUID
) -> None:
    own = control_plane.as_role(UserRole.AGENCY_USER, agency_id=tenancies.dental.agency_id)
    strange = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.stranger.agency_id)

    def listed(plane: ControlPlane, **query: str) -> list[str]:
        return [row["id"] for row in plane.get("/api/v1/calls", **query).data]

    assert listed(own) == [str(call)]
    assert listed(own, tenant_id=str(tenancies.dental.tenant_id)) == [str(call)]
    assert listed(own, tenant_id=str(tenancies.plumbing.tenant_id)) == []
    assert listed(strange, tenant_id=str(tenancies.dental.tenant_id)) == []
    assert own.get(f"/api/v1/calls/{call}/transcript").status == 200


def test_the_platform_sees_the_calls_of_the_agency_that_it_has_entered(
    control_plane: ControlPlane, tenancies: Tenancies, call: UUID
) -> None:
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN).enter(tenancies.dental.agency_id)

    assert [row["id"] for row in platform.get("/api/v1/calls").data] == [str(call)]
    for path in PATHS:
        assert platform.get(f"/api/v1/calls/{call}{path}").status == 200


def test_a_clients_user_may_not_ask_for_another_client(
    dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    other = str(tenancies.plumbing.tenant_id)

    assert dental_admin.get("/api/v1/calls", tenant_id=other).error == (
        403,
        "AUTHZ_TENANT_MISMATCH",
    )


def test_a_list_is_read_page_by_page(
    dental_admin: ControlPlane, core: Core, practice: Practice
) -> None:
    calls: list[str] = []
    for n in range(3):
        core.clock.move(timedelta(minutes=1))
        calls.append(str(opened(core, practice, f"CA{n}")))

    first = dental_admin.request("GET", "/api/v1/calls", query={"limit": "2"})
    meta = first.json["meta"]
    rest = dental_admin.get("/api/v1/calls", limit="2", cursor=meta["next_cursor"])

    assert [row["id"] for row in first.data + rest.data] == calls[::-1]
    assert (meta["limit"], meta["offset"], meta["total"]) == (2, 0, 3)
    assert rest.json["meta"]["next_cursor"] is None


def make_live(plane: ControlPlane, practice: Practice, call_id: UUID) -> None:
    live_owner.make_live(
        plane.services.redis, tenant_id=practice.tenancy.tenant_id, call_id=call_id
    )


def test_a_live_call_is_hung_up_by_its_owner(
    dental_admin: ControlPlane, core: Core, practice: Practice, redis_url: str
) -> None:
    call_id = opened(core, practice)
    make_live(dental_admin, practice, call_id)
    heard: list[Command] = []

    async def obey(command: Command) -> Ack:
        heard.append(command)
        return Ack(id=command.id, ok=True)

    with owner(redis_url, obey):
        done = dental_admin.request("POST", f"/api/v1/calls/{call_id}/hangup").data

    assert done == {"id": str(heard[0].id), "call_id": str(call_id), "name": "hang_up"}


def test_an_owner_that_refuses_says_why(
    dental_admin: ControlPlane, core: Core, practice: Practice, redis_url: str
) -> None:
    call_id = opened(core, practice)
    make_live(dental_admin, practice, call_id)

    async def refuse(command: Command) -> Ack:
        return Ack(id=command.id, ok=False, code="BIZ_INVALID_STATE")

    with owner(redis_url, refuse):
        answer = dental_admin.request("POST", f"/api/v1/calls/{call_id}/hangup")

    assert answer.error == (422, "BIZ_INVALID_STATE")


def test_a_call_that_is_not_live_cannot_be_hung_up(dental_admin: ControlPlane, call: UUID) -> None:
    answer = dental_admin.request("POST", f"/api/v1/calls/{call}/hangup")

    assert answer.error == (409, "RES_CONFLICT")


def test_a_call_that_is_over_is_nobodys_though_redis_still_names_its_owner(
    dental_admin: ControlPlane, practice: Practice, call: UUID, database_urls: DatabaseUrls
) -> None:
    make_live(dental_admin, practice, call)

    for path in COMMANDS:
        body = {} if path == "transfer" else None
        answer = dental_admin.request("POST", f"/api/v1/calls/{call}/{path}", json_body=body)
        assert answer.error == (409, "RES_CONFLICT"), path
    assert "call.held" not in audited(database_urls, call)


def test_an_owner_that_does_not_answer_is_a_timeout(
    dental_admin: ControlPlane,
    core: Core,
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chalicelib.routes.live_calls.COMMAND_DEADLINE", timedelta(seconds=0.2))
    call_id = opened(core, practice)
    make_live(dental_admin, practice, call_id)

    answer = dental_admin.request("POST", f"/api/v1/calls/{call_id}/hangup")

    assert answer.error == (504, "SRV_TIMEOUT")


def test_a_user_without_the_permission_may_not_hang_up(
    control_plane: ControlPlane, practice: Practice, call: UUID
) -> None:
    tenancy = practice.tenancy
    reader = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
    )

    answer = reader.request("POST", f"/api/v1/calls/{call}/hangup")

    assert answer.error == (403, "AUTHZ_PERMISSION_DENIED")


COMMANDS = {"transfer": "transfer", "hold": "hold", "resume": "resume", "hangup": "hang_up"}


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_reaches_the_owner_and_is_noted(  # noqa: PLR0917 -- fixtures
    dental_admin: ControlPlane,
    core: Core,
    practice: Practice,
    redis_url: str,
    database_urls: DatabaseUrls,
    path: str,
) -> None:
    call_id = opened(core, practice)
    make_live(dental_admin, practice, call_id)
    heard: list[Command] = []

    async def obey(command: Command) -> Ack:
        heard.append(command)
        return Ack(id=command.id, ok=True)

    body = {"target_number": "(212) 555-0143"} if path == "transfer" else None
    with owner(redis_url, obey):
        done = dental_admin.request("POST", f"/api/v1/calls/{call_id}/{path}", json_body=body).data

    assert (done["name"], heard[0].name.value) == (COMMANDS[path], COMMANDS[path])
    assert heard[0].args == ({"target": "+12125550143"} if body else {})
    assert audited(database_urls, call_id)[-1].startswith("call.")


def test_nobody_is_transferred_to_what_is_no_number(
    dental_admin: ControlPlane, core: Core, practice: Practice
) -> None:
    path = f"/api/v1/calls/{opened(core, practice)}/transfer"

    for target in ("nobody", "1", "+1 212 555 0143 0143 0143 0143", "\0"):
        answer = dental_admin.request("POST", path, json_body={"target_number": target})
        assert answer.status == 400, target
    assert dental_admin.request("POST", path, json_body={"to": "+12125550143"}).error == (
        400,
        "VAL_UNKNOWN_FIELD",
    )


def audited(urls: DatabaseUrls, call_id: UUID) -> list[str]:
    with psycopg.connect(urls.owner) as connection:
        rows = connection.execute(
            "SELECT action FROM audit_log WHERE resource_id = %s ORDER BY at, id", [call_id]
        ).fetchall()
    return [action for (action,) in rows]


def test_whoever_reads_or_exports_a_transcript_is_noted(
    dental_admin: ControlPlane, call: UUID, database_urls: DatabaseUrls
) -> None:
    dental_admin.get(f"/api/v1/calls/{call}/transcript")
    text = dental_admin.get(f"/api/v1/calls/{call}/transcript/export")
    captions = dental_admin.get(f"/api/v1/calls/{call}/transcript/export", format="vtt")
    turns = dental_admin.get(f"/api/v1/calls/{call}/transcript/export", format="json")

    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.text.splitlines() == [
        "[00:00:00] caller: Are you open?",
        "[00:00:01] agent: Yes, until",
    ]
    assert captions.text.startswith("WEBVTT")
    assert captions.headers["Content-Disposition"].endswith('.vtt"')
    assert [turn["role"] for turn in turns.json["data"]] == ["caller", "agent"]
    assert audited(database_urls, call) == [
        "call.transcript_read",
        *["call.transcript_exported"] * 3,
    ]
    unknown = dental_admin.get(f"/api/v1/calls/{call}/transcript/export", format="pdf")
    assert unknown.error == (400, "VAL_INVALID_ENUM")


def test_calls_leave_as_a_table_with_money_for_the_agency_alone(
    dental_admin: ControlPlane, control_plane: ControlPlane, tenancies: Tenancies, call: UUID
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)

    own = dental_admin.get("/api/v1/calls/export", status="completed")
    theirs = agency.get("/api/v1/calls/export")
    none = dental_admin.get("/api/v1/calls/export", status="failed")

    assert own.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, row = own.text.splitlines()
    assert "cost_micros" not in header
    assert row.startswith(str(call))
    assert "cost_micros" in theirs.text
    assert len(none.text.splitlines()) == 1


def test_users_without_the_permission_take_nothing_away(
    control_plane: ControlPlane, practice: Practice, call: UUID
) -> None:
    tenancy = practice.tenancy
    user = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
    )
    admin = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id
    )
    denied = (403, "AUTHZ_PERMISSION_DENIED")

    assert user.get("/api/v1/calls/export").error == denied
    assert user.get(f"/api/v1/calls/{call}/transcript/export").error == denied
    for path in ("", "/recording"):
        assert admin.request("DELETE", f"/api/v1/calls/{call}{path}").error == denied


@pytest.fixture
def agency_admin(control_plane: ControlPlane, tenancies: Tenancies) -> ControlPlane:
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)


def test_a_deleted_recording_is_gone_from_the_store_and_its_deletion_is_told(
    agency_admin: ControlPlane, call: UUID, database_urls: DatabaseUrls
) -> None:
    objects = agency_admin.services.objects
    assert isinstance(objects, MemoryObjects)
    objects.kept["k.au"] = (b"audio", "audio/basic")

    assert agency_admin.request("DELETE", f"/api/v1/calls/{call}/recording").status == 204

    assert objects.kept == {}
    assert agency_admin.get(f"/api/v1/calls/{call}/recording").error == (404, "RES_NOT_FOUND")
    again = agency_admin.request("DELETE", f"/api/v1/calls/{call}/recording")
    assert again.error == (404, "RES_NOT_FOUND")
    assert audited(database_urls, call) == ["recording.deleted"]


def test_a_recording_that_the_store_does_not_give_up_is_kept(
    agency_admin: ControlPlane, call: UUID, database_urls: DatabaseUrls
) -> None:
    objects = agency_admin.services.objects
    assert isinstance(objects, MemoryObjects)
    objects.away = True

    failed = agency_admin.request("DELETE", f"/api/v1/calls/{call}/recording")
    objects.away = False

    assert failed.error == (502, "SRV_EXTERNAL_SERVICE")
    assert audited(database_urls, call) == []
    assert agency_admin.get(f"/api/v1/calls/{call}/recording").status == 200


def test_a_deleted_call_is_in_no_list_and_its_deletion_is_told(
    agency_admin: ControlPlane, call: UUID, database_urls: DatabaseUrls
) -> None:
    assert agency_admin.request("DELETE", f"/api/v1/calls/{call}").status == 204

    assert agency_admin.get("/api/v1/calls").data == []
    for path in PATHS:
        assert agency_admin.get(f"/api/v1/calls/{call}{path}").error == (404, "RES_NOT_FOUND")
    assert agency_admin.request("DELETE", f"/api/v1/calls/{call}").error == (404, "RES_NOT_FOUND")
    assert audited(database_urls, call) == ["call.deleted"]


def test_a_live_call_cannot_be_deleted(
    agency_admin: ControlPlane, core: Core, practice: Practice
) -> None:
    answer = agency_admin.request("DELETE", f"/api/v1/calls/{opened(core, practice)}")

    assert answer.error == (422, "BIZ_INVALID_STATE")


BAD_QUERIES = [
    ({"sort": "cost"}, "VAL_INVALID_ENUM"),
    ({"limit": "101"}, "VAL_OUT_OF_RANGE"),
    ({"cursor": "x"}, "VAL_INVALID_FORMAT"),
    ({"status": "lost"}, "VAL_INVALID_ENUM"),
    ({"duration[gte]": "long"}, "VAL_INVALID_TYPE"),
    ({"duration": "1e400"}, "VAL_OUT_OF_RANGE"),
    ({"initiated_at[gte]": "yesterday"}, "VAL_INVALID_FORMAT"),
    ({"tenant_id": "1"}, "VAL_INVALID_UUID"),
    ({"from_number[like]": "1"}, "VAL_UNKNOWN_FIELD"),
    ({"colour": "red"}, "VAL_UNKNOWN_FIELD"),
    ({"q": " "}, "VAL_TOO_SHORT"),
    ({"q": "x" * 256}, "VAL_TOO_LONG"),
    ({"outcome": "a\0b"}, "VAL_INVALID_FORMAT"),
]


@pytest.mark.parametrize(("query", "code"), BAD_QUERIES)
def test_a_question_that_makes_no_sense_is_refused(
    dental_admin: ControlPlane, query: dict[str, str], code: str
) -> None:
    for path in ("/api/v1/calls", "/api/v1/calls/export"):
        assert dental_admin.get(path, **query).error == (400, code)
