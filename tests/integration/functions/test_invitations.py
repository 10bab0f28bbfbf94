"""Invitations over HTTP: who invites whom, and what becomes of the link."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import psycopg
import pytest

from aiconnected.kit.ids import new_id
from aiconnected.mail.models import Mail
from tests.fakes.mailer import FakeMailer
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import Answer, ControlPlane, services_for_tests
from tests.fixtures.web_people import Everybody, Person

pytestmark = pytest.mark.integration
INVITATIONS = "/api/v1/invitations"
ACCEPT = "/api/v1/auth/invitations/accept"
PASSWORD = "a lantern for the seven owls"
EMAIL = "new.person@dental.example"
NOT_FOUND = (404, "RES_NOT_FOUND")
INVALID_STATE = (422, "BIZ_INVALID_STATE")
LINK_INVALID = (401, "AUTH_TOKEN_INVALID")
Post = Callable[[], list[Mail]]


def invite(by: Person, role: str = "tenant_user", email: str = EMAIL, **more: object) -> Answer:
    body = {"email": email, "role": role} | more
    return by.asks.request("POST", INVITATIONS, json_body=body)


def accept(plane: ControlPlane, token: str, password: str = PASSWORD) -> Answer:
    body = {"token": token, "password": password, "first_name": "Nora"}
    return plane.request("POST", ACCEPT, json_body=body)


def login(plane: ControlPlane, email: str = EMAIL) -> Answer:
    body = {"email": email, "password": PASSWORD}
    return plane.request("POST", "/api/v1/auth/login", json_body=body)


def tenant_of(somebody: Person) -> str:
    return somebody.asks.get("/api/v1/auth/me").data["tenant_id"]


def test_who_is_invited_becomes_a_verified_user_of_that_place(
    control_plane: ControlPlane, people: Everybody, mailer: FakeMailer, post: Post
) -> None:
    invitation = invite(people.tenant_admin, email="New.Person@Dental.example").data
    assert (invitation["email"], invitation["status"]) == (EMAIL, "open")
    [mail] = post()
    assert mail.to == EMAIL
    assert mail.subject == "You are invited to dental"

    user = accept(control_plane, mailer.token).data

    assert (user["email"], user["role"], user["first_name"]) == (EMAIL, "tenant_user", "Nora")
    assert (user["status"], user["is_verified"]) == ("active", True)
    assert user["tenant_id"] == tenant_of(people.tenant_admin)
    assert login(control_plane).status == 200
    shown = people.tenant_admin.asks.get(f"{INVITATIONS}/{invitation['id']}").data
    assert (shown["status"], shown["user_id"]) == ("accepted", user["id"])
    assert accept(control_plane, mailer.token).error == LINK_INVALID


@pytest.mark.parametrize(
    ("by", "role", "error"),
    [
        ("tenant_admin", "tenant_admin", None),
        ("tenant_admin", "agency_user", INVALID_STATE),
        ("tenant_admin", "platform_admin", INVALID_STATE),
        ("agency_admin", "agency_admin", None),
        ("agency_admin", "tenant_user", INVALID_STATE),
        ("tenant_user", "tenant_user", (403, "AUTHZ_PERMISSION_DENIED")),
        ("agency_user", "agency_user", (403, "AUTHZ_PERMISSION_DENIED")),
        ("platform", "agency_user", (400, "VAL_REQUIRED")),
    ],
)
def test_people_are_invited_to_where_one_is_and_no_higher(
    people: Everybody, by: str, role: str, error: tuple[int, str] | None
) -> None:
    answer = invite(getattr(people, by), role)

    assert answer.status == 201 if error is None else answer.error == error


def test_an_agency_invites_to_its_clients_and_to_no_other(people: Everybody) -> None:
    p = people
    dental, stranger = tenant_of(p.tenant_admin), tenant_of(p.stranger_admin)

    assert invite(p.agency_admin, "tenant_admin", tenant_id=dental).status == 201
    assert invite(p.agency_admin, "tenant_admin", tenant_id=stranger).error == NOT_FOUND
    assert invite(p.agency_admin, "tenant_admin", tenant_id=str(new_id())).error == NOT_FOUND
    assert invite(p.tenant_admin, tenant_id=tenant_of(p.sibling_admin)).error == (
        403,
        "AUTHZ_TENANT_MISMATCH",
    )
    rival = p.rival_admin.asks.get("/api/v1/auth/me").data["agency_id"]
    assert invite(p.agency_admin, "agency_user", agency_id=rival).error == (
        403,
        "AUTHZ_AGENCY_MISMATCH",
    )
    assert invite(p.platform, "tenant_admin", tenant_id=stranger).status == 201
    assert invite(p.platform, "agency_admin", agency_id=rival).status == 201


def test_an_address_is_invited_once_at_a_time_and_not_when_it_works_there(
    people: Everybody, database_urls: DatabaseUrls
) -> None:
    p = people
    first = invite(p.tenant_admin).data
    taken = (409, "RES_ALREADY_EXISTS")

    assert invite(p.tenant_admin).error == taken
    assert invite(p.tenant_admin, email=p.tenant_user.email).error == taken
    assert invite(p.sibling_admin).status == 201
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE invitations SET expires_at = now() - interval '1 second'")
    again = invite(p.tenant_admin).data
    assert again["id"] != first["id"]
    listed = p.tenant_admin.asks.get(INVITATIONS, status="open").data
    assert [each["id"] for each in listed] == [again["id"]]


def test_nobody_learns_that_an_address_has_an_account_elsewhere(
    control_plane: ControlPlane, people: Everybody, mailer: FakeMailer, post: Post
) -> None:
    p = people

    assert invite(p.tenant_admin, email=p.stranger_admin.email).status == 201

    post()
    assert accept(control_plane, mailer.token).error == (409, "RES_ALREADY_EXISTS")


def test_sending_again_makes_the_last_link_worthless(
    control_plane: ControlPlane, people: Everybody, mailer: FakeMailer, post: Post
) -> None:
    p = people
    invitation = invite(p.tenant_admin).data
    post()
    first = mailer.token
    path = f"{INVITATIONS}/{invitation['id']}"

    resent = p.tenant_admin.asks.request("POST", f"{path}/resend")

    assert resent.status == 202
    assert accept(control_plane, first).error == LINK_INVALID
    assert len(post()) == 1
    assert mailer.token != first
    assert accept(control_plane, mailer.token).status == 201
    assert p.tenant_admin.asks.request("POST", f"{path}/resend").error == INVALID_STATE
    assert p.tenant_admin.asks.request("DELETE", path).error == INVALID_STATE


def test_a_revoked_invitation_lets_nobody_in_and_mails_no_more(
    control_plane: ControlPlane, people: Everybody, mailer: FakeMailer, post: Post
) -> None:
    p = people
    invitation = invite(p.tenant_admin).data
    path = f"{INVITATIONS}/{invitation['id']}"
    post()
    p.tenant_admin.asks.request("POST", f"{path}/resend")
    assert p.tenant_admin.asks.request("DELETE", path).status == 204
    assert p.tenant_admin.asks.request("DELETE", path).status == 204

    assert post() == []
    assert accept(control_plane, mailer.token).error == LINK_INVALID
    assert p.tenant_admin.asks.get(path).data["status"] == "revoked"
    assert p.tenant_admin.asks.request("POST", f"{path}/resend").error == INVALID_STATE
    assert invite(p.tenant_admin).status == 201


def test_a_link_holds_for_seven_days_and_sending_again_opens_it_anew(
    control_plane: ControlPlane,
    people: Everybody,
    mailer: FakeMailer,
    post: Post,
    database_urls: DatabaseUrls,
) -> None:
    p = people
    invitation = invite(p.tenant_admin).data
    post()
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "UPDATE invitations SET expires_at = expires_at - %s", (timedelta(days=7),)
        )

    assert accept(control_plane, mailer.token).error == LINK_INVALID
    path = f"{INVITATIONS}/{invitation['id']}"
    assert p.tenant_admin.asks.get(path).data["status"] == "expired"
    assert p.tenant_admin.asks.request("POST", f"{path}/resend").data["status"] == "open"
    post()
    assert accept(control_plane, mailer.token).status == 201


def test_a_weak_password_keeps_the_link_good(
    control_plane: ControlPlane, people: Everybody, mailer: FakeMailer, post: Post
) -> None:
    invite(people.tenant_admin)
    post()

    for weak in ("short", "password1234", EMAIL):
        assert accept(control_plane, mailer.token, weak).status == 400

    assert accept(control_plane, mailer.token).status == 201


def test_of_those_who_accept_at_once_one_becomes_the_user(
    control_plane: ControlPlane, people: Everybody, mailer: FakeMailer, post: Post
) -> None:
    invite(people.tenant_admin)
    post()
    barrier, statuses = Barrier(4), list[int]()

    def race() -> None:
        own = ControlPlane(services=services_for_tests(control_plane.services.settings))
        barrier.wait()
        statuses.append(accept(own, mailer.token).status)
        own.services.database.close()
        own.services.redis.close()

    threads = [Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201, 401, 401, 401]


def test_invitations_are_seen_within_ones_walls_and_without_their_link(people: Everybody) -> None:
    p = people
    dental = invite(p.tenant_admin).data
    invite(p.agency_admin, "agency_user", "colleague@northstar.example")

    def emails(by: Person) -> set[str]:
        return {each["email"] for each in by.asks.get(INVITATIONS).data}

    assert emails(p.tenant_admin) == {EMAIL}
    assert emails(p.agency_admin) == {EMAIL, "colleague@northstar.example"}
    assert emails(p.sibling_admin) == emails(p.rival_admin) == set()
    for by in (p.sibling_admin, p.rival_admin):
        path = f"{INVITATIONS}/{dental['id']}"
        assert by.asks.get(path).error == NOT_FOUND
        assert by.asks.request("DELETE", path).error == NOT_FOUND
        assert by.asks.request("POST", f"{path}/resend").error == NOT_FOUND
    assert "token" not in p.agency_admin.asks.get(INVITATIONS).text


def test_the_invitation_of_a_client_that_is_gone_ends_silently(
    people: Everybody, post: Post, database_urls: DatabaseUrls
) -> None:
    invite(people.tenant_admin)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE tenants SET deleted_at = now()")

    assert post() == []


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody"},
        {"email": "a\x00@b.example"},
        {"role": "boss"},
        {"role": None},
        {"tenant_id": 7},
        {"password": "x"},
    ],
)
def test_malformed_invitations_are_refused(people: Everybody, body: dict[str, object]) -> None:
    answer = people.tenant_admin.asks.request(
        "POST", INVITATIONS, json_body={"email": EMAIL, "role": "tenant_user"} | body
    )

    assert answer.status == 400
