"""Appointments, and the times on offer for them, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane, services_for_tests
from tests.fixtures.world import NOW, Places, World

pytestmark = pytest.mark.integration

APPOINTMENTS, SLOTS = "/api/v1/appointments", "/api/v1/appointment-slots"
CALLER = "+14155550123"
SETTLED = (422, "BIZ_INVALID_STATE")
TAKEN = (409, "RES_ALREADY_EXISTS")


def offer(plane: ControlPlane, hour: int = 9, /, **changes: object) -> Answer:
    times = {"starts_at": f"2036-01-15T{hour:02}:00:00Z", "ends_at": f"2036-01-15T{hour:02}:45:00Z"}
    return plane.request("POST", SLOTS, json_body=times | changes)


def slot(plane: ControlPlane, hour: int = 9, /, **changes: object) -> str:
    """Id of a new time on offer."""
    return str(offer(plane, hour, **changes).data["id"])


def book(plane: ControlPlane, slot_id: object, /, **changes: object) -> Answer:
    body = {"slot_id": slot_id, "customer_name": "Sarah Miller", "customer_phone": CALLER}
    return plane.request("POST", APPOINTMENTS, json_body=body | changes)


def patched(
    plane: ControlPlane, appointment_id: object, version: str = "*", **body: object
) -> Answer:
    path, headers = f"{APPOINTMENTS}/{appointment_id}", {"If-Match": version}
    return plane.request("PATCH", path, json_body=body, headers=headers)


def deleted(plane: ControlPlane, path: str, row_id: object) -> Answer:
    return plane.request("DELETE", f"{path}/{row_id}")


def shown(plane: ControlPlane, path: str, row_id: object) -> Any:  # noqa: ANN401 -- JSON
    return plane.get(f"{path}/{row_id}").data


def beside(plane: ControlPlane) -> ControlPlane:
    """The same caller at another container, with a connection of its own."""
    services = services_for_tests(plane.services.settings)
    return ControlPlane(services=services, token=plane.token)


def at_once(*asked: tuple[ControlPlane, str, str, object]) -> list[Answer]:
    """The answers to requests that are sent together."""
    together = Barrier(len(asked))

    def ask(request: tuple[ControlPlane, str, str, object]) -> Answer:
        plane, method, path, body = request
        together.wait()
        return plane.request(method, path, json_body=body)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(ask, asked))


def test_a_time_is_booked_moved_and_told_to_be_completed(dental_admin: ControlPlane) -> None:
    nine, ten = slot(dental_admin, 9), slot(dental_admin, 10)

    made = book(dental_admin, nine, service="cleaning")
    appointment = made.data
    moved = patched(dental_admin, appointment["id"], made.headers["ETag"], slot_id=ten)
    stale = patched(dental_admin, appointment["id"], made.headers["ETag"], service="crown")
    done = patched(dental_admin, appointment["id"], status="completed", customer_name="Sara Miller")

    assert (made.status, appointment["status"]) == (201, "booked")
    assert appointment["starts_at"] == "2036-01-15T09:00:00Z"
    assert len(appointment["confirmation_code"]) == 6
    assert (moved.data["slot_id"], moved.data["starts_at"]) == (ten, "2036-01-15T10:00:00Z")
    assert moved.data["ends_at"] == "2036-01-15T10:45:00Z"
    assert moved.data["confirmation_code"] == appointment["confirmation_code"]
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert (done.data["status"], done.data["customer_name"]) == ("completed", "Sara Miller")
    assert shown(dental_admin, APPOINTMENTS, appointment["id"]) == done.data
    assert shown(dental_admin, SLOTS, nine)["free"] is True
    assert shown(dental_admin, SLOTS, ten)["appointment_id"] == appointment["id"]


def test_what_is_cancelled_stays_so_and_its_time_is_free_again(dental_admin: ControlPlane) -> None:
    nine, ten = slot(dental_admin, 9), slot(dental_admin, 10)
    first = book(dental_admin, nine).data["id"]

    cancelled = deleted(dental_admin, APPOINTMENTS, first)

    assert cancelled.status == 204
    left = shown(dental_admin, APPOINTMENTS, first)
    assert left["status"] == "cancelled"
    assert left["cancelled_at"] is not None
    assert deleted(dental_admin, APPOINTMENTS, first).error == SETTLED
    assert patched(dental_admin, first, slot_id=ten).error == SETTLED
    assert patched(dental_admin, first, status="no_show").error == SETTLED
    assert book(dental_admin, nine).status == 201


def test_what_is_over_is_neither_moved_nor_cancelled_but_can_be_put_right(
    dental_admin: ControlPlane,
) -> None:
    nine, ten = slot(dental_admin, 9), slot(dental_admin, 10)
    appointment_id = book(dental_admin, nine).data["id"]
    assert patched(dental_admin, appointment_id, status="completed").status == 200

    assert patched(dental_admin, appointment_id, slot_id=ten).error == SETTLED
    assert deleted(dental_admin, APPOINTMENTS, appointment_id).error == SETTLED
    righted = patched(dental_admin, appointment_id, status="no_show", service="crown").data

    assert (righted["status"], righted["service"], righted["slot_id"]) == ("no_show", "crown", nine)
    assert book(dental_admin, nine).error == TAKEN


def test_of_two_who_book_a_time_at_once_one_has_it(dental_admin: ControlPlane) -> None:
    other = beside(dental_admin)
    slot_id = slot(dental_admin)
    body = {"slot_id": slot_id, "customer_name": "Sarah Miller"}

    answers = at_once(
        (dental_admin, "POST", APPOINTMENTS, body), (other, "POST", APPOINTMENTS, body)
    )
    other.services.database.close()
    other.services.redis.close()

    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, lost.error) == (201, TAKEN)
    assert [each["id"] for each in dental_admin.get(APPOINTMENTS).data] == [won.data["id"]]


def test_a_move_to_a_taken_time_leaves_both_as_they_were(dental_admin: ControlPlane) -> None:
    nine, ten = slot(dental_admin, 9), slot(dental_admin, 10)
    early, late = book(dental_admin, nine).data, book(dental_admin, ten).data

    refused = patched(dental_admin, early["id"], slot_id=ten, customer_name="Somebody Else")

    assert refused.error == TAKEN
    assert [shown(dental_admin, APPOINTMENTS, each["id"]) for each in (early, late)] == [
        early,
        late,
    ]
    assert dental_admin.get("/api/v1/audit-log", action="appointment.updated").data == []


def test_two_who_would_change_places_are_both_refused(dental_admin: ControlPlane) -> None:
    other = beside(dental_admin)
    nine, ten = slot(dental_admin, 9), slot(dental_admin, 10)
    early, late = book(dental_admin, nine).data, book(dental_admin, ten).data

    answers = at_once(
        (dental_admin, "PATCH", f"{APPOINTMENTS}/{early['id']}", {"slot_id": ten}),
        (other, "PATCH", f"{APPOINTMENTS}/{late['id']}", {"slot_id": nine}),
    )
    other.services.database.close()
    other.services.redis.close()

    assert [answer.error for answer in answers] == [TAKEN, TAKEN]


def test_a_time_is_offered_once_withdrawn_and_offered_again(dental_admin: ControlPlane) -> None:
    made = offer(dental_admin, resource="Chair 1", services=["Cleaning", "crown"])
    first = made.data

    again = offer(dental_admin, resource="Chair 1")
    elsewhere = offer(dental_admin, resource="Chair 2")
    withdrawn = deleted(dental_admin, SLOTS, first["id"])

    assert (made.status, first["free"], first["appointment_id"]) == (201, True, None)
    assert first["services"] == ["cleaning", "crown"]
    assert again.error == TAKEN
    assert elsewhere.status == 201
    assert withdrawn.status == 204
    gone = (404, "RES_NOT_FOUND")
    assert dental_admin.get(f"{SLOTS}/{first['id']}").error == gone
    assert deleted(dental_admin, SLOTS, first["id"]).error == gone
    assert book(dental_admin, first["id"]).error == (422, "BIZ_OPERATION_FAILED")
    back = offer(dental_admin, resource="Chair 1", ends_at="2036-01-15T10:00:00Z")
    assert (back.status, back.data["id"], back.data["services"]) == (201, first["id"], [])
    assert back.data["ends_at"] == "2036-01-15T10:00:00Z"
    assert book(dental_admin, first["id"]).status == 201


def test_a_time_in_which_somebody_comes_is_not_withdrawn(dental_admin: ControlPlane) -> None:
    slot_id = slot(dental_admin)
    appointment_id = book(dental_admin, slot_id).data["id"]

    assert deleted(dental_admin, SLOTS, slot_id).error == (422, "BIZ_DEPENDENCY_EXISTS")
    assert deleted(dental_admin, APPOINTMENTS, appointment_id).status == 204
    assert deleted(dental_admin, SLOTS, slot_id).status == 204


def test_times_are_listed_by_chair_hour_and_whether_they_are_free(
    dental_admin: ControlPlane,
) -> None:
    for hour in (11, 9, 10):
        slot(dental_admin, hour, resource=f"Chair {hour}", services=["cleaning"])
    taken = dental_admin.get(SLOTS, resource="Chair 10").data[0]["id"]
    book(dental_admin, taken)

    def listed(**query: str) -> list[str]:
        return [each["resource"] for each in dental_admin.get(SLOTS, **query).data]

    assert listed() == ["Chair 9", "Chair 10", "Chair 11"]
    assert listed(free="true") == ["Chair 9", "Chair 11"]
    assert listed(free="false") == ["Chair 10"]
    assert listed(**{"starts_at[lt]": "2036-01-15T11:00:00Z"}) == ["Chair 9", "Chair 10"]
    assert listed(sort="-starts_at", limit="1") == ["Chair 11"]
    assert listed(q="chair 9") == ["Chair 9"]
    assert len(listed(q="clean")) == 3


def test_appointments_are_listed_as_they_come(
    dental_admin: ControlPlane, world: World, places: Places
) -> None:
    call_id = str(world.id("calls", places.own))
    names = {9: "Alice", 10: "Bob", 11: "Carol"}
    made = {
        name: book(
            dental_admin,
            slot(dental_admin, hour),
            customer_name=name,
            customer_phone=f"+141555501{hour:02}",
            service="crown" if name == "Bob" else "cleaning",
            call_id=call_id if name == "Carol" else None,
        ).data
        for hour, name in reversed(names.items())
    }
    deleted(dental_admin, APPOINTMENTS, made["Alice"]["id"])

    def listed(**query: str) -> list[str]:
        return [each["customer_name"] for each in dental_admin.get(APPOINTMENTS, **query).data]

    assert listed() == ["Alice", "Bob", "Carol"]
    assert listed(sort="-created_at") == ["Alice", "Bob", "Carol"]
    assert listed(status="booked") == ["Bob", "Carol"]
    assert listed(call_id=call_id) == ["Carol"]
    assert listed(slot_id=made["Bob"]["slot_id"]) == ["Bob"]
    assert listed(customer_phone="+14155550109") == ["Alice"]
    assert listed(**{"starts_at[gte]": "2036-01-15T10:00:00Z"}) == ["Bob", "Carol"]
    for text in ("bob", "5550110", "CROWN", made["Bob"]["confirmation_code"].lower()):
        assert listed(q=text) == ["Bob"]
    few = dental_admin.get(APPOINTMENTS, limit="2", fields="id,status")
    assert [set(each) for each in few.data] == [{"id", "status"}] * 2
    rest = dental_admin.get(APPOINTMENTS, cursor=few.json["meta"]["next_cursor"])
    assert [each["customer_name"] for each in rest.data] == ["Carol"]
    assert listed(limit="1", offset="1") == ["Bob"]


def test_an_appointment_names_only_what_its_client_has_and_what_is_to_come(
    dental_admin: ControlPlane, world: World, places: Places
) -> None:
    past = world.add(
        "appointment_slots",
        places.own,
        starts_at=NOW - timedelta(days=9),
        ends_at=NOW - timedelta(days=8),
    )
    for slot_id in (new_id(), past, *(world.id("appointment_slots", p) for p in beyond(places))):
        answer = book(dental_admin, str(slot_id))
        assert answer.error == (422, "BIZ_OPERATION_FAILED")
        assert answer.json["error"]["details"][0]["field"] == "slot_id"
    kept = book(dental_admin, slot(dental_admin, 9)).data
    for slot_id in (past, *(world.id("appointment_slots", p) for p in beyond(places))):
        answer = patched(dental_admin, kept["id"], slot_id=str(slot_id))
        assert answer.error == (422, "BIZ_OPERATION_FAILED")
    free = slot(dental_admin, 10)
    for call_id in (new_id(), *(world.id("calls", p) for p in beyond(places))):
        answer = book(dental_admin, free, call_id=str(call_id))
        assert answer.error == (422, "BIZ_OPERATION_FAILED")
        assert answer.json["error"]["details"][0]["field"] == "call_id"
    assert shown(dental_admin, SLOTS, free)["free"] is True
    assert shown(dental_admin, APPOINTMENTS, kept["id"]) == kept


def beyond(places: Places) -> tuple[Any, Any]:
    """Where rows are of others."""
    return places.sibling, places.other


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer_phone": "nobody"}, "VAL_INVALID_PHONE"),
        ({"customer_name": ""}, "VAL_TOO_SHORT"),
        ({"customer_name": "  "}, "VAL_REQUIRED"),
        ({"customer_name": 5}, "VAL_INVALID_TYPE"),
        ({"service": "x" * 256}, "VAL_TOO_LONG"),
        ({"slot_id": "1"}, "VAL_INVALID_UUID"),
        ({"status": "completed"}, "VAL_UNKNOWN_FIELD"),
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused(
    dental_admin: ControlPlane, changes: dict[str, object], code: str
) -> None:
    answer = book(dental_admin, slot(dental_admin), **changes)

    assert answer.error == (400, code)
    assert answer.json["error"]["details"][0]["field"] == next(iter(changes))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_at": "2036-01-15T09:00:00Z"}, (400, "VAL_OUT_OF_RANGE")),
        ({"ends_at": "2036-01-15T09:30:00"}, (400, "VAL_INVALID_FORMAT")),
        ({"starts_at": "2021-01-15T09:00:00Z"}, (422, "BIZ_OPERATION_FAILED")),
        ({"services": "cleaning"}, (400, "VAL_INVALID_TYPE")),
        ({"resource": "x" * 256}, (400, "VAL_TOO_LONG")),
        ({"free": True}, (400, "VAL_UNKNOWN_FIELD")),
    ],
)
def test_a_time_that_makes_no_sense_is_not_offered(
    dental_admin: ControlPlane, changes: dict[str, object], error: tuple[int, str]
) -> None:
    answer = offer(dental_admin, **changes)

    assert answer.error == error
    assert answer.json["error"]["details"][0]["field"] == next(iter(changes))
    assert dental_admin.get(SLOTS).data == []


@pytest.mark.parametrize("status", ["booked", "cancelled", "gone"])
def test_an_appointment_is_told_to_be_completed_or_missed_and_nothing_else(
    dental_admin: ControlPlane, status: str
) -> None:
    appointment_id = book(dental_admin, slot(dental_admin)).data["id"]

    assert patched(dental_admin, appointment_id, status=status).error == (400, "VAL_INVALID_ENUM")


def test_the_log_tells_what_was_done_and_not_who_comes(dental_admin: ControlPlane) -> None:
    nine, ten = slot(dental_admin, 9), slot(dental_admin, 10)
    appointment_id = book(dental_admin, nine, service="crown").data["id"]
    patched(dental_admin, appointment_id, slot_id=ten, customer_name="Tom", service="cleaning")
    deleted(dental_admin, APPOINTMENTS, appointment_id)
    deleted(dental_admin, SLOTS, nine)

    log = dental_admin.get("/api/v1/audit-log", sort="at", **{"action[starts]": "appoint"}).data

    assert [entry["action"] for entry in log] == [
        "appointment_slot.offered",
        "appointment_slot.offered",
        "appointment.booked",
        "appointment.updated",
        "appointment.cancelled",
        "appointment_slot.withdrawn",
    ]
    assert log[3]["changes"]["slot_id"] == [nine, ten]
    written = str(log)
    assert [word for word in ("Sarah", "Tom", CALLER, "crown") if word in written] == []


def test_the_agency_names_its_client_and_nobody_sees_anothers(
    dental_admin: ControlPlane, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    dental, plumbing, stranger = tenancies.dental, tenancies.plumbing, tenancies.stranger
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=dental.agency_id)
    strange = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=stranger.agency_id)
    sibling = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )
    whose = {"tenant_id": str(dental.tenant_id)}

    assert offer(agency).error == (400, "VAL_REQUIRED")
    assert offer(agency, tenant_id=str(stranger.tenant_id)).error == (404, "RES_NOT_FOUND")
    assert offer(sibling, **whose).error == (403, "AUTHZ_TENANT_MISMATCH")
    slot_id = slot(agency, **whose)
    free = slot(agency, 10, **whose)
    assert book(agency, slot_id).error == (400, "VAL_REQUIRED")
    assert book(sibling, slot_id, **whose).error == (403, "AUTHZ_TENANT_MISMATCH")
    named = book(agency, slot_id, tenant_id=str(plumbing.tenant_id))
    assert named.error == (422, "BIZ_OPERATION_FAILED")
    appointment_id = book(agency, slot_id, **whose).data["id"]
    hidden = (404, "RES_NOT_FOUND")
    for path, row_id in ((APPOINTMENTS, appointment_id), (SLOTS, slot_id), (SLOTS, free)):
        assert dental_admin.get(f"{path}/{row_id}").status == 200
        for other in (sibling, strange):
            assert other.get(path).data == []
            assert other.get(f"{path}/{row_id}").error == hidden
            assert deleted(other, path, row_id).error == hidden
    for other in (sibling, strange):
        assert patched(other, appointment_id, status="no_show").error == hidden


def test_a_clients_user_sees_who_comes_and_writes_nothing(
    dental_admin: ControlPlane, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    dental = tenancies.dental
    user = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )
    slot_id = slot(dental_admin)
    appointment = book(dental_admin, slot_id).data

    assert user.get(APPOINTMENTS).data == [appointment]
    assert [each["id"] for each in user.get(SLOTS).data] == [slot_id]
    denied = (403, "AUTHZ_PERMISSION_DENIED")
    assert offer(user, 10).error == denied
    assert book(user, slot_id).error == denied
    assert patched(user, appointment["id"], status="completed").error == denied
    assert deleted(user, APPOINTMENTS, appointment["id"]).error == denied
    assert deleted(user, SLOTS, slot_id).error == denied
