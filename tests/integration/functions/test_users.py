"""People over HTTP: who sees whom, who changes what, and who cannot be done without."""

from threading import Barrier, Thread

import psycopg
import pytest

from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import Answer, ControlPlane, services_for_tests
from tests.fixtures.web_people import Everybody, Person

pytestmark = pytest.mark.integration
USERS = "/api/v1/users"
DENIED = (403, "AUTHZ_PERMISSION_DENIED")
NOT_YOURS = (403, "AUTHZ_RESOURCE_ACCESS_DENIED")
ROLE_REQUIRED = (403, "AUTHZ_ROLE_REQUIRED")
NOT_FOUND = (404, "RES_NOT_FOUND")
INVALID_STATE = (422, "BIZ_INVALID_STATE")


def change(by: Person, whom: Person, **body: object) -> Answer:
    return by.asks.request("PATCH", f"{USERS}/{whom.id}", json_body=body)


def give_role(by: Person, whom: Person, role: str) -> Answer:
    return by.asks.request("PUT", f"{USERS}/{whom.id}/role", json_body={"role": role})


def do(by: Person, whom: Person, deed: str) -> Answer:
    return by.asks.request("POST", f"{USERS}/{whom.id}/{deed}")


def delete(by: Person, whom: Person) -> Answer:
    return by.asks.request("DELETE", f"{USERS}/{whom.id}")


def listed(by: Person, **query: str) -> list[str]:
    return [user["email"] for user in by.asks.get(USERS, **query).data]


def test_everybody_sees_the_people_within_their_reach(people: Everybody) -> None:
    p = people
    dental = {p.tenant_admin.email, p.tenant_user.email}
    northstar = dental | {
        p.agency_admin.email, p.agency_user.email, p.sibling_admin.email, p.sibling_user.email
    }  # fmt: skip

    assert set(listed(p.tenant_admin)) == dental
    assert set(listed(p.agency_admin)) == northstar
    assert set(listed(p.platform)) >= northstar | {p.rival_admin.email, p.platform.email}
    assert listed(p.agency_user) == [p.agency_user.email]
    assert listed(p.tenant_user) == [p.tenant_user.email]


def test_one_person_is_shown_to_those_who_reach_them(people: Everybody) -> None:
    p = people
    expected = [
        (p.tenant_user, p.tenant_user, 200),
        (p.tenant_user, p.tenant_admin, 403),
        (p.agency_user, p.tenant_user, 403),
        (p.tenant_admin, p.tenant_user, 200),
        (p.tenant_admin, p.sibling_user, 404),
        (p.tenant_admin, p.agency_admin, 404),
        (p.agency_admin, p.sibling_user, 200),
        (p.agency_admin, p.rival_admin, 404),
        (p.agency_admin, p.stranger_admin, 404),
        (p.platform, p.stranger_admin, 200),
    ]

    found = [(by.asks.get(f"{USERS}/{whom.id}").status) for by, whom, _ in expected]

    assert found == [status for _, _, status in expected]


def test_the_list_is_filtered_sorted_and_searched(people: Everybody) -> None:
    p = people
    change(p.tenant_user, p.tenant_user, first_name="Zoë", last_name="Quill")

    assert listed(p.agency_admin, role="agency_admin") == [p.agency_admin.email]
    assert listed(p.agency_admin, q="quill") == [p.tenant_user.email]
    in_order = listed(p.agency_admin, sort="email")
    assert in_order == sorted(in_order)
    assert p.agency_admin.asks.get(USERS, sort="password_hash").error == (400, "VAL_INVALID_ENUM")
    assert p.agency_admin.asks.get(USERS, password_hash="x").error == (400, "VAL_UNKNOWN_FIELD")


def test_no_answer_holds_a_password_or_a_token(people: Everybody) -> None:
    shown = people.platform.asks.get(USERS).text + people.platform.asks.get("/api/v1/auth/me").text

    assert "hash" not in shown
    assert "not a hash" not in shown


def test_somebody_describes_themselves_and_their_admin_may_too(people: Everybody) -> None:
    p = people
    profile = {
        "first_name": "Dana",
        "phone": "+1 212 555 0143",
        "avatar_url": "https://pictures.example/dana.png",
        "preferences": {"theme": "dark"},
    }

    own = change(p.tenant_user, p.tenant_user, **profile).data
    by_admin = change(p.tenant_admin, p.tenant_user, last_name="Lee", phone=None).data

    assert own["phone"] == "+12125550143"
    assert (by_admin["first_name"], by_admin["last_name"]) == ("Dana", "Lee")
    assert by_admin["phone"] is None
    assert by_admin["preferences"] == {"theme": "dark"}


@pytest.mark.parametrize(
    "body",
    [
        {"role": "tenant_admin"},
        {"status": "active"},
        {"email": "other@dental.example"},
        {"tenant_id": None},
        {"first_name": "x" * 101},
        {"first_name": None},
        {"first_name": "a\x00b"},
        {"phone": "call me"},
        {"avatar_url": "javascript:alert(1)"},
        {"preferences": {"x": "y" * 200_000}},
        {"preferences": []},
    ],
)
def test_nothing_else_is_changed_by_a_profile(people: Everybody, body: dict[str, object]) -> None:
    answer = change(people.tenant_user, people.tenant_user, **body)

    assert answer.status == 400, answer.text
    assert answer.json["error"]["details"][0]["field"].startswith(next(iter(body)))


def test_nobody_describes_a_stranger(people: Everybody) -> None:
    p = people

    assert change(p.tenant_user, p.tenant_admin, first_name="X").error == NOT_YOURS
    assert change(p.agency_user, p.tenant_user, first_name="X").error == NOT_YOURS
    assert change(p.tenant_admin, p.sibling_user, first_name="X").error == NOT_FOUND
    assert change(p.agency_admin, p.rival_admin, first_name="X").error == NOT_FOUND


def test_of_two_who_write_at_once_one_is_told(people: Everybody) -> None:
    p = people
    path = f"{USERS}/{p.tenant_user.id}"
    tag = p.tenant_admin.asks.get(path).headers["ETag"]

    answers = [
        p.tenant_admin.asks.request(
            "PATCH", path, json_body={"first_name": name}, headers={"If-Match": tag}
        )
        for name in ("First", "Second")
    ]

    assert answers[0].status == 200
    assert answers[1].error == (412, "RES_PRECONDITION_FAILED")
    assert p.tenant_admin.asks.get(path).data["first_name"] == "First"


def test_roles_are_given_by_those_above_and_tokens_tell_the_new_one(people: Everybody) -> None:
    p = people

    assert give_role(p.tenant_admin, p.tenant_user, "tenant_admin").data["role"] == "tenant_admin"

    assert p.tenant_user.asks.get(USERS).error == (401, "AUTH_REFRESH_REQUIRED")


def test_nobody_gives_a_role_above_their_own_or_to_somebody_above(people: Everybody) -> None:
    p = people

    assert give_role(p.tenant_user, p.tenant_user, "tenant_admin").error == ROLE_REQUIRED
    assert give_role(p.agency_user, p.agency_user, "agency_admin").error == ROLE_REQUIRED
    assert give_role(p.tenant_admin, p.tenant_user, "agency_admin").error == INVALID_STATE
    assert give_role(p.agency_admin, p.agency_user, "tenant_admin").error == INVALID_STATE
    assert give_role(p.agency_admin, p.agency_user, "platform_admin").error == INVALID_STATE
    assert give_role(p.agency_admin, p.platform, "agency_user").error == NOT_FOUND
    assert give_role(p.tenant_admin, p.agency_user, "tenant_user").error == NOT_FOUND


def test_a_suspended_person_is_out_at_once_and_stays_out_when_let_in_again(
    people: Everybody,
) -> None:
    p = people

    assert do(p.tenant_admin, p.tenant_user, "suspend").data["status"] == "suspended"
    assert p.tenant_user.asks.get(USERS).error == (401, "AUTH_REFRESH_REQUIRED")
    assert do(p.tenant_admin, p.tenant_user, "suspend").data["status"] == "suspended"
    assert do(p.tenant_admin, p.tenant_user, "reactivate").data["status"] == "active"

    assert p.tenant_user.asks.get(USERS).error == (401, "AUTH_REFRESH_REQUIRED")
    assert do(p.agency_user, p.agency_user, "suspend").error == ROLE_REQUIRED
    assert do(p.tenant_admin, p.sibling_user, "suspend").error == NOT_FOUND


def test_a_deleted_person_is_gone(people: Everybody) -> None:
    p = people

    assert delete(p.agency_user, p.agency_user).error == DENIED
    assert delete(p.tenant_admin, p.sibling_user).error == NOT_FOUND
    assert delete(p.tenant_admin, p.tenant_user).status == 204

    assert p.tenant_user.asks.get(USERS).error == (401, "AUTH_REFRESH_REQUIRED")
    assert delete(p.tenant_admin, p.tenant_user).error == NOT_FOUND
    assert p.tenant_user.email not in listed(p.agency_admin)


@pytest.mark.parametrize("deed", ["delete", "demote", "suspend"])
def test_the_last_administrator_of_an_agency_stays(people: Everybody, deed: str) -> None:
    p = people

    for by in (p.agency_admin, p.platform):
        answer = {
            "delete": lambda by=by: delete(by, p.agency_admin),
            "demote": lambda by=by: give_role(by, p.agency_admin, "agency_user"),
            "suspend": lambda by=by: do(by, p.agency_admin, "suspend"),
        }[deed]()
        assert answer.error == INVALID_STATE

    assert p.agency_admin.asks.get("/api/v1/auth/me").status == 200


def test_two_administrators_who_demote_each_other_at_once_leave_one(
    people: Everybody, database_urls: DatabaseUrls
) -> None:
    p = people
    assert give_role(p.agency_admin, p.agency_user, "agency_admin").status == 200
    one, two = p.agency_admin, p.agency_user
    barrier, statuses = Barrier(2), list[int]()

    def demote(whom: Person) -> None:
        # As the platform: the tokens of those who are demoted would no longer hold.
        own = ControlPlane(services=services_for_tests(p.platform.asks.services.settings))
        own.token = p.platform.asks.token
        by = Person(id=p.platform.id, email=p.platform.email, asks=own)
        barrier.wait()
        statuses.append(give_role(by, whom, "agency_user").status)
        own.services.database.close()
        own.services.redis.close()

    threads = [Thread(target=demote, args=(whom,)) for whom in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 422]
    with psycopg.connect(database_urls.owner) as connection:
        count = connection.execute(
            "SELECT count(*) FROM users AS u JOIN agencies AS a ON a.id = u.agency_id"
            " WHERE u.role = 'agency_admin' AND a.slug = 'northstar'"
        ).fetchone()
    assert count == (1,)


def test_every_change_is_audited_with_what_it_was(
    people: Everybody, database_urls: DatabaseUrls
) -> None:
    p = people
    change(p.tenant_admin, p.tenant_user, first_name="Dana")
    change(p.tenant_admin, p.tenant_user, first_name="Dana")
    give_role(p.tenant_admin, p.tenant_user, "tenant_admin")
    delete(p.tenant_admin, p.tenant_user)

    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute(
            "SELECT action, changes, actor_id, tenant_id IS NOT NULL FROM audit_log"
            " WHERE resource_id = %s AND action <> 'user.created' ORDER BY at, id",
            (p.tenant_user.id,),
        ).fetchall()
    assert rows == [
        ("user.updated", {"first_name": ["", "Dana"]}, p.tenant_admin.id, True),
        ("user.role_changed", {"role": ["tenant_user", "tenant_admin"]}, p.tenant_admin.id, True),
        ("user.deleted", {}, p.tenant_admin.id, True),
    ]
