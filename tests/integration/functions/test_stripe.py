"""Stripe's webhooks: signed, stored once, taken in by a job in whatever order they come."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import EventReceived
from aiconnected.kit.ids import new_id
from aiconnected.received.errors import EventWaits
from aiconnected.users.models import UserRole
from chalicelib.jobs import received as jobs
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import FakeQueue
from tests.fixtures.web_api import STRIPE_SECRET, Answer, ControlPlane

pytestmark = pytest.mark.integration

PATH = "/api/v1/webhooks/stripe"
EVENTS = "/api/v1/received-events"
START = 1_790_000_000
CUSTOMER = "cus_1"


def signed(body: str, *, secret: str = STRIPE_SECRET, at: float | None = None) -> str:
    """As Stripe's documentation has it, made without Stripe's library."""
    moment = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(control_plane: ControlPlane, event: dict[str, Any], header: str | None = None) -> Answer:
    body = json.dumps(event)
    headers = {
        "Stripe-Signature": signed(body) if header is None else header,
        "Content-Type": "application/json; charset=utf-8",
    }
    return control_plane.request("POST", PATH, body=body.encode(), headers=headers)


def messages(control_plane: ControlPlane) -> list[Envelope]:
    queue = control_plane.services.publisher
    assert isinstance(queue, FakeQueue)
    return [message for message in queue.sent if message.type == EventReceived.TYPE]


def take_in(control_plane: ControlPlane, *events: dict[str, Any]) -> None:
    """Send events, and work off what they left in the queue."""
    before = len(messages(control_plane))
    for event in events:
        assert send(control_plane, event).status == 204
    for message in messages(control_plane)[before:]:
        jobs.work_off(control_plane.services, message)


def event(kind: str, thing: dict[str, Any], at: int = START) -> dict[str, Any]:
    return {
        "id": f"evt_{kind}_{at}_{thing.get('status')}",
        "object": "event",
        "api_version": "2026-09-30",
        "type": kind,
        "created": at,
        "livemode": False,
        "data": {"object": thing},
    }


def customer(agency_id: UUID) -> dict[str, Any]:
    return event(
        "customer.created",
        {"id": CUSTOMER, "object": "customer", "metadata": {"agency_id": str(agency_id)}},
    )


def subscription(status: str, at: int) -> dict[str, Any]:
    kind = {"canceled": "deleted", "incomplete": "created"}.get(status, "updated")
    item = {
        "id": "si_1",
        "price": {"id": "price_standard"},
        "current_period_start": START,
        "current_period_end": START + 2_592_000,
    }
    thing = {
        "id": "sub_1",
        "object": "subscription",
        "customer": CUSTOMER,
        "status": status,
        "items": {"object": "list", "data": [item]},
        "metadata": {},
        "cancel_at": None,
    }
    return event(f"customer.subscription.{kind}", thing, at)


def invoice(status: str, at: int) -> dict[str, Any]:
    names = {"draft": "created", "open": "finalized", "paid": "paid"}
    thing = {
        "id": "in_1",
        "object": "invoice",
        "customer": CUSTOMER,
        "status": status,
        "number": None if status == "draft" else "A-0001",
        "currency": "usd",
        "subtotal": 1000,
        "total": 1190,
        "total_taxes": [{"amount": 190}],
        "period_start": START,
        "period_end": START + 2_592_000,
        "due_date": None,
        "lines": {"data": [{"description": "Standard", "amount": 1000, "quantity": 1}]},
        "status_transitions": {
            "finalized_at": None if status == "draft" else START,
            "paid_at": START + 60 if status == "paid" else None,
        },
        "parent": None,
    }
    return event(f"invoice.{names[status]}", thing, at)


@pytest.fixture
def plan(control_plane: ControlPlane) -> str:
    """The plan that Stripe sells as `price_standard`."""
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    given = {
        "code": "standard",
        "name": "Standard",
        "monthly_fee_micros": 10_000_000,
        "stripe_price_id": "price_standard",
    }
    return str(platform.request("POST", "/api/v1/plans", json_body=given).data["id"])


@pytest.fixture
def agency(control_plane: ControlPlane, tenancy: Tenancy) -> ControlPlane:
    """The app, asked by the agency, which Stripe knows as a customer."""
    take_in(control_plane, customer(tenancy.agency_id))
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancy.agency_id)


def test_a_forged_old_or_missing_signature_is_refused(
    control_plane: ControlPlane, tenancy: Tenancy
) -> None:
    given = customer(tenancy.agency_id)
    body = json.dumps(given)
    for header in (
        "",
        "nonsense",
        signed(body, secret="whsec_other"),
        signed(body + " "),
        signed(body, at=time.time() - 301),
    ):
        assert send(control_plane, given, header).error == (403, "AUTH_SIGNATURE_INVALID")
    assert messages(control_plane) == []


@pytest.mark.parametrize("body", ["{}", "[]", "null", "not json", '{"id": 1}', '"\\ud800"'])
def test_what_is_signed_and_no_event_is_refused(control_plane: ControlPlane, body: str) -> None:
    headers = {"Stripe-Signature": signed(body)}

    answer = control_plane.request("POST", PATH, body=body.encode(), headers=headers)

    assert answer.error == (400, "VAL_INVALID_FORMAT")


def test_an_event_sent_twice_or_by_many_at_once_is_stored_once(
    control_plane: ControlPlane, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    given = customer(tenancy.agency_id)
    for _ in range(3):
        assert send(control_plane, given).status == 204

    assert len(messages(control_plane)) == 1
    with psycopg.connect(database_urls.owner) as connection:
        stored = connection.execute("SELECT count(*), min(status) FROM received_events").fetchone()
    assert stored == (1, "queued")


def test_a_job_that_comes_to_many_at_once_has_one_effect(
    control_plane: ControlPlane, agency: ControlPlane, plan: str
) -> None:
    send(control_plane, subscription("active", START))
    message = messages(control_plane)[-1]
    worker = control_plane.services.event_worker
    event_id = message.read(EventReceived).received_event_id

    # One connection a process: what races here is the order of its units of work.
    with ThreadPoolExecutor(1) as pool:
        done = list(pool.map(lambda _: worker.work_off(event_id), range(5)))

    assert [status for status in done if status] == ["done"]
    (shown,) = agency.get("/api/v1/subscriptions").data
    assert (shown["status"], shown["plan_id"]) == ("active", plan)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_subscription_ends_the_same_in_whatever_order_its_events_come(
    control_plane: ControlPlane, agency: ControlPlane, plan: str, order: tuple[int, ...]
) -> None:
    assert plan
    story = [
        subscription("incomplete", START),
        subscription("active", START),  # of the same second
        subscription("canceled", START + 100),
    ]

    take_in(control_plane, *(story[number] for number in order))

    (shown,) = agency.get("/api/v1/subscriptions").data
    assert shown["status"] == "cancelled"
    assert shown["current_period_ends_at"] > shown["current_period_starts_at"]
    assert len(agency.get("/api/v1/billing-events").data) == 4


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_invoice_ends_the_same_in_whatever_order_its_events_come(
    control_plane: ControlPlane, agency: ControlPlane, order: tuple[int, ...]
) -> None:
    story = [invoice("draft", START), invoice("open", START + 5), invoice("paid", START + 5)]

    take_in(control_plane, *(story[number] for number in order))

    (shown,) = agency.get("/api/v1/invoices").data
    assert (shown["status"], shown["number"]) == ("paid", "A-0001")
    assert shown["total"] == {"micros": 11_900_000, "currency": "USD"}
    assert (shown["subtotal"]["micros"], shown["tax"]["micros"]) == (10_000_000, 1_900_000)
    assert shown["lines"] == [{"description": "Standard", "quantity": 1, "micros": 10_000_000}]
    assert agency.get(f"/api/v1/invoices/{shown['id']}").data == shown


def test_an_event_before_its_customer_waits_for_it(
    control_plane: ControlPlane, tenancy: Tenancy
) -> None:
    assert send(control_plane, invoice("open", START)).status == 204
    (message,) = messages(control_plane)
    with pytest.raises(EventWaits):
        jobs.work_off(control_plane.services, message)

    take_in(control_plane, customer(tenancy.agency_id))
    jobs.work_off(control_plane.services, message)

    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancy.agency_id)
    assert [one["status"] for one in agency.get("/api/v1/invoices").data] == ["open"]


def test_a_poisoned_event_dies_at_the_fifth_time_and_is_replayed(
    control_plane: ControlPlane, agency: ControlPlane
) -> None:
    send(control_plane, subscription("active", START))  # nobody sells that price
    message = messages(control_plane)[-1]
    for _ in range(4):
        with pytest.raises(EventWaits):
            jobs.work_off(control_plane.services, message)
    jobs.work_off(control_plane.services, message)

    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    (dead,) = platform.get(EVENTS, status="dead").data
    assert (dead["attempts"], dead["last_error"]) == (5, "BIZ_OPERATION_FAILED")
    one = f"{EVENTS}/{dead['id']}"
    assert json.loads(platform.get(one).data["body"])["type"] == "customer.subscription.updated"
    jobs.work_off(control_plane.services, message)  # the dead stay dead
    assert platform.get(one).data["status"] == "dead"

    given = {"code": "s", "name": "S", "monthly_fee_micros": 1, "stripe_price_id": "price_standard"}
    platform.request("POST", "/api/v1/plans", json_body=given)
    assert platform.request("POST", f"{one}/replay").status == 202
    jobs.work_off(control_plane.services, messages(control_plane)[-1])
    assert platform.get(one).data["status"] == "done"
    assert platform.request("POST", f"{one}/replay").error == (422, "BIZ_INVALID_STATE")
    assert len(agency.get("/api/v1/subscriptions").data) == 1


def test_a_forgotten_event_is_caught_up_with(
    control_plane: ControlPlane, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    send(control_plane, customer(tenancy.agency_id))
    send(control_plane, invoice("open", START))
    send(control_plane, subscription("active", START))
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE received_events SET received_at = now() - interval '1 hour'")

    assert control_plane.services.event_worker.catch_up() == 3

    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    stands = sorted(one["status"] for one in platform.get(EVENTS).data)
    assert stands == ["done", "done", "queued"]


def test_an_event_of_no_interest_is_let_go(control_plane: ControlPlane) -> None:
    take_in(control_plane, event("product.created", {"id": "prod_1"}))

    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    assert [one["status"] for one in platform.get(EVENTS).data] == ["done"]


def test_received_events_are_the_platforms_alone(
    control_plane: ControlPlane, agency: ControlPlane, dental_admin: ControlPlane
) -> None:
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    (shown,) = platform.get(EVENTS).data
    for asked in (agency, dental_admin):
        assert asked.get(EVENTS).error == (403, "AUTHZ_PERMISSION_DENIED")
        assert asked.get(f"{EVENTS}/{shown['id']}").status == 403
        assert asked.request("POST", f"{EVENTS}/{shown['id']}/replay").status == 403
    assert platform.get(f"{EVENTS}/{new_id()}").error == (404, "RES_NOT_FOUND")


def test_another_agency_sees_none_of_it(
    control_plane: ControlPlane, agency: ControlPlane, tenancies: Tenancies
) -> None:
    take_in(control_plane, invoice("open", START))
    (mine,) = agency.get("/api/v1/invoices").data
    rival = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.stranger.agency_id)

    assert rival.get("/api/v1/invoices").data == []
    assert rival.get("/api/v1/billing-events").data == []
    assert rival.get(f"/api/v1/invoices/{mine['id']}").error == (404, "RES_NOT_FOUND")


def test_a_client_of_another_agency_in_the_metadata_makes_nothing(
    control_plane: ControlPlane, agency: ControlPlane, tenancies: Tenancies
) -> None:
    given = invoice("open", START)
    stranger = str(tenancies.stranger.tenant_id)
    given["data"]["object"]["metadata"] = {"tenant_id": stranger}
    send(control_plane, given)

    with pytest.raises(EventWaits):
        jobs.work_off(control_plane.services, messages(control_plane)[-1])

    assert agency.get("/api/v1/invoices").data == []


def test_an_event_is_answered_within_fifty_milliseconds(
    control_plane: ControlPlane, tenancy: Tenancy
) -> None:
    send(control_plane, event("product.created", {"id": "prod_1"}))
    given = [event("product.updated", {"id": "prod_1"}, START + n) for n in range(20)]

    started = time.monotonic()
    for one in given:
        assert send(control_plane, one).status == 204

    assert time.monotonic() - started < 20 * 0.05, tenancy


def test_periods_are_moments_in_utc(
    control_plane: ControlPlane, agency: ControlPlane, plan: str
) -> None:
    assert plan
    take_in(control_plane, subscription("active", START))

    (shown,) = agency.get("/api/v1/subscriptions").data

    starts = datetime.fromisoformat(shown["current_period_starts_at"])
    assert starts == datetime.fromtimestamp(START, UTC)
    assert datetime.fromisoformat(shown["current_period_ends_at"]) - starts == timedelta(days=30)
    one = agency.get(f"/api/v1/subscriptions/{shown['id']}")
    assert one.data == shown
    events = agency.get("/api/v1/billing-events", type="customer.subscription.updated").data
    assert agency.get(f"/api/v1/billing-events/{events[0]['id']}").data == events[0]
