"""Outbound calls: who may be called and when, what the carrier is told, and who answers."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import psycopg
import pytest

from aiconnected.calls.errors import CarrierRefused
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fakes.carrier import MemoryCarrier
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import Practice, SettableClock
from tests.fixtures.web_api import ORIGIN, Answer, ControlPlane

pytestmark = pytest.mark.integration

PLACE = "/api/v1/calls/outbound"
CALLEE = "+12125550123"  # in New York
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # there; a Monday
SID = "CA" + "0" * 31 + "1"


@pytest.fixture
def carrier(control_plane: ControlPlane) -> MemoryCarrier:
    """A carrier in memory, and noon."""
    memory = MemoryCarrier()
    control_plane.services.dialler = memory
    clock = SettableClock()
    clock.move(NOON - clock.now())
    control_plane.services.clock = clock
    return memory


@pytest.fixture
def admin(carrier: MemoryCarrier, dental_admin: ControlPlane) -> ControlPlane:
    return dental_admin


def place(plane: ControlPlane, practice: Practice, **changes: object) -> Answer:
    body = {"agent_id": str(practice.agent_id), "to_number": CALLEE} | changes
    return plane.request("POST", PLACE, json_body=body)


def clock_of(plane: ControlPlane) -> SettableClock:
    return cast("SettableClock", plane.services.clock)


def run(urls: DatabaseUrls, statement: str, *params: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(urls.owner) as connection:
        cursor = connection.execute(statement.encode(), params)
        return cursor.fetchall() if cursor.description else []


def answered(plane: ControlPlane, carrier: MemoryCarrier, *, sid: str = SID) -> Answer:
    """Twilio asks what to do with whoever picked up."""
    url = carrier.dialled[-1].connect_url
    assert url.startswith(ORIGIN)
    return plane.twilio(
        url.removeprefix(ORIGIN),
        CallSid=sid,
        From="+12125550199",
        To=CALLEE,
        CallStatus="in-progress",
    )


def test_a_call_is_placed_and_answers_at_once(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    answer = place(admin, practice, to_number="(212) 555-0123")

    call = answer.data
    assert answer.status == 202
    assert (call["direction"], call["status"]) == ("outbound", "ringing")
    assert (call["from_number"], call["to_number"]) == (practice.number, CALLEE)
    assert call["external_call_id"] == SID
    (dialled,) = carrier.dialled
    assert (dialled.from_, dialled.to) == (practice.number, CALLEE)
    for url in (dialled.connect_url, dialled.status_url):
        assert parse_qs(urlsplit(url).query) == {"call_id": [call["id"]]}
    assert run(
        database_urls, "SELECT action FROM audit_log WHERE resource_id = %s", call["id"]
    ) == [("call.placed",)]


def test_the_alias_does_the_same(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier
) -> None:
    body = {"agent_id": str(practice.agent_id), "to_number": CALLEE}

    assert admin.request("POST", "/api/calls/outbound", json_body=body).status == 202
    assert len(carrier.dialled) == 1


def test_whoever_answers_is_led_to_the_media_socket_with_a_good_ticket(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier
) -> None:
    call_id = UUID(place(admin, practice).data["id"])
    clock_of(admin).move(timedelta(seconds=75))  # it rang for longer than a ticket lives

    first, again = answered(admin, carrier), answered(admin, carrier)

    stream = ET.fromstring(first.text).find("Connect/Stream")  # noqa: S314 -- our own
    assert stream is not None
    assert stream.attrib["url"] == "wss://calls.example.com/ws/voice-twilio"
    assert first.text == again.text
    ticket = stream.find("Parameter[@name='ticket']")
    assert ticket is not None
    config = admin.services.calls.redeem(ticket.attrib["value"], external_id=SID, owner="host:1")
    assert (config.call_id, config.direction.value) == (call_id, "outbound")
    assert config.to_number == CALLEE


def test_the_carriers_question_may_come_before_its_answer(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    place(admin, practice)
    run(database_urls, "UPDATE calls SET external_call_id = id::text")

    assert "<Connect" in answered(admin, carrier).text
    assert run(database_urls, "SELECT external_call_id FROM calls") == [(SID,)]


def test_another_call_of_the_carrier_gets_no_ticket(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier
) -> None:
    place(admin, practice)

    assert "<Connect" not in answered(admin, carrier, sid="CA" + "f" * 32).text
    unknown = admin.twilio(
        f"/api/v1/webhooks/twilio/outbound?call_id={new_id()}", CallSid=SID, From="", To=CALLEE
    )
    unnamed = admin.twilio("/api/twilio/outbound-connect", CallSid=SID, From="", To=CALLEE)
    for answer in (unknown, unnamed):
        assert (answer.status, "<Hangup" in answer.text) == (200, True)


def test_a_forged_answer_is_refused(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier
) -> None:
    place(admin, practice)
    path = carrier.dialled[0].connect_url.removeprefix(ORIGIN)

    forged = admin.twilio(path, token="another token", CallSid=SID, From="", To=CALLEE)

    assert forged.error == (403, "AUTH_SIGNATURE_INVALID")


def test_a_line_that_is_busy_ends_the_call_and_says_so(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    call_id = place(admin, practice).data["id"]
    run(database_urls, "UPDATE calls SET external_call_id = id::text")  # not named yet
    path = carrier.dialled[0].status_url.removeprefix(ORIGIN)

    told = admin.twilio(path, CallSid=SID, From=practice.number, To=CALLEE, CallStatus="busy")

    call = admin.get(f"/api/v1/calls/{call_id}").data
    assert told.status == 204
    assert (call["status"], call["end_reason"]) == ("abandoned", "busy")


def test_nobody_is_called_who_asked_not_to_be(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier
) -> None:
    admin.request("POST", "/api/v1/opt-outs", json_body={"phone_number": CALLEE})

    assert place(admin, practice).error == (422, "BIZ_OPERATION_FAILED")
    assert carrier.dialled == []


@pytest.mark.parametrize(
    ("number", "at", "allowed"),
    [
        (CALLEE, NOON.replace(hour=12, minute=59), False),  # 07:59 in New York
        (CALLEE, NOON.replace(hour=13), True),
        ("+14155550123", NOON.replace(hour=15, minute=59), False),  # 07:59 in San Francisco
        ("+14155550123", NOON.replace(hour=16), True),
        (CALLEE, NOON.replace(day=24, hour=2), False),  # nine in the evening
    ],
)
def test_people_are_called_by_the_clock_where_they_are(
    admin: ControlPlane, practice: Practice, number: str, at: datetime, *, allowed: bool
) -> None:
    clock_of(admin).move(at - NOON)

    answer = place(admin, practice, to_number=number)

    assert answer.status == (202 if allowed else 422), answer.text


def test_a_client_out_of_minutes_or_lines_or_suspended_places_no_call(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    assert place(admin, practice).status == 202
    run(database_urls, "UPDATE calls SET duration_ms = 60000")
    run(database_urls, "UPDATE tenants SET max_monthly_minutes = 1")
    assert place(admin, practice).error == (422, "BIZ_QUOTA_EXCEEDED")

    run(database_urls, "UPDATE tenants SET max_monthly_minutes = NULL, max_concurrent_calls = 1")
    assert place(admin, practice).error == (422, "BIZ_QUOTA_EXCEEDED")

    run(database_urls, "UPDATE tenants SET max_concurrent_calls = 5, status = 'suspended'")
    agency = admin.as_role(UserRole.AGENCY_ADMIN, agency_id=practice.tenancy.agency_id)
    mine = {"tenant_id": str(practice.tenancy.tenant_id)}
    assert place(agency, practice, **mine).error == (422, "BIZ_INVALID_STATE")
    assert len(carrier.dialled) == 1
    assert run(database_urls, "SELECT count(*) FROM calls") == [(1,)]


def test_a_call_that_the_carrier_does_not_take_is_kept_as_failed_and_holds_no_line(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    run(database_urls, "UPDATE tenants SET max_concurrent_calls = 1")
    carrier.failure = CarrierRefused()
    assert place(admin, practice).error == (422, "BIZ_OPERATION_FAILED")
    carrier.failure = ProviderError(provider="twilio", retryable=True)
    assert place(admin, practice).error == (502, "SRV_EXTERNAL_SERVICE")
    carrier.failure = None

    assert place(admin, practice).status == 202
    failed = admin.get("/api/v1/calls", status="failed").data
    assert {call["end_reason"] for call in failed} == {
        "biz_operation_failed",
        "srv_external_service",
    }


def test_what_is_not_the_clients_cannot_be_used(
    admin: ControlPlane, practice: Practice, tenancies: Tenancies
) -> None:
    assert place(admin, practice, agent_id=str(new_id())).error == (404, "RES_NOT_FOUND")
    assert place(admin, practice, from_number="+12125550111").error[0] == 422
    other = str(tenancies.plumbing.tenant_id)
    assert place(admin, practice, tenant_id=other).error == (403, "AUTHZ_TENANT_MISMATCH")
    stranger = str(tenancies.stranger.tenant_id)
    assert place(admin, practice, tenant_id=stranger).error == (404, "RES_NOT_FOUND")
    agency = admin.as_role(UserRole.AGENCY_ADMIN, agency_id=practice.tenancy.agency_id)
    assert place(agency, practice).error == (400, "VAL_REQUIRED")
    assert place(agency, practice, tenant_id=other).error == (404, "RES_NOT_FOUND")
    own = str(practice.tenancy.tenant_id)
    assert place(agency, practice, tenant_id=own).status == 202
    platform = admin.as_role(UserRole.PLATFORM_ADMIN)
    platform.enter(practice.tenancy.agency_id)
    assert place(platform, practice, tenant_id=own).status == 202


@pytest.mark.parametrize("number", ["", "911", "+1", "tel:+12125550123;x", "\0", "12" * 40])
def test_what_is_no_number_is_refused(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, number: str
) -> None:
    answer = place(admin, practice, to_number=number)

    assert answer.status in {400, 422}, answer.text
    assert all(dialled.to.isascii() for dialled in carrier.dialled)


def test_no_more_lines_are_taken_than_there_are(
    admin: ControlPlane, practice: Practice, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    run(database_urls, "UPDATE tenants SET max_concurrent_calls = 3")

    answers = [place(admin, practice) for _ in range(5)]

    assert [answer.status for answer in answers] == [202, 202, 202, 422, 422]
    assert len(carrier.dialled) == 3
