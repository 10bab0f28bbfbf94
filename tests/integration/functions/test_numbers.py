"""Telephone numbers over HTTP: found, bought, led to an agent, given back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.calls.models import Carrier
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.numbers.models import NewNumber
from aiconnected.numbers.ports import Webhooks
from aiconnected.users.models import UserRole
from tests.fakes.carrier import MemoryCarrier
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import Practice, SettableClock
from tests.fixtures.web_api import ORIGIN, Answer, ControlPlane

pytestmark = pytest.mark.integration

ALL = "/api/v1/phone-numbers"
FOR_SALE = "+14155550150"
DENIED = (403, "AUTHZ_PERMISSION_DENIED")


@pytest.fixture
def carrier(control_plane: ControlPlane) -> MemoryCarrier:
    memory = MemoryCarrier()
    control_plane.services.market = memory
    return memory


@pytest.fixture
def agency(
    carrier: MemoryCarrier, control_plane: ControlPlane, tenancies: Tenancies
) -> ControlPlane:
    """The dental practice's agency, with a carrier in memory."""
    return control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)


def buy(plane: ControlPlane, **changes: object) -> Answer:
    return plane.request("POST", ALL, json_body={"number": FOR_SALE} | changes)


def release(plane: ControlPlane, number_id: str, *, confirm: str | None) -> Answer:
    headers = {} if confirm is None else {"X-Confirm-Release": confirm}
    return plane.request("DELETE", f"{ALL}/{number_id}", headers=headers)


def rows(urls: DatabaseUrls, statement: str, *params: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(urls.owner) as connection:
        cursor = connection.execute(statement.encode(), params)
        return cursor.fetchall() if cursor.description else []


def test_numbers_for_sale_are_found(agency: ControlPlane) -> None:
    found = agency.get(f"{ALL}/available", area_code="415", limit="1").data

    assert [each["number"] for each in found] == [FOR_SALE]
    assert found[0]["capabilities"] == ["voice"]


@pytest.mark.parametrize(
    "query",
    [{"area_code": "1"}, {"area_code": "4x5"}, {"contains": "a'"}, {"state": "Georgia"},
     {"country": "USA"}, {"limit": "0"}, {"limit": "101"}, {"limit": "many"}],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_refused(
    agency: ControlPlane, query: dict[str, str]
) -> None:
    answer = agency.get(f"{ALL}/available", **query)

    assert answer.status == 400
    assert answer.json["error"]["details"][0]["field"] in query


def test_a_bought_number_leads_to_us_and_to_its_agent(
    agency: ControlPlane, carrier: MemoryCarrier, practice: Practice, database_urls: DatabaseUrls
) -> None:
    tenant_id, agent_id = str(practice.tenancy.tenant_id), str(practice.agent_id)

    answer = buy(agency, tenant_id=tenant_id, agent_id=agent_id, friendly_name="Front desk")

    number = answer.data
    assert answer.status == 201
    assert (number["number"], number["tenant_id"], number["agent_id"]) == (
        FOR_SALE,
        tenant_id,
        agent_id,
    )
    assert (number["provider"], number["status"]) == ("twilio", "active")
    assert carrier.webhooks[0].voice_url == f"{ORIGIN}/api/v1/webhooks/twilio/voice"
    assert agency.get(f"{ALL}/{number['id']}").data == number
    kept = rows(database_urls, "SELECT external_id FROM phone_numbers WHERE id = %s", number["id"])
    assert kept == [(next(iter(carrier.sold)),)]


def test_a_number_may_wait_for_its_client(agency: ControlPlane, tenancies: Tenancies) -> None:
    number = buy(agency).data

    assert number["tenant_id"] is None
    assert [each["id"] for each in agency.get(ALL, **{"tenant_id[null]": "true"}).data] == [
        number["id"]
    ]


def test_the_platform_buys_for_whom_it_names(
    agency: ControlPlane, carrier: MemoryCarrier, tenancies: Tenancies
) -> None:
    platform = agency.as_role(UserRole.PLATFORM_ADMIN)
    dental = tenancies.dental

    assert buy(platform).error == (400, "VAL_REQUIRED")
    for_client = buy(platform, tenant_id=str(dental.tenant_id)).data
    assert for_client["agency_id"] == str(dental.agency_id)
    for_agency = buy(platform, number="+14155550151", agency_id=str(dental.agency_id)).data
    assert for_agency["tenant_id"] is None


def test_a_number_that_cannot_be_bought_leaves_no_row(
    agency: ControlPlane, carrier: MemoryCarrier
) -> None:
    assert buy(agency, number="+14155550777").error == (409, "RES_CONFLICT")
    carrier.failure = ProviderError(provider="twilio", retryable=True)
    assert buy(agency).error == (502, "SRV_EXTERNAL_SERVICE")

    assert agency.get(ALL).data == []


def test_a_number_that_is_ours_already_is_not_bought_again(
    agency: ControlPlane, carrier: MemoryCarrier, practice: Practice
) -> None:
    carrier.for_sale.append(practice.number)

    assert buy(agency, number=practice.number).error == (409, "RES_ALREADY_EXISTS")
    assert carrier.sold == {}


class Killed(BaseException):
    """The process ends here."""


class DyingCarrier(MemoryCarrier):
    """Sells, and then the process that asked is gone."""

    def buy(self, number: str, *, friendly_name: str, webhooks: Webhooks) -> str:
        super().buy(number, friendly_name=friendly_name, webhooks=webhooks)
        raise Killed


@pytest.fixture
def clock(control_plane: ControlPlane) -> SettableClock:
    """A clock to be moved, at the present: rows get their time from the database."""
    clock = SettableClock()
    clock.move(datetime.now(UTC) - clock.now())
    control_plane.services.clock = clock
    return clock


def order_and_die(
    plane: ControlPlane, tenancy: Tenancy, agent_id: UUID | None = None
) -> DyingCarrier:
    """The carrier, which has sold a number to a process that was killed."""
    carrier = DyingCarrier()
    plane.services.market = carrier
    new = NewNumber(
        agency_id=tenancy.agency_id,
        number=FOR_SALE,
        carrier=Carrier.TWILIO,
        tenant_id=tenancy.tenant_id,
        agent_id=agent_id,
    )
    with pytest.raises(Killed):
        plane.services.number_provisioning.provision(tenancy.agency_scope, new)
    return carrier


def test_a_number_sold_to_a_process_that_died_becomes_ours(
    clock: SettableClock, control_plane: ControlPlane, practice: Practice
) -> None:
    dental = practice.tenancy
    carrier = order_and_die(control_plane, dental, agent_id=practice.agent_id)
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=dental.agency_id)
    orders = control_plane.services.number_orders
    assert agency.get(ALL, number=FOR_SALE).data == []
    assert buy(agency).error == (409, "RES_ALREADY_EXISTS")
    assert orders.catch_up() == 0  # somebody may still be asking

    clock.move(timedelta(minutes=11))
    assert (orders.catch_up(), orders.catch_up()) == (1, 0)

    (number,) = agency.get(ALL, number=FOR_SALE).data
    assert (number["status"], number["agent_id"]) == ("active", str(practice.agent_id))
    assert release(agency, number["id"], confirm=FOR_SALE).status == 204
    assert carrier.sold == {}


def test_a_number_that_was_never_sold_is_free_again(
    clock: SettableClock, agency: ControlPlane, carrier: MemoryCarrier
) -> None:
    carrier.failure = ProviderError(provider="twilio", retryable=True)  # an answer that was lost
    assert buy(agency).error == (502, "SRV_EXTERNAL_SERVICE")
    clock.move(timedelta(minutes=11))
    assert agency.services.number_orders.catch_up() == 0  # the carrier is still away
    carrier.failure = None

    assert agency.services.number_orders.catch_up() == 1

    assert buy(agency).status == 201


def test_a_number_that_its_client_wants_no_more_goes_back(
    clock: SettableClock,
    control_plane: ControlPlane,
    tenancies: Tenancies,
    database_urls: DatabaseUrls,
) -> None:
    carrier = order_and_die(control_plane, tenancies.dental)
    rows(database_urls, "UPDATE tenants SET status = 'suspended' WHERE slug = 'dental'")
    clock.move(timedelta(minutes=11))

    assert control_plane.services.number_orders.catch_up() == 1

    assert carrier.sold == {}
    kept = rows(database_urls, "SELECT status FROM phone_numbers WHERE number = %s", FOR_SALE)
    assert kept == [("released",)]


def test_an_order_is_noted_before_the_carrier_is_asked(
    clock: SettableClock,
    control_plane: ControlPlane,
    tenancies: Tenancies,
    database_urls: DatabaseUrls,
) -> None:
    order_and_die(control_plane, tenancies.dental)
    clock.move(timedelta(minutes=11))
    control_plane.services.number_orders.catch_up()

    noted = rows(
        database_urls,
        "SELECT action FROM audit_log WHERE resource_type = 'phone_number' ORDER BY at",
    )
    assert noted == [("phone_number.ordered",), ("phone_number.added",)]


def test_what_is_not_the_clients_is_not_bought_for(
    agency: ControlPlane, carrier: MemoryCarrier, practice: Practice, tenancies: Tenancies
) -> None:
    stranger, plumbing = tenancies.stranger, tenancies.plumbing
    own = str(practice.tenancy.tenant_id)

    assert buy(agency, tenant_id=str(stranger.tenant_id)).error == (404, "RES_NOT_FOUND")
    assert buy(agency, tenant_id=own, agent_id=str(new_id())).error[0] == 422
    other = buy(agency, tenant_id=str(plumbing.tenant_id), agent_id=str(practice.agent_id))
    assert other.json["error"]["details"][0]["field"] == "agent_id"
    assert buy(agency, agent_id=str(practice.agent_id)).error[0] == 422
    assert carrier.sold == {}


def test_a_suspended_client_gets_no_number(
    agency: ControlPlane, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    rows(database_urls, "UPDATE tenants SET status = 'suspended'")

    answer = buy(agency, tenant_id=str(tenancies.dental.tenant_id))

    assert answer.error == (422, "BIZ_INVALID_STATE")


@pytest.mark.parametrize("number", ["", "1", "banana", "\0", "+1415555015\ud800", 5, None])
def test_what_is_no_number_is_not_bought(agency: ControlPlane, number: object) -> None:
    assert buy(agency, number=number).status == 400


def test_an_agency_moves_a_number_and_its_agent_stays_behind(
    agency: ControlPlane, practice: Practice, tenancies: Tenancies
) -> None:
    (number,) = agency.get(ALL).data
    path = f"{ALL}/{number['id']}"

    moved = agency.request(
        "PATCH", path, json_body={"tenant_id": str(tenancies.plumbing.tenant_id)}
    ).data
    back = agency.request(
        "PATCH",
        path,
        json_body={
            "tenant_id": str(practice.tenancy.tenant_id),
            "agent_id": str(practice.agent_id),
            "status": "suspended",
        },
    ).data

    assert (moved["tenant_id"], moved["agent_id"]) == (str(tenancies.plumbing.tenant_id), None)
    assert (back["agent_id"], back["status"]) == (str(practice.agent_id), "suspended")


def test_a_client_configures_its_own_numbers_and_moves_none(
    dental_admin: ControlPlane, practice: Practice, tenancies: Tenancies
) -> None:
    (number,) = dental_admin.get(ALL).data
    path = f"{ALL}/{number['id']}"

    changed = dental_admin.request(
        "PATCH", path, json_body={"friendly_name": "Desk", "fallback_number": "(212) 555-0188"}
    ).data
    emptied = dental_admin.request("PATCH", path, json_body={"fallback_number": None}).data

    assert (changed["friendly_name"], changed["fallback_number"]) == ("Desk", "+12125550188")
    assert emptied["fallback_number"] is None
    for body in ({"tenant_id": str(tenancies.plumbing.tenant_id)}, {"status": "suspended"}):
        answer = dental_admin.request("PATCH", path, json_body=body)
        assert answer.error == (403, "AUTHZ_ROLE_REQUIRED")


def test_a_number_goes_to_nobody_elses_client_or_agent(
    agency: ControlPlane, practice: Practice, tenancies: Tenancies
) -> None:
    (number,) = agency.get(ALL).data
    path = f"{ALL}/{number['id']}"

    def refused(**body: object) -> tuple[int, str]:
        return agency.request("PATCH", path, json_body=body).error

    assert refused(tenant_id=str(tenancies.stranger.tenant_id)) == (404, "RES_NOT_FOUND")
    assert refused(agent_id=str(new_id())) == (422, "BIZ_OPERATION_FAILED")
    assert refused(status="released") == (400, "VAL_INVALID_ENUM")
    assert refused(number="+14155550150") == (400, "VAL_UNKNOWN_FIELD")
    assert refused(friendly_name="x" * 256) == (400, "VAL_TOO_LONG")


def test_of_two_writers_one_is_told_that_it_read_too_early(
    agency: ControlPlane, practice: Practice
) -> None:
    (number,) = agency.get(ALL).data
    path = f"{ALL}/{number['id']}"
    read = agency.get(path).headers["ETag"]

    def write(name: str) -> Answer:
        return agency.request(
            "PATCH", path, json_body={"friendly_name": name}, headers={"If-Match": read}
        )

    assert write("first").status == 200
    assert write("second").error == (412, "RES_PRECONDITION_FAILED")
    assert agency.get(path).data["friendly_name"] == "first"


def test_a_release_is_confirmed_by_the_number_itself(
    agency: ControlPlane, carrier: MemoryCarrier, database_urls: DatabaseUrls
) -> None:
    number = buy(agency).data

    missing = release(agency, number["id"], confirm=None)
    wrong = release(agency, number["id"], confirm="+14155550151")
    done = release(agency, number["id"], confirm=FOR_SALE)

    assert missing.error == (400, "VAL_REQUIRED")
    assert wrong.error == (400, "VAL_INVALID_FORMAT")
    assert done.status == 204
    assert (carrier.sold, agency.get(ALL).data) == ({}, [])
    assert release(agency, number["id"], confirm=FOR_SALE).error == (404, "RES_NOT_FOUND")
    assert buy(agency).status == 201  # it can be bought again
    actions = rows(database_urls, "SELECT action FROM audit_log WHERE action ~ 'phone' ORDER BY at")
    assert [action for (action,) in actions] == [
        "phone_number.ordered",
        "phone_number.added",
        "phone_number.released",
        "phone_number.ordered",
        "phone_number.added",
    ]


def test_a_number_that_the_carrier_does_not_take_back_stays_ours(
    agency: ControlPlane, carrier: MemoryCarrier
) -> None:
    number = buy(agency).data
    carrier.failure = ProviderError(provider="twilio", retryable=True)

    failed = release(agency, number["id"], confirm=FOR_SALE)

    assert failed.error == (502, "SRV_EXTERNAL_SERVICE")
    assert agency.get(f"{ALL}/{number['id']}").data["status"] == "active"
    carrier.failure = None
    assert release(agency, number["id"], confirm=FOR_SALE).status == 204


def test_a_carrier_that_takes_nothing_back_says_so(
    agency: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    rows(database_urls, "UPDATE phone_numbers SET carrier = 'ringcentral'")
    (number,) = agency.get(ALL).data

    answer = release(agency, number["id"], confirm=number["number"])

    assert answer.error == (422, "BIZ_OPERATION_FAILED")


def test_what_each_carrier_can_do_is_told(dental_admin: ControlPlane) -> None:
    told = {each["carrier"]: each for each in dental_admin.get(f"{ALL}/carriers").data}

    assert told["twilio"]["search"]
    assert (told["goto"]["search"], told["goto"]["order"]) == (False, "area_code")
    assert told["goto"]["release"] == "operator"


def test_numbers_are_searched_filtered_and_sorted(
    agency: ControlPlane, carrier: MemoryCarrier
) -> None:
    for number, name in ((FOR_SALE, "Front desk"), ("+14155550151", "Back office")):
        buy(agency, number=number, friendly_name=name)

    def listed(**query: str) -> list[str]:
        return [each["friendly_name"] for each in agency.get(ALL, **query).data]

    assert listed(sort="friendly_name") == ["Back office", "Front desk"]
    assert listed(q="desk") == ["Front desk"]
    assert listed(provider="goto") == []
    assert listed(**{"number[starts]": "+1415", "sort": "-number"}) == ["Back office", "Front desk"]


def test_each_role_does_what_the_matrix_says_and_nobody_sees_anothers(
    agency: ControlPlane, practice: Practice, tenancies: Tenancies
) -> None:
    (number,) = agency.get(ALL).data
    path = f"{ALL}/{number['id']}"
    dental = tenancies.dental

    def asked(role: UserRole, agency_id: UUID, tenant_id: UUID | None = None) -> ControlPlane:
        return agency.as_role(role, agency_id=agency_id, tenant_id=tenant_id)

    tenant_admin = asked(UserRole.TENANT_ADMIN, dental.agency_id, dental.tenant_id)
    readers = [
        asked(UserRole.AGENCY_USER, dental.agency_id),
        asked(UserRole.TENANT_USER, dental.agency_id, dental.tenant_id),
    ]
    for plane in (*readers, tenant_admin):
        assert plane.get(path).status == 200
        assert buy(plane).error == DENIED
        assert plane.get(f"{ALL}/available").error == DENIED
        assert release(plane, number["id"], confirm=number["number"]).error == DENIED
    for plane in readers:
        assert plane.request("PATCH", path, json_body={}).error == DENIED
    plumbing, stranger = tenancies.plumbing, tenancies.stranger
    for other in (
        asked(UserRole.TENANT_ADMIN, plumbing.agency_id, plumbing.tenant_id),
        asked(UserRole.AGENCY_ADMIN, stranger.agency_id),
    ):
        assert other.get(ALL).data == []
        assert other.get(path).error == (404, "RES_NOT_FOUND")
        assert other.request("PATCH", path, json_body={}).error == (404, "RES_NOT_FOUND")
    strange = asked(UserRole.AGENCY_ADMIN, stranger.agency_id)
    confirmed = release(strange, number["id"], confirm=number["number"])
    assert confirmed.error == (404, "RES_NOT_FOUND")
