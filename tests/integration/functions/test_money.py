"""Who is shown what a call costs, sells for and leaves: those who see the bills, everywhere."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.contracts.catalogue import CallCompleted
from aiconnected.contracts.facts import Component
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from aiconnected.webhooks.happening import happened
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import ControlPlane
from tests.fixtures.world import NOW, Place, World

pytestmark = pytest.mark.integration

# Amounts that stand in no id and no time.
COST, PRICE, PART_COST, PART_PRICE = 7_777_001, 9_999_007, 7_776_003, 9_998_009
AMOUNTS = tuple(str(n) for n in (COST, PRICE, PRICE - COST, PART_COST, PART_PRICE))
CLIENTS = (UserRole.TENANT_ADMIN, UserRole.TENANT_USER, UserRole.AGENCY_USER)


@pytest.fixture
def call(world: World, tenancies: Tenancies) -> UUID:
    """A finalised call with one measurement."""
    dental = tenancies.dental
    place = Place(agency_id=dental.agency_id, tenant_id=dental.tenant_id)
    call_id = world.add(
        "calls", place, cost_micros=COST, price_micros=PRICE, finalised_at=NOW, currency="USD"
    )
    world.add(
        "usage_records",
        place,
        call_id=call_id,
        component=Component.STT,
        cost_micros=PART_COST,
        price_micros=PART_PRICE,
        measured_at=NOW,
    )
    return call_id


def reads(asker: ControlPlane, call: UUID) -> Iterator[tuple[str, str]]:
    """Every way to read a call's figures that the asker has."""
    days = {"from": "2026-11-01", "to": "2026-11-30"}
    paths: dict[str, dict[str, str]] = {
        "/api/v1/calls": {},
        f"/api/v1/calls/{call}": {},
        f"/api/v1/calls/{call}/events": {},
        "/api/v1/calls/export": {},
        "/api/v1/analytics/summary": days,
        "/api/v1/analytics/calls": days,
        "/api/v1/analytics/usage": days,
        "/api/v1/analytics/export": days,
    }
    for path, query in paths.items():
        answer = asker.get(path, **query)
        if answer.status != 403:
            assert answer.status == 200, answer.text
            yield path, answer.text


@pytest.mark.parametrize("role", CLIENTS)
def test_who_sees_no_bills_reads_no_amount_of_a_call_anywhere(
    control_plane: ControlPlane, tenancies: Tenancies, call: UUID, role: UserRole
) -> None:
    dental = tenancies.dental
    tenant_id = None if role is UserRole.AGENCY_USER else dental.tenant_id
    asker = control_plane.as_role(role, agency_id=dental.agency_id, tenant_id=tenant_id)

    told = dict(reads(asker, call))

    assert "/api/v1/calls" in told
    assert str(call) in told["/api/v1/calls"]
    leaks = [(path, n) for path, text in told.items() for n in AMOUNTS if n in text]
    assert leaks == []
    shown = asker.get(f"/api/v1/calls/{call}").data
    assert [shown[side] for side in ("cost", "price", "margin")] == [None] * 3
    assert shown["bill"]["cost"] is None
    (part,) = shown["bill"]["components"]
    assert (part["component"], part["cost"], part["rated"]) == ("stt", None, None)


@pytest.mark.parametrize("role", [UserRole.AGENCY_ADMIN, UserRole.PLATFORM_ADMIN])
def test_who_sees_the_bills_reads_cost_price_and_margin(
    control_plane: ControlPlane, tenancies: Tenancies, call: UUID, role: UserRole
) -> None:
    agency_id = tenancies.dental.agency_id
    of_platform = role is UserRole.PLATFORM_ADMIN
    asker = control_plane.as_role(role, agency_id=None if of_platform else agency_id)
    if of_platform:
        asker.enter(agency_id)

    told = dict(reads(asker, call))

    for path in ("/api/v1/calls", f"/api/v1/calls/{call}"):
        assert all(str(n) in told[path] for n in (COST, PRICE, PRICE - COST)), path
    for path in ("/api/v1/calls/export", "/api/v1/analytics/summary"):
        assert all(str(n) in told[path] for n in (COST, PRICE)), path
    assert str(PART_COST) in told[f"/api/v1/calls/{call}"]


def test_a_clients_endpoint_is_told_of_a_call_without_its_price(
    control_plane: ControlPlane,
    tenancies: Tenancies,
    world: World,
    database_urls: DatabaseUrls,
) -> None:
    dental = tenancies.dental
    place = Place(agency_id=dental.agency_id, tenant_id=dental.tenant_id)
    own = world.add("webhook_endpoints", place)
    agency = world.add("webhook_endpoints", Place(agency_id=dental.agency_id, tenant_id=None))
    event = CallCompleted(
        call_id=new_id(),
        outcome="completed",
        ended_at=NOW,
        duration_ms=1,
        turn_count=0,
        price_micros=PRICE,
        currency="USD",
    )
    message = happened(
        event, of=event.call_id, at=NOW, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )

    assert control_plane.services.webhook_sender.fan_out(message) == 2

    with psycopg.connect(database_urls.owner) as connection:
        found: dict[UUID, dict[str, Any]] = dict(
            connection.execute("SELECT endpoint_id, payload FROM webhook_deliveries").fetchall()
        )
    assert found[agency]["data"]["price_micros"] == PRICE
    assert found[own]["data"]["price_micros"] is None
    assert str(PRICE) not in json.dumps(found[own])
    assert found[own]["data"]["duration_ms"] == 1
