"""Webhooks over HTTP and through their jobs: made, signed, sent, retried, replayed, disabled."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.contracts.catalogue import CallCompleted, CallStarted, Event
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DeliveryDue, MailRequested
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from aiconnected.webhooks.happening import happened
from chalicelib.jobs import webhooks as jobs
from chalicelib.services import Services
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.sites import Receiver
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import FakeQueue, SettableClock
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

ALL = "/api/v1/webhooks/endpoints"


@pytest.fixture
def clock(control_plane: ControlPlane) -> SettableClock:
    """The clock of the webhooks' services, which are made after this; tokens keep the real one."""
    services, clock = control_plane.services, SettableClock()
    _ = services.access_tokens, services.auth
    services.clock = clock
    return clock


@pytest.fixture
def services(control_plane: ControlPlane) -> Services:
    return control_plane.services


def make(asked: ControlPlane, url: str, **more: object) -> dict[str, Any]:
    given = {"url": url, "event_types": ["call.completed"], **more}
    made: dict[str, Any] = asked.request("POST", ALL, json_body=given).data
    return made


def event(tenancy: Tenancy, kind: type[Event] = CallCompleted) -> Envelope:
    call, now = new_id(), SettableClock().now()
    body: dict[type[Event], Event] = {
        CallCompleted: CallCompleted(
            call_id=call, outcome="completed", ended_at=now, duration_ms=1, turn_count=2
        ),
        CallStarted: CallStarted(call_id=call, started_at=now),
    }
    return happened(
        body[kind],
        of=call,
        at=now,
        agency_id=tenancy.agency_id,
        tenant_id=tenancy.tenant_id,
        call_id=call,
    )


def queue(services: Services) -> FakeQueue:
    assert isinstance(services.publisher, FakeQueue)
    return services.publisher


def due(services: Services) -> list[Envelope]:
    """Messages of deliveries that have not been worked on."""
    found = [message for message in queue(services).sent if message.type == DeliveryDue.TYPE]
    queue(services).sent.clear()
    return found


def run(services: Services, message: Envelope) -> None:
    """Fan out, and send what follows."""
    jobs.work(services, message)
    for one in due(services):
        jobs.work(services, one)


def deliveries(asked: ControlPlane, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked.get(f"{ALL}/{endpoint['id']}/deliveries").data
    return found


def test_an_event_arrives_signed_and_is_in_the_log(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    endpoint = make(dental_admin, receiver.url)
    message = event(tenancy)

    run(services, message)

    (hit,) = receiver.hits
    body = json.loads(hit.body)
    assert (body["id"], body["type"]) == (str(message.id), "call.completed")
    assert body["tenant_id"] == str(tenancy.tenant_id)
    assert body["data"]["turn_count"] == 2
    moment, digest = (
        part.partition("=")[2] for part in hit.headers["x-voice-signature"].split(",")
    )
    assert int(moment) == int(clock.now().timestamp())
    signed = f"{moment}.".encode() + hit.body
    assert digest == hmac.new(endpoint["secret"].encode(), signed, hashlib.sha256).hexdigest()
    (delivery,) = deliveries(dental_admin, endpoint)
    assert hit.headers["x-voice-delivery"] == delivery["id"]
    assert (delivery["status"], delivery["attempts"], delivery["last_status"]) == (
        "succeeded",
        1,
        200,
    )
    shown = dental_admin.get(f"{ALL}/{endpoint['id']}/deliveries/{delivery['id']}").data
    assert shown["payload"] == body
    assert [one["response_body"] for one in shown["tries"]] == ["thank you"]


def test_secrets_are_shown_once_and_kept_sealed(
    dental_admin: ControlPlane, receiver: Receiver, database_urls: DatabaseUrls
) -> None:
    endpoint = make(dental_admin, receiver.url)

    assert endpoint["secret"].startswith("whsec_")
    assert "secret" not in dental_admin.get(f"{ALL}/{endpoint['id']}").data
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT sealed_secret FROM webhook_endpoints").fetchone()
        log = connection.execute("SELECT changes::text FROM audit_log").fetchall()
    assert row is not None
    assert endpoint["secret"].encode() not in bytes(row[0])
    assert endpoint["secret"] not in str(log)


def test_only_what_is_listened_for_is_sent(
    dental_admin: ControlPlane, services: Services, receiver: Receiver, tenancy: Tenancy
) -> None:
    make(dental_admin, receiver.url)
    make(dental_admin, receiver.url + "/all", event_types=["*"])

    run(services, event(tenancy, CallStarted))

    assert [hit.path for hit in receiver.hits] == ["/hook/all"]


def test_an_agency_hears_of_all_its_clients_and_of_nobody_elses(
    control_plane: ControlPlane, services: Services, receiver: Receiver, tenancies: Tenancies
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    endpoint = make(agency, receiver.url)
    assert endpoint["tenant_id"] is None

    for tenancy in (tenancies.dental, tenancies.plumbing, tenancies.stranger):
        run(services, event(tenancy))

    heard = {json.loads(hit.body)["tenant_id"] for hit in receiver.hits}
    assert heard == {str(tenancies.dental.tenant_id), str(tenancies.plumbing.tenant_id)}


def test_the_same_event_twice_is_sent_once_whoever_races(
    dental_admin: ControlPlane, services: Services, receiver: Receiver, tenancy: Tenancy
) -> None:
    make(dental_admin, receiver.url)
    message = event(tenancy)

    jobs.work(services, message)
    jobs.work(services, message)
    sent = due(services)
    assert len(sent) == 1
    for _ in range(3):
        jobs.work(services, sent[0])

    assert len(receiver.hits) == 1


def test_a_failure_is_tried_again_later_and_then_given_up(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    receiver.status, receiver.answer = 500, b"down\0here"
    endpoint = make(dental_admin, receiver.url)
    run(services, event(tenancy))

    for _ in range(26 * 6):
        clock.move(timedelta(minutes=10))
        jobs.dispatch(services)
        for one in due(services):
            jobs.work(services, one)

    (delivery,) = deliveries(dental_admin, endpoint)
    assert (delivery["status"], delivery["last_error"]) == ("failed", "status_500")
    assert 8 <= delivery["attempts"] <= 20
    assert len(receiver.hits) == delivery["attempts"]
    shown = dental_admin.get(f"{ALL}/{endpoint['id']}/deliveries/{delivery['id']}").data
    assert shown["tries"][0]["response_body"] == "downhere"


def test_an_endpoint_is_disabled_after_a_day_of_failures_with_a_notice(
    dental_admin: ControlPlane,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
    database_urls: DatabaseUrls,
) -> None:
    services = dental_admin.services
    receiver.status = 503
    endpoint = make(dental_admin, receiver.url)
    run(services, event(tenancy))
    assert dental_admin.get(f"{ALL}/{endpoint['id']}").data["failing_since"] is not None

    clock.move(timedelta(hours=24, minutes=1))
    run(services, event(tenancy))

    shown = dental_admin.get(f"{ALL}/{endpoint['id']}").data
    assert (shown["status"], shown["disabled_reason"]) == ("disabled", "failing")
    with psycopg.connect(database_urls.owner) as connection:
        audited = connection.execute(
            "SELECT count(*) FROM audit_log WHERE action = 'webhook_endpoint.disabled'"
        ).fetchone()
        mails = connection.execute(
            "SELECT envelope FROM outbox WHERE topic = 'mail.requested'"
        ).fetchall()
    assert audited == (1,)
    mail = Envelope.model_validate(mails[0][0]).read(MailRequested)
    assert mail.email == "agency@example.com"

    receiver.status = 200
    active = dental_admin.request(
        "PATCH", f"{ALL}/{endpoint['id']}", json_body={"status": "active"}
    ).data
    assert (active["status"], active["failing_since"]) == ("active", None)
    run(services, event(tenancy))
    assert receiver.hits[-1].headers["x-voice-event"] == "call.completed"


def test_one_success_clears_what_failed_before(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    receiver.status = 500
    endpoint = make(dental_admin, receiver.url)
    run(services, event(tenancy))
    receiver.status = 204
    run(services, event(tenancy))
    assert dental_admin.get(f"{ALL}/{endpoint['id']}").data["failing_since"] is None

    clock.move(timedelta(hours=30))
    receiver.status = 500
    run(services, event(tenancy))

    assert dental_admin.get(f"{ALL}/{endpoint['id']}").data["status"] == "active"


def test_both_secrets_sign_for_a_day_after_a_rotation(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    endpoint = make(dental_admin, receiver.url)
    rotated = dental_admin.request("POST", f"{ALL}/{endpoint['id']}/rotate-secret").data
    assert rotated["secret"] != endpoint["secret"]

    run(services, event(tenancy))
    clock.move(timedelta(hours=25))
    run(services, event(tenancy))

    during, after = (hit.headers["x-voice-signature"] for hit in receiver.hits)
    assert (during.count("v1="), after.count("v1=")) == (2, 1)
    moment = after.partition(",")[0].removeprefix("t=")
    signed = f"{moment}.".encode() + receiver.hits[1].body
    fresh = hmac.new(rotated["secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert after == f"t={moment},v1={fresh}"


def test_a_paused_endpoint_is_sent_nothing_and_a_late_delivery_waits(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    endpoint = make(dental_admin, receiver.url)
    one = f"{ALL}/{endpoint['id']}"
    jobs.work(services, event(tenancy))
    dental_admin.request("PATCH", one, json_body={"status": "paused"})

    run(services, event(tenancy))
    jobs.dispatch(services)
    for message in due(services):
        jobs.work(services, message)
    assert receiver.hits == []

    dental_admin.request("PATCH", one, json_body={"status": "active"})
    clock.move(timedelta(minutes=11))
    jobs.dispatch(services)
    for message in due(services):
        jobs.work(services, message)
    assert len(receiver.hits) == 1


def test_a_lost_sender_is_replaced_after_its_lease(
    dental_admin: ControlPlane,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
    database_urls: DatabaseUrls,
) -> None:
    services = dental_admin.services
    make(dental_admin, receiver.url)
    jobs.work(services, event(tenancy))
    (message,) = due(services)
    with psycopg.connect(database_urls.owner) as connection:  # claimed, and then it died
        connection.execute(
            "UPDATE webhook_deliveries SET attempts = 1, next_attempt_at = %s",
            [clock.now() + timedelta(seconds=60)],
        )

    jobs.work(services, message)
    assert receiver.hits == []
    clock.move(timedelta(seconds=61))
    jobs.work(services, message)

    assert len(receiver.hits) == 1


def test_a_test_event_goes_to_whoever_asks(
    dental_admin: ControlPlane, services: Services, receiver: Receiver
) -> None:
    endpoint = make(dental_admin, receiver.url)

    answer = dental_admin.request("POST", f"{ALL}/{endpoint['id']}/test", json_body={})
    assert (answer.status, answer.data["event_type"]) == (202, "webhook.test")
    for message in due(services):
        jobs.work(services, message)

    assert json.loads(receiver.hits[0].body)["type"] == "webhook.test"


def test_a_test_of_an_agencys_endpoint_is_about_one_of_its_clients(
    control_plane: ControlPlane, receiver: Receiver, tenancies: Tenancies
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN).enter(tenancies.dental.agency_id)
    path = f"{ALL}/{make(agency, receiver.url)['id']}/test"
    stranger = {"tenant_id": str(tenancies.stranger.tenant_id)}

    for asked in (agency, platform):
        assert asked.request("POST", path, json_body={}).error == (400, "VAL_REQUIRED")
        assert asked.request("POST", path, json_body=stranger).error == (404, "RES_NOT_FOUND")
        named = {"tenant_id": str(tenancies.plumbing.tenant_id)}
        assert asked.request("POST", path, json_body=named).status == 202


def test_a_test_of_a_clients_endpoint_is_about_no_other(
    control_plane: ControlPlane,
    dental_admin: ControlPlane,
    receiver: Receiver,
    tenancies: Tenancies,
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    path = f"{ALL}/{make(dental_admin, receiver.url)['id']}/test"
    own, sibling, stranger = (
        {"tenant_id": str(each.tenant_id)}
        for each in (tenancies.dental, tenancies.plumbing, tenancies.stranger)
    )

    for asked in (agency, dental_admin):
        assert asked.request("POST", path, json_body=sibling).error == (404, "RES_NOT_FOUND")
        assert asked.request("POST", path, json_body=stranger).error == (404, "RES_NOT_FOUND")
        assert asked.request("POST", path, json_body=own).status == 202


def test_deliveries_are_replayed_one_by_one_and_many_at_once(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    endpoint = make(dental_admin, receiver.url)
    since = (clock.now() - timedelta(hours=1)).isoformat()
    run(services, event(tenancy))
    (first,) = deliveries(dental_admin, endpoint)
    one = f"{ALL}/{endpoint['id']}"

    again = dental_admin.request("POST", f"{one}/deliveries/{first['id']}/replay")
    assert (again.status, again.data["replay_of"]) == (202, first["id"])
    for message in due(services):
        jobs.work(services, message)
    clock.move(timedelta(minutes=1))
    many = dental_admin.request(
        "POST", f"{one}/replay", json_body={"since": since, "status": "succeeded"}
    )
    assert many.data == {"count": 2}
    jobs.dispatch(services)
    for message in due(services):
        jobs.work(services, message)

    assert len({json.loads(hit.body)["id"] for hit in receiver.hits}) == 1
    assert len(receiver.hits) == 4
    assert len({hit.headers["x-voice-delivery"] for hit in receiver.hits}) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest",
        "https://user:pass@example.com/",
        "https://[::ffff:10.0.0.1]/",
        "ftp://example.com/",
        "https://10.0.0.1/",
        "nonsense",
        "https://example.com/\0",
    ],
)
def test_an_address_inside_is_refused_when_it_is_given(
    dental_admin: ControlPlane, url: str
) -> None:
    given = {"url": url, "event_types": ["*"]}

    refused = dental_admin.request("POST", ALL, json_body=given)

    assert refused.status == 400
    assert refused.error[1] in {"VAL_INVALID_URL", "VAL_INVALID_FORMAT"}


@pytest.mark.parametrize(
    "change",
    [
        {"event_types": []},
        {"event_types": ["call.unknown"]},
        {"event_types": "call.ended"},
        {"status": "disabled"},
        {"description": "x" * 256},
        {"secret": "mine"},
    ],
)
def test_what_an_endpoint_cannot_be_is_refused(
    dental_admin: ControlPlane, receiver: Receiver, change: dict[str, object]
) -> None:
    endpoint = make(dental_admin, receiver.url)

    refused = dental_admin.request("PATCH", f"{ALL}/{endpoint['id']}", json_body=change)

    assert refused.status == 400


def test_a_stale_change_is_refused(dental_admin: ControlPlane, receiver: Receiver) -> None:
    endpoint = make(dental_admin, receiver.url)
    one = f"{ALL}/{endpoint['id']}"
    tag = dental_admin.get(one).headers["ETag"]
    assert dental_admin.request("PATCH", one, json_body={"description": "a"}).status == 200

    for method, body in (("PATCH", {"description": "b"}), ("DELETE", None)):
        refused = dental_admin.request(method, one, json_body=body, headers={"If-Match": tag})
        assert refused.error == (412, "RES_PRECONDITION_FAILED")


def test_a_deleted_endpoint_is_gone_and_gets_nothing_more(
    dental_admin: ControlPlane, services: Services, receiver: Receiver, tenancy: Tenancy
) -> None:
    endpoint = make(dental_admin, receiver.url)
    one = f"{ALL}/{endpoint['id']}"
    jobs.work(services, event(tenancy))

    assert dental_admin.request("DELETE", one).status == 204
    for message in due(services):
        jobs.work(services, message)

    assert receiver.hits == []
    assert dental_admin.get(one).error == (404, "RES_NOT_FOUND")


def test_another_clients_endpoint_is_not_there(
    control_plane: ControlPlane,
    dental_admin: ControlPlane,
    receiver: Receiver,
    tenancies: Tenancies,
) -> None:
    endpoint = make(dental_admin, receiver.url)
    one = f"{ALL}/{endpoint['id']}"
    for other in (tenancies.plumbing, tenancies.stranger):
        asked = control_plane.as_role(
            UserRole.TENANT_ADMIN, agency_id=other.agency_id, tenant_id=other.tenant_id
        )

        assert asked.get(ALL).data == []
        for method, path in (
            ("GET", one),
            ("DELETE", one),
            ("POST", f"{one}/rotate-secret"),
            ("GET", f"{one}/deliveries"),
        ):
            assert asked.request(method, path).error == (404, "RES_NOT_FOUND")
        named = {"url": receiver.url, "event_types": ["*"], "tenant_id": endpoint["tenant_id"]}
        refused = asked.request("POST", ALL, json_body=named)
        sibling = other is tenancies.plumbing
        assert refused.error == (
            (403, "AUTHZ_TENANT_MISMATCH") if sibling else (404, "RES_NOT_FOUND")
        )


def test_an_agencys_own_endpoint_is_hidden_from_its_clients(
    control_plane: ControlPlane, dental_admin: ControlPlane, receiver: Receiver, tenancy: Tenancy
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancy.agency_id)
    endpoint = make(agency, receiver.url)

    assert dental_admin.get(ALL).data == []
    assert dental_admin.get(f"{ALL}/{endpoint['id']}").status == 404


def test_the_platform_makes_an_endpoint_where_it_has_entered(
    control_plane: ControlPlane, receiver: Receiver, tenancies: Tenancies
) -> None:
    dental = tenancies.dental
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    given: dict[str, object] = {"url": receiver.url, "event_types": ["*"]}
    denied = (403, "AUTHZ_RESOURCE_ACCESS_DENIED")

    assert platform.request("POST", ALL, json_body=given).error == denied
    platform.enter(dental.agency_id)
    named = given | {"tenant_id": str(dental.tenant_id)}
    made = platform.request("POST", ALL, json_body=named)
    assert made.data["agency_id"] == str(dental.agency_id)
    for stranger in (new_id(), tenancies.stranger.tenant_id):
        named["tenant_id"] = str(stranger)
        assert platform.request("POST", ALL, json_body=named).status == 404


def test_there_are_at_most_twenty_endpoints(dental_admin: ControlPlane, receiver: Receiver) -> None:
    for _ in range(20):
        make(dental_admin, receiver.url)

    given = {"url": receiver.url, "event_types": ["*"]}
    assert dental_admin.request("POST", ALL, json_body=given).error == (422, "BIZ_QUOTA_EXCEEDED")


def test_the_catalogue_has_a_schema_for_every_event(dental_admin: ControlPlane) -> None:
    shown = dental_admin.get("/api/v1/webhooks/events").data

    types = {one["type"]: one["data_schema"] for one in shown}
    assert {"call.started", "call.completed", "transcript.ready", "quota.exceeded"} <= types.keys()
    assert "duration_ms" in types["call.completed"]["properties"]


def test_old_deliveries_are_forgotten_with_their_bodies(
    dental_admin: ControlPlane,
    services: Services,
    receiver: Receiver,
    tenancy: Tenancy,
    clock: SettableClock,
) -> None:
    endpoint = make(dental_admin, receiver.url)
    run(services, event(tenancy))
    clock.move(timedelta(days=31))

    assert services.webhook_sender.sweep() == 1
    assert deliveries(dental_admin, endpoint) == []


def test_without_the_queue_deliveries_wait_for_the_next_dispatch(
    dental_admin: ControlPlane, services: Services, receiver: Receiver, tenancy: Tenancy
) -> None:
    make(dental_admin, receiver.url)
    queue(services).away = True
    jobs.work(services, event(tenancy))
    queue(services).away = False

    jobs.dispatch(services)
    for message in due(services):
        jobs.work(services, message)

    assert len(receiver.hits) == 1


def test_an_event_that_is_nobodys_or_unknown_makes_nothing(
    services: Services, tenancy: Tenancy
) -> None:
    nobody = event(tenancy).model_copy(update={"agency_id": None})
    assert services.webhook_sender.fan_out(nobody) == 0
    gone = Envelope.of(
        DeliveryDue(delivery_id=UUID(int=7)),
        at=services.clock.now(),
        agency_id=tenancy.agency_id,
        tenant_id=tenancy.tenant_id,
    )
    assert services.webhook_sender.deliver(gone) is None
