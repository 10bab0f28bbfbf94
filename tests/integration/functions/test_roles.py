"""Custom roles over HTTP: what they add, to whom, and that nobody climbs by them."""

import pytest

from aiconnected.auth.permissions import Permission, known
from aiconnected.db import Scope
from aiconnected.kit.ids import new_id
from aiconnected.users.repository import UserRepository
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.web_people import Everybody, Person

pytestmark = pytest.mark.integration
ROLES = "/api/v1/roles"
NOT_FOUND = (404, "RES_NOT_FOUND")
DENIED = (403, "AUTHZ_PERMISSION_DENIED")


def make(by: Person, *permissions: str, **more: object) -> Answer:
    body = {"name": "Night shift", "permissions": list(permissions)} | more
    return by.asks.request("POST", ROLES, json_body=body)


def give(by: Person, whom: Person, role_id: str) -> Answer:
    return by.asks.request("PUT", f"/api/v1/users/{whom.id}/roles/{role_id}")


def take(by: Person, whom: Person, role_id: str) -> Answer:
    return by.asks.request("DELETE", f"/api/v1/users/{whom.id}/roles/{role_id}")


def renewed(whom: Person) -> ControlPlane:
    """The same person with a token of today."""
    services = whom.asks.services
    with services.database.work(Scope.platform("test")) as work:
        user = services.users.get(work, whom.id)
        granted = known(UserRepository().granted(work, whom.id))
    asked = ControlPlane(services=services)
    asked.token, _ = services.access_tokens.issue(user, granted=granted)
    return asked


def test_a_role_gives_its_holder_more_and_taking_it_back_gives_less(people: Everybody) -> None:
    p = people
    path = "/api/v1/api-keys"
    assert p.tenant_user.asks.get(path).error == DENIED
    role = make(p.tenant_admin, "api_keys.view").data
    assert role["permissions"] == ["api_keys.view"]

    held = give(p.tenant_admin, p.tenant_user, role["id"]).data

    assert [each["id"] for each in held["roles"]] == [role["id"]]
    assert p.tenant_user.asks.get(path).error == (401, "AUTH_REFRESH_REQUIRED")
    asked = renewed(p.tenant_user)
    assert asked.get(path).status == 200
    assert "api_keys.view" in asked.get("/api/v1/auth/me").data["permissions"]

    assert take(p.tenant_admin, p.tenant_user, role["id"]).status == 204
    assert asked.get(path).error == (401, "AUTH_REFRESH_REQUIRED")
    assert renewed(p.tenant_user).get(path).error == DENIED


def test_what_a_role_may_do_changes_for_all_who_have_it(people: Everybody) -> None:
    p = people
    role = make(p.tenant_admin, "api_keys.view").data
    give(p.tenant_admin, p.tenant_user, role["id"])
    asked = renewed(p.tenant_user)

    changed = p.tenant_admin.asks.request(
        "PATCH", f"{ROLES}/{role['id']}", json_body={"permissions": ["audit.view"]}
    ).data

    assert changed["permissions"] == ["audit.view"]
    assert changed["updated_at"] > role["updated_at"]
    assert asked.get("/api/v1/api-keys").error == (401, "AUTH_REFRESH_REQUIRED")
    assert renewed(p.tenant_user).get("/api/v1/api-keys").error == DENIED


def test_assigning_and_taking_twice_change_nothing(people: Everybody) -> None:
    p = people
    role = make(p.tenant_admin, "api_keys.view").data
    give(p.tenant_admin, p.tenant_user, role["id"])
    asked = renewed(p.tenant_user)

    assert give(p.tenant_admin, p.tenant_user, role["id"]).status == 200
    assert asked.get("/api/v1/api-keys").status == 200
    assert take(p.tenant_admin, p.tenant_user, role["id"]).status == 204
    assert take(p.tenant_admin, p.tenant_user, role["id"]).status == 204


def test_nobody_puts_into_a_role_what_they_do_not_hold(people: Everybody) -> None:
    p = people
    helper = make(p.agency_admin, "roles.manage", "roles.view").data
    give(p.agency_admin, p.agency_user, helper["id"])
    climber = Person(id=p.agency_user.id, email="", asks=renewed(p.agency_user))

    refused = make(climber, "calls.delete", name="Mine")
    assert refused.error == DENIED
    assert refused.json["error"]["details"][0]["field"] == "permissions"
    own = make(climber, "calls.view", name="Mine").data
    raised = climber.asks.request(
        "PATCH", f"{ROLES}/{own['id']}", json_body={"permissions": ["calls.view", "billing.view"]}
    )
    assert raised.error == DENIED
    admins = make(p.agency_admin, "billing.view", name="Money").data
    assert give(climber, climber, admins["id"]).error == DENIED
    assert give(climber, p.agency_admin, own["id"]).error == (403, "AUTHZ_ROLE_REQUIRED")


@pytest.mark.parametrize("place", ["agency", "tenant"])
def test_nobody_widens_their_own_reach_by_a_role_or_a_key_that_they_make(
    people: Everybody, place: str
) -> None:
    p = people
    admin = p.agency_admin if place == "agency" else p.tenant_admin
    user = p.agency_user if place == "agency" else p.tenant_user
    helper = make(admin, "roles.manage", "roles.view", "api_keys.manage", "api_keys.view").data
    give(admin, user, helper["id"])
    climber = Person(id=user.id, email="", asks=renewed(user))
    assert climber.asks.get(f"/api/v1/users/{admin.id}").status == 403  # sees oneself alone

    def key(*permissions: str) -> Answer:
        body = {"name": "Mine", "permissions": list(permissions)}
        return climber.asks.request("POST", "/api/v1/api-keys", json_body=body)

    for own in ("users.view", "users.edit"):
        assert make(climber, own, name=own).error == DENIED
        refused = key(own)
        assert refused.error == DENIED
        assert refused.json["error"]["details"][0]["field"] == "permissions"
    wider = make(admin, "users.view", "users.edit", name="People").data
    assert give(climber, climber, wider["id"]).error == DENIED
    assert renewed(user).get(f"/api/v1/users/{admin.id}").status == 403
    assert key("calls.view", "api_keys.manage").status == 201  # what one holds whole
    for role in ("agency_admin", "tenant_admin"):
        changed = climber.asks.request(
            "PUT", f"/api/v1/users/{climber.id}/role", json_body={"role": role}
        )
        assert changed.status == 403


def test_a_clients_role_holds_no_more_than_a_client_may(people: Everybody) -> None:
    p = people

    assert make(p.tenant_admin, "billing.view").error == (422, "BIZ_OPERATION_FAILED")
    at_client = make(
        p.agency_admin, "billing.view", tenant_id=_tenant_of(p.tenant_admin), name="Money"
    )
    assert at_client.error == (422, "BIZ_OPERATION_FAILED")
    assert make(p.agency_admin, "billing.view").status == 201
    assert make(p.platform, "calls.view").error == (400, "VAL_REQUIRED")
    assert make(p.agency_admin, "agencies.create", name="Founder").error[0] == 422


def test_a_role_is_for_the_people_of_its_place(people: Everybody) -> None:
    p = people
    agencys = make(p.agency_admin, "calls.view").data
    dentals = make(p.tenant_admin, "calls.view").data

    assert give(p.agency_admin, p.tenant_user, agencys["id"]).error == (422, "BIZ_INVALID_STATE")
    assert give(p.agency_admin, p.sibling_user, dentals["id"]).error == (422, "BIZ_INVALID_STATE")
    assert give(p.tenant_admin, p.tenant_user, agencys["id"]).error == NOT_FOUND
    assert give(p.rival_admin, p.tenant_user, dentals["id"]).error == NOT_FOUND
    assert give(p.tenant_admin, p.sibling_user, dentals["id"]).error == NOT_FOUND
    assert give(p.tenant_admin, p.tenant_user, str(new_id())).error == NOT_FOUND


def test_roles_are_seen_within_ones_walls(people: Everybody) -> None:
    p = people
    make(p.agency_admin, "calls.view", name="Agency")
    make(p.tenant_admin, "calls.view", name="Dental")
    make(p.rival_admin, "calls.view", name="Rival")

    def names(by: Person) -> list[str]:
        return [role["name"] for role in by.asks.get(ROLES).data]

    assert names(p.agency_admin) == ["Agency", "Dental"]
    assert names(p.tenant_admin) == ["Dental"]
    assert names(p.sibling_admin) == []
    assert names(p.platform) == ["Agency", "Dental", "Rival"]
    assert p.tenant_user.asks.get(ROLES).error == DENIED


def test_a_role_is_renamed_and_deleted_once_nobody_has_it(people: Everybody) -> None:
    p = people
    role = make(p.tenant_admin, "calls.view").data
    path = f"{ROLES}/{role['id']}"
    assert make(p.tenant_admin, "calls.view").error == (409, "RES_ALREADY_EXISTS")
    other = make(p.tenant_admin, "calls.view", name="Other").data
    taken = p.tenant_admin.asks.request(
        "PATCH", f"{ROLES}/{other['id']}", json_body={"name": "Night shift"}
    )
    assert taken.error == (409, "RES_ALREADY_EXISTS")
    tag = p.tenant_admin.asks.get(path).headers["ETag"]
    renamed = p.tenant_admin.asks.request(
        "PATCH", path, json_body={"name": "Day shift"}, headers={"If-Match": tag}
    )
    assert renamed.data["name"] == "Day shift"
    stale = p.tenant_admin.asks.request("DELETE", path, headers={"If-Match": tag})
    assert stale.error == (412, "RES_PRECONDITION_FAILED")

    give(p.tenant_admin, p.tenant_user, role["id"])
    held = p.tenant_admin.asks.request("DELETE", path)
    assert held.error == (422, "BIZ_DEPENDENCY_EXISTS")
    take(p.tenant_admin, p.tenant_user, role["id"])
    assert p.tenant_admin.asks.request("DELETE", path).status == 204
    assert p.tenant_admin.asks.get(path).error == NOT_FOUND
    assert make(p.tenant_admin, "calls.view", name="Day shift").status == 201


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": []},
        {"permissions": ["calls.fly"]},
        {"permissions": "calls.view"},
        {"name": ""},
        {"name": "a\x00"},
        {"name": "x" * 101},
        {"description": "x" * 2001},
        {"tenant_id": "7"},
        {"role": "x"},
    ],
)
def test_malformed_roles_are_refused(people: Everybody, body: dict[str, object]) -> None:
    answer = people.tenant_admin.asks.request(
        "POST", ROLES, json_body={"name": "X", "permissions": ["calls.view"]} | body
    )

    assert answer.status == 400


def test_the_permissions_that_there_are_tell_what_one_can_give(people: Everybody) -> None:
    shown = people.tenant_admin.asks.get("/api/v1/permissions").data["permissions"]
    by_code = {each["code"]: each for each in shown}

    assert set(by_code) == set(Permission)
    assert by_code["calls.view"]["grantable"]
    assert not by_code["billing.view"]["grantable"]
    assert by_code["users.view"]["reach"] == {
        "platform_admin": "scope",
        "agency_admin": "scope",
        "agency_user": "own",
        "tenant_admin": "scope",
        "tenant_user": "own",
    }


def _tenant_of(somebody: Person) -> str:
    return somebody.asks.get("/api/v1/auth/me").data["tenant_id"]
