"""Analytics over HTTP: days that were counted, today as it goes, and who sees the money."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from chalicelib.jobs.analytics import count_days
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import SettableClock
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

BASE = "/api/v1/analytics"
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # ten in the morning in New York
_CALL = """
INSERT INTO calls (
    id, agency_id, tenant_id, agent_id, carrier, external_call_id, direction, from_number,
    to_number, state, status, outcome, initiated_at, ended_at, duration_ms, cost_micros,
    price_micros
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(agent)s, 'twilio', %(id)s::text, 'inbound', '+14155550123',
    '+12125550199', 'ended', %(status)s::text::call_status_enum,
    %(status)s::text, %(at)s, %(at)s, %(duration)s, 1000, 3000
)
"""
_TURN = """
INSERT INTO transcript_turns (
    call_id, turn, started_at, ended_at, agency_id, tenant_id, role, speech, text, heard_text,
    interrupted, marks
) VALUES (
    %(call)s, %(turn)s, %(at)s, %(at)s, %(agency)s, %(tenant)s, %(role)s, 'answer', 'x', 'x',
    %(interrupted)s, jsonb_build_object('committed', 300, 'sent', %(sent)s)
)
"""
_TRANSFER = """
INSERT INTO call_transfers (id, agency_id, tenant_id, call_id, kind, target, requested_at)
VALUES (%(id)s, %(agency)s, %(tenant)s, %(call)s, 'blind', '+12125550143', %(at)s)
"""
_USAGE = """
INSERT INTO usage_records (
    id, agency_id, tenant_id, call_id, component, provider, model, unit, quantity, ref, cost_micros,
    price_micros, measured_at
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(call)s, 'stt', 'deepgram', 'nova', 'second', 60, 'stt', 400,
    900, %(at)s
)
"""
_AGENT = """
INSERT INTO agents (id, agency_id, tenant_id, name, slug) VALUES (%s, %s, %s, 'Ava', 'ava')
"""


class Past:
    """Puts calls where the figures find them."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._urls = urls

    def call(self, tenancy: Tenancy, at: datetime, **changes: Any) -> UUID:  # noqa: ANN401 -- columns
        """A completed call of a minute, with two turns of which one was interrupted."""
        call_id = new_id()
        whose = {"agency": tenancy.agency_id, "tenant": tenancy.tenant_id, "at": at}
        known = {"id": call_id, "agent": None, "status": "completed", "duration": 60_000}
        with psycopg.connect(self._urls.owner) as connection:
            connection.execute(_CALL, whose | known | changes)
            for turn, role, sent in ((0, "caller", 0), (1, "agent", 500)):
                said = {"call": call_id, "turn": turn, "role": role, "sent": sent}
                connection.execute(_TURN, whose | said | {"interrupted": role == "agent"})
            connection.execute(_TRANSFER, whose | {"id": new_id(), "call": call_id})
            connection.execute(_USAGE, whose | {"id": new_id(), "call": call_id})
        return call_id

    def agent(self, tenancy: Tenancy) -> UUID:
        agent_id = new_id()
        with psycopg.connect(self._urls.owner) as connection:
            connection.execute(_AGENT, [agent_id, tenancy.agency_id, tenancy.tenant_id])
        return agent_id

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._urls.owner) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def past(database_urls: DatabaseUrls) -> Past:
    return Past(database_urls)


@pytest.fixture
def clock(control_plane: ControlPlane) -> SettableClock:
    """Time stands at `NOW`."""
    standing = SettableClock()
    standing.move(NOW - standing.now())
    control_plane.services.clock = standing
    return standing


@pytest.fixture
def admin(clock: SettableClock, dental_admin: ControlPlane) -> ControlPlane:
    """The dental practice's administrator; time stands."""
    return dental_admin


@pytest.fixture
def agency(clock: SettableClock, control_plane: ControlPlane, tenancies: Tenancies) -> ControlPlane:
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)


FIVE_DAYS = [NOW - timedelta(days=n) for n in range(5)]


@pytest.fixture
def week(past: Past, tenancies: Tenancies) -> None:
    """A call a day for five days, today's among them; a transferred one on the second."""
    for at in FIVE_DAYS:
        past.call(tenancies.dental, at)
    past.call(tenancies.dental, FIVE_DAYS[1], status="transferred", duration=30_000)


@pytest.mark.usefixtures("week")
def test_figures_are_the_same_whether_days_were_counted_or_not(admin: ControlPlane) -> None:
    live = admin.get(f"{BASE}/summary").data
    by_day = admin.get(f"{BASE}/calls", by="day").data["groups"]
    count_days(admin.services)

    assert admin.get(f"{BASE}/summary").data == live
    assert admin.get(f"{BASE}/calls", by="day").data["groups"] == by_day
    assert (live["calls"], live["minutes"], live["average_seconds"]) == (6, 5.5, 55.0)
    assert live["calls_by_status"] == {"completed": 5, "transferred": 1}
    assert (live["turns"], live["interruptions"], live["transfers"]) == (12, 6, 6)
    assert [(group["day"], group["calls"]) for group in by_day] == [
        ("2026-11-17", 1),
        ("2026-11-18", 1),
        ("2026-11-19", 1),
        ("2026-11-20", 2),
        ("2026-11-21", 1),
    ]


@pytest.mark.usefixtures("week")
def test_counting_again_counts_the_same(admin: ControlPlane, past: Past) -> None:
    everything = (
        "SELECT tenant_id, day, agent_id, calls, turns FROM call_analytics ORDER BY 1, 2, 3"
    )
    count_days(admin.services)
    first = past.rows(everything)

    count_days(admin.services)
    past.rows("DELETE FROM call_analytics WHERE day > '2026-11-18'")
    count_days(admin.services)

    assert past.rows(everything) == first
    assert [row[1].isoformat() for row in first if row[3]] == [
        "2026-11-17",
        "2026-11-18",
        "2026-11-19",
        "2026-11-20",
    ]


@pytest.mark.usefixtures("week")
def test_what_comes_late_is_in_the_figures_of_the_next_count(
    admin: ControlPlane, clock: SettableClock, past: Past, tenancies: Tenancies
) -> None:
    count_days(admin.services)
    past.call(tenancies.dental, FIVE_DAYS[1])  # spooled by a host that was away
    before = admin.get(f"{BASE}/summary").data["calls"]
    clock.move(timedelta(days=1))
    dental = tenancies.dental
    next_day = admin.as_role(
        UserRole.TENANT_ADMIN, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )

    count_days(admin.services)

    assert before == 6
    assert next_day.get(f"{BASE}/summary").data["calls"] == 7


def test_a_day_is_one_of_the_clients_own_zone(
    admin: ControlPlane, past: Past, tenancies: Tenancies
) -> None:
    late = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)  # the 19th, half past ten in the evening
    past.call(tenancies.dental, late)

    for _ in range(2):
        only = {"from": "2026-11-19", "to": "2026-11-19"}
        assert admin.get(f"{BASE}/summary", **only).data["calls"] == 1
        hours = admin.get(f"{BASE}/calls", by="hour", **only).data["hours"]
        assert [hour["hour"] for hour in hours if hour["calls"]] == [22]
        assert admin.get(f"{BASE}/summary", **{"from": "2026-11-20"}).data["calls"] == 0
        count_days(admin.services)


def test_calls_are_told_apart_by_agent_status_and_client(
    agency: ControlPlane, past: Past, tenancies: Tenancies
) -> None:
    ava = past.agent(tenancies.dental)
    past.call(tenancies.dental, NOW, agent=ava)
    past.call(tenancies.dental, NOW - timedelta(days=1), agent=ava, status="failed")
    past.call(tenancies.plumbing, NOW)
    count_days(agency.services)

    def groups(by: str, **query: str) -> dict[str | None, int]:
        found = agency.get(f"{BASE}/calls", by=by, **query).data["groups"]
        return {group[f"{by}_id"]: group["calls"] for group in found}

    assert groups("agent") == {str(ava): 2, None: 1}
    assert groups("tenant") == {
        str(tenancies.dental.tenant_id): 2,
        str(tenancies.plumbing.tenant_id): 1,
    }
    assert groups("tenant", agent_id=str(ava)) == {str(tenancies.dental.tenant_id): 2}
    statuses = agency.get(f"{BASE}/calls", by="status").data["statuses"]
    assert {each["status"]: each["calls"] for each in statuses} == {"completed": 2, "failed": 1}


@pytest.mark.usefixtures("week")
def test_money_is_for_those_who_may_see_the_bills(
    admin: ControlPlane, agency: ControlPlane
) -> None:
    for _ in range(2):
        assert admin.get(f"{BASE}/summary").data["money"] is None
        assert admin.get(f"{BASE}/usage").data["lines"][0]["money"] is None
        (takings,) = agency.get(f"{BASE}/summary").data["money"]
        assert takings["cost"] == {"micros": 6000, "currency": "USD"}
        assert takings["margin"] == {"micros": 12000, "currency": "USD"}
        (line,) = agency.get(f"{BASE}/usage").data["lines"]
        assert (line["component"], line["quantity"]) == ("stt", 360.0)
        assert line["money"]["price"]["micros"] == 5400
        count_days(admin.services)


@pytest.mark.usefixtures("week")
def test_quality_is_told_for_each_call(admin: ControlPlane) -> None:
    quality = admin.get(f"{BASE}/quality").data

    assert (quality["turns_per_call"], quality["interruptions_per_call"]) == (2.0, 1.0)
    assert (quality["transfer_rate"], quality["completion_rate"]) == (1.0, 1.0)
    assert quality["failure_rate"] == 0.0
    empty = admin.get(f"{BASE}/quality", **{"from": "2026-01-01", "to": "2026-01-02"}).data
    assert (empty["calls"], empty["turns_per_call"]) == (0, 0.0)


@pytest.mark.usefixtures("week")
def test_waits_are_told_mark_by_mark_to_those_who_may_look_deeper(
    admin: ControlPlane, agency: ControlPlane
) -> None:
    marks = agency.get(f"{BASE}/latency").data["marks"]

    assert [(mark["mark"], mark["answers"], mark["p95_ms"]) for mark in marks] == [
        ("committed", 6, 300.0),
        ("sent", 6, 500.0),
    ]
    assert admin.get(f"{BASE}/latency").error == (403, "AUTHZ_PERMISSION_DENIED")
    too_long = agency.get(f"{BASE}/latency", **{"from": "2026-10-01"})
    assert too_long.error == (400, "VAL_OUT_OF_RANGE")


@pytest.mark.usefixtures("week")
def test_figures_leave_as_a_table(admin: ControlPlane, agency: ControlPlane) -> None:
    count_days(admin.services)

    own = list(csv.DictReader(io.StringIO(admin.get(f"{BASE}/export").text)))
    theirs = list(csv.DictReader(io.StringIO(agency.get(f"{BASE}/export").text)))

    assert [(row["day"], row["calls"]) for row in own][-2:] == [
        ("2026-11-20", "2"),
        ("2026-11-21", "1"),
    ]
    assert "cost_micros" not in own[0]
    assert theirs[-1]["cost_micros"] == "1000"


@pytest.mark.usefixtures("week")
def test_nobody_sees_the_figures_of_another(
    clock: SettableClock, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    plumbing, stranger = tenancies.plumbing, tenancies.stranger
    sibling = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )
    strange = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=stranger.agency_id)
    dental = str(tenancies.dental.tenant_id)

    for _ in range(2):
        for plane in (sibling, strange):
            assert plane.get(f"{BASE}/summary").data["calls"] == 0
            assert plane.get(f"{BASE}/usage").data["lines"] == []
        assert sibling.get(f"{BASE}/summary", tenant_id=dental).error == (
            403,
            "AUTHZ_TENANT_MISMATCH",
        )
        assert strange.get(f"{BASE}/summary", tenant_id=dental).data["calls"] == 0
        count_days(control_plane.services)


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("summary", {"from": "2026-11-22", "to": "2026-11-21"}, "VAL_OUT_OF_RANGE"),
        ("summary", {"from": "2024-01-01"}, "VAL_OUT_OF_RANGE"),
        ("usage", {"from": "2026-01-01"}, "VAL_OUT_OF_RANGE"),
        ("summary", {"from": "monday"}, "VAL_INVALID_TYPE"),
        ("summary", {"to": "0001-01-01"}, "VAL_OUT_OF_RANGE"),
        ("summary", {"from": "9999-12-31", "to": "9999-12-31"}, "VAL_OUT_OF_RANGE"),
        ("calls", {"by": "week"}, "VAL_INVALID_FORMAT"),
        ("summary", {"tenant_id": "1"}, "VAL_INVALID_UUID"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(
    admin: ControlPlane, path: str, query: dict[str, str], code: str
) -> None:
    answer = admin.get(f"{BASE}/{path}", **query)

    assert answer.error == (400, code)
