"""Accounts over HTTP: signing up, proving an address, forgetting a password; who learns what."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import psycopg
import pytest

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import MailKind, MailRequested
from aiconnected.db import Scope
from aiconnected.kit.errors import Invalid, ProviderError
from aiconnected.mail.models import Letter, Mail
from aiconnected.users.models import NewUser, UserRole
from chalicelib.jobs import mail as mail_jobs
from tests.fakes.mailer import FakeMailer
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import PASSWORD, Answer, ControlPlane

pytestmark = pytest.mark.integration
AUTH = "/api/v1/auth"
NEW = {
    "agency_name": "Bluebird Voice",
    "email": "Bea@Bluebird.example",
    "password": "a lantern for the seven owls",
    "first_name": "Bea",
}
OTHER = "eleven grey geese at noon"
Post = Callable[[], list[Mail]]


def ask(plane: ControlPlane, path: str, **body: object) -> Answer:
    return plane.request("POST", f"{AUTH}/{path}", json_body=body)


def login(plane: ControlPlane, email: str, password: str) -> Answer:
    return ask(plane, "login", email=email, password=password)


def counts(urls: DatabaseUrls) -> tuple[int, int]:
    """Agencies and users there are."""
    with psycopg.connect(urls.owner) as connection:
        found = connection.execute(
            "SELECT (SELECT count(*) FROM agencies), (SELECT count(*) FROM users)"
        ).fetchone()
    assert found is not None
    return found


def test_an_agency_signs_up_proves_its_address_and_signs_in(
    control_plane: ControlPlane, mailer: FakeMailer, post: Post
) -> None:
    assert ask(control_plane, "sign-up", **NEW).status == 202
    assert login(control_plane, NEW["email"], NEW["password"]).error == (
        403,
        "AUTH_EMAIL_NOT_VERIFIED",
    )
    [mail] = post()
    assert mail.to == "bea@bluebird.example"
    assert "https://app.example.com/verify-email#token=" in mail.text

    assert ask(control_plane, "email/verify", token=mailer.token).status == 204

    session = login(control_plane, NEW["email"], NEW["password"]).data
    assert session["user"]["role"] == "agency_admin"
    control_plane.token = session["access_token"]
    agency = control_plane.get(f"/api/v1/agencies/{session['user']['agency_id']}").data
    assert agency["name"] == "Bluebird Voice"
    assert agency["slug"].startswith("bluebird-voice-")
    assert agency["is_verified"]
    assert (agency["billing_plan"], agency["max_tenants"]) == ("trial", 5)


def test_a_link_that_proves_an_address_works_once(
    control_plane: ControlPlane, mailer: FakeMailer, post: Post
) -> None:
    ask(control_plane, "sign-up", **NEW)
    post()

    statuses = [ask(control_plane, "email/verify", token=mailer.token) for _ in range(2)]

    assert [answer.status for answer in statuses] == [204, 401]
    assert statuses[1].error == (401, "AUTH_TOKEN_INVALID")


def test_whoever_asks_is_answered_alike_with_and_without_an_account(
    control_plane: ControlPlane, user: NewUser, database_urls: DatabaseUrls, post: Post
) -> None:
    before = counts(database_urls)
    asked = [
        ("sign-up", NEW | {"email": user.email}),
        ("password/forgot", {"email": user.email}),
        ("email/resend", {"email": user.email}),
    ]
    known = [ask(control_plane, path, **body) for path, body in asked]
    assert counts(database_urls) == before
    mails = post()
    unknown = [
        ask(control_plane, path, **(body | {"email": "nobody@example.com"}))
        for path, body in asked[1:]
    ]

    assert {(answer.status, answer.text) for answer in known + unknown} == {
        (202, known[0].text),
    }
    # The owner learns of it: once for the sign-up and the resent link, once for the password.
    assert [mail.subject for mail in mails] == [
        "You have an account already",
        "Choose another password",
    ]
    assert {mail.to for mail in mails} == {user.email}
    assert post() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("login", {"password": "wrong"}),
        ("sign-up", {key: value for key, value in NEW.items() if key != "email"}),
        ("password/forgot", {}),
        ("email/resend", {}),
    ],
)
def test_the_same_work_is_done_with_and_without_an_account(
    control_plane: ControlPlane,
    user: NewUser,
    caplog: pytest.LogCaptureFixture,
    path: str,
    body: dict[str, object],
) -> None:
    caplog.set_level("INFO", "aiconnected.db.database")

    def statements(email: str) -> list[str]:
        caplog.clear()
        ask(control_plane, path, email=email, **body)
        return [
            statement
            for record in caplog.records
            if record.message == "platform work"
            for statement in record.__dict__["statements"]
        ]

    assert statements(user.email) == statements("nobody@example.com") != []


def test_a_password_is_chosen_anew_by_a_mailed_link_and_everybody_is_signed_out(
    control_plane: ControlPlane, user: NewUser, mailer: FakeMailer, post: Post
) -> None:
    session = login(control_plane, user.email, PASSWORD).data
    ask(control_plane, "password/forgot", email=user.email)
    [mail] = post()
    assert "/reset-password#token=" in mail.text
    token = mailer.token

    weak = ask(control_plane, "password/reset", token=token, password=user.email)
    assert weak.error[0] == 400
    assert ask(control_plane, "password/reset", token=token, password=OTHER).status == 204

    assert ask(control_plane, "password/reset", token=token, password=OTHER).error == (
        401,
        "AUTH_TOKEN_INVALID",
    )
    assert login(control_plane, user.email, PASSWORD).error[0] == 401
    assert login(control_plane, user.email, OTHER).status == 200
    refreshed = ask(control_plane, "refresh", refresh_token=session["refresh_token"])
    assert refreshed.error == (401, "AUTH_TOKEN_INVALID")
    control_plane.token = session["access_token"]
    assert control_plane.get(f"{AUTH}/me").error == (401, "AUTH_REFRESH_REQUIRED")
    assert [mail.subject for mail in post()] == ["Your password was changed"]


def test_a_reset_opens_a_locked_account_and_proves_the_address(
    control_plane: ControlPlane, mailer: FakeMailer, post: Post
) -> None:
    ask(control_plane, "sign-up", **NEW)
    post()
    for _ in range(5):
        login(control_plane, NEW["email"], "wrong")
    ask(control_plane, "password/forgot", email=NEW["email"])
    post()

    assert ask(control_plane, "password/reset", token=mailer.token, password=OTHER).status == 204

    session = login(control_plane, NEW["email"], OTHER).data
    control_plane.token = session["access_token"]
    agency = control_plane.get(f"/api/v1/agencies/{session['user']['agency_id']}").data
    assert agency["is_verified"]


def test_of_two_resets_by_one_link_one_wins(
    control_plane: ControlPlane, user: NewUser, mailer: FakeMailer, post: Post
) -> None:
    services = control_plane.services
    services.user_accounts.ask_for_reset(user.email)
    services.relay_soon()
    post()
    barrier, outcomes = Barrier(4), list[str]()

    def race(number: int) -> None:
        from tests.fixtures.web_api import services_for_tests  # noqa: PLC0415

        own = services_for_tests(services.settings)
        barrier.wait()
        try:
            own.user_accounts.reset(mailer.token, password=f"{OTHER} {number}")
            outcomes.append("won")
        except Exception as exc:  # noqa: BLE001 -- a thread tells what it saw
            outcomes.append(type(exc).__name__)
        own.database.close()

    threads = [Thread(target=race, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["LinkInvalid"] * 3 + ["won"]


@pytest.mark.parametrize("kind", ["password/forgot", "email/resend"])
def test_a_link_expires(
    control_plane: ControlPlane,
    mailer: FakeMailer,
    post: Post,
    database_urls: DatabaseUrls,
    kind: str,
) -> None:
    hours = {"password/forgot": 1, "email/resend": 24}[kind]
    ask(control_plane, "sign-up", **NEW)
    control_plane.services.publisher.sent.clear()  # type: ignore[attr-defined]
    ask(control_plane, kind, email=NEW["email"])
    post()
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute(
            """
            UPDATE users
            SET password_reset_expires_at = password_reset_expires_at - %(by)s,
                email_verification_expires_at = email_verification_expires_at - %(by)s
            RETURNING coalesce(password_reset_expires_at, email_verification_expires_at)
                BETWEEN now() - interval '1 minute' AND now()
            """,
            {"by": timedelta(hours=hours)},
        ).fetchone()
    assert row == (True,)

    if kind == "password/forgot":
        answer = ask(control_plane, "password/reset", token=mailer.token, password=OTHER)
    else:
        answer = ask(control_plane, "email/verify", token=mailer.token)

    assert answer.error == (401, "AUTH_TOKEN_INVALID")


def test_a_mail_that_fails_is_sent_by_the_next_try_and_only_that_link_works(
    control_plane: ControlPlane, user: NewUser, mailer: FakeMailer
) -> None:
    services = control_plane.services
    asked_at = services.clock.now()
    mailer.away = True
    with pytest.raises(ProviderError):
        services.account_mails.reset(user.email, asked_at=asked_at)
    mailer.away = False

    services.account_mails.reset(user.email, asked_at=asked_at)
    services.account_mails.reset(user.email, asked_at=asked_at)  # the queue delivers twice

    assert len(mailer.sent) == 1
    reset = ask(control_plane, "password/reset", token=mailer.token, password=OTHER)
    assert reset.status == 204
    services.account_mails.reset(user.email, asked_at=asked_at)
    assert len(mailer.sent) == 1, "a link that was used is not made good again"


def test_nobody_floods_a_mailbox(control_plane: ControlPlane, user: NewUser, post: Post) -> None:
    for _ in range(5):
        assert ask(control_plane, "password/forgot", email=user.email).status == 202

    assert len(post()) == 1


def test_no_message_in_the_queue_holds_a_secret(
    control_plane: ControlPlane, user: NewUser, mailer: FakeMailer
) -> None:
    ask(control_plane, "sign-up", **NEW)
    ask(control_plane, "password/forgot", email=user.email)
    sent = control_plane.services.publisher.sent  # type: ignore[attr-defined]

    assert len(sent) == 2
    assert {frozenset(name for name, value in each.body.items() if value) for each in sent} == {
        frozenset({"kind", "email"})
    }


def test_a_mail_leaves_under_the_agencys_name_and_from_its_domain(
    control_plane: ControlPlane, user: NewUser, database_urls: DatabaseUrls, post: Post
) -> None:
    branding = '{"sender_name": "Northstar Voice", "support_email": "help@northstar.example"}'
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "UPDATE agencies SET branding = %s, custom_domain = 'voice.northstar.example',"
            " custom_domain_verified_at = now() WHERE slug = 'northstar'",
            (branding,),
        )
    ask(control_plane, "password/forgot", email=user.email)

    [mail] = post()

    assert (mail.sender_name, mail.reply_to) == ("Northstar Voice", "help@northstar.example")
    assert "https://voice.northstar.example/reset-password#token=" in mail.text
    assert "app.example.com" not in mail.text + mail.html


def test_the_first_proof_verifies_an_agency_and_a_later_one_does_not(
    control_plane: ControlPlane, mailer: FakeMailer, post: Post, database_urls: DatabaseUrls
) -> None:
    ask(control_plane, "sign-up", **NEW)
    post()
    ask(control_plane, "email/verify", token=mailer.token)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE agencies SET is_verified = false")
    ask(control_plane, "password/forgot", email=NEW["email"])
    post()

    ask(control_plane, "password/reset", token=mailer.token, password=OTHER)

    with psycopg.connect(database_urls.owner) as connection:
        assert connection.execute("SELECT bool_or(is_verified) FROM agencies").fetchone() == (
            False,
        )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sign-up", NEW | {"email": "no address"}),
        ("sign-up", NEW | {"email": "a\x00@b.example"}),
        ("sign-up", NEW | {"agency_name": ""}),
        ("sign-up", NEW | {"agency_name": "x" * 256}),
        ("sign-up", NEW | {"password": "short"}),
        ("sign-up", NEW | {"password": "password1234"}),
        ("sign-up", NEW | {"password": "bea@bluebird.example"}),
        ("sign-up", NEW | {"password": "x" * 257}),
        ("sign-up", NEW | {"role": "platform_admin"}),
        ("password/forgot", {"email": "\ud800@b.example"}),
        ("password/reset", {"token": "x", "password": OTHER}),
        ("email/verify", {"token": 7}),
        ("email/resend", {}),
    ],
)
def test_malformed_requests_are_refused_with_the_field(
    control_plane: ControlPlane, path: str, body: dict[str, object], database_urls: DatabaseUrls
) -> None:
    answer = ask(control_plane, path, **body)

    assert answer.status == 400, answer.text
    assert answer.json["error"]["details"][0]["field"]
    assert counts(database_urls) == (0, 0)


@pytest.mark.parametrize("name", ["漢字", "!!!", "x" * 255, "  ", "Ünïcödé & Söhne"])
def test_any_name_makes_an_agency(
    control_plane: ControlPlane, name: str, database_urls: DatabaseUrls
) -> None:
    assert ask(control_plane, "sign-up", **(NEW | {"agency_name": name})).status == 202

    assert counts(database_urls) == (1, 1)


def test_an_api_key_has_no_account(control_plane: ControlPlane, dental_admin: ControlPlane) -> None:
    made = dental_admin.request(
        "POST", "/api/v1/api-keys", json_body={"name": "n8n", "permissions": ["calls.view"]}
    ).data
    control_plane.token = made["key"]

    for method, path in (("GET", "me"), ("GET", "sessions"), ("DELETE", "sessions")):
        assert control_plane.request(method, f"{AUTH}/{path}").error == (403, "AUTHZ_ROLE_REQUIRED")
    changed = ask(control_plane, "password/change", current_password=PASSWORD, password=OTHER)
    assert changed.error == (403, "AUTHZ_ROLE_REQUIRED")


def test_what_people_do_with_their_accounts_is_audited(
    control_plane: ControlPlane,
    user: NewUser,
    mailer: FakeMailer,
    post: Post,
    database_urls: DatabaseUrls,
) -> None:
    ask(control_plane, "sign-up", **NEW)
    post()
    ask(control_plane, "email/verify", token=mailer.token)
    ask(control_plane, "password/forgot", email=user.email)
    post()
    ask(control_plane, "password/reset", token=mailer.token, password=OTHER)

    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute("SELECT action, agency_id, changes::text FROM audit_log")
        entries: list[tuple[str, UUID, str]] = rows.fetchall()
    actions = {action for action, _, _ in entries}
    assert {"agency.created", "user.email_verified", "user.password_reset"} <= actions
    assert all(agency_id for _, agency_id, _ in entries)
    assert not any("argon2" in changes for _, _, changes in entries)


def test_the_platform_has_no_agency_and_gets_its_mail_all_the_same(
    control_plane: ControlPlane, post: Post
) -> None:
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    email = platform.get(f"{AUTH}/me").data["email"]
    ask(control_plane, "password/forgot", email=email)

    [mail] = post()

    assert (mail.to, mail.sender_name) == (email, "Voice")


def test_a_message_that_names_no_invitation_stays_in_the_queue(control_plane: ControlPlane) -> None:
    services = control_plane.services
    envelope = Envelope.of(
        MailRequested(kind=MailKind.INVITATION, email="nora@dental.example"),
        at=services.clock.now(),
        agency_id=None,
        tenant_id=None,
    )

    with pytest.raises(Invalid):
        mail_jobs.deliver(services, envelope)


def test_a_notice_says_what_it_was_asked_to_under_the_agencys_name(
    control_plane: ControlPlane, tenancies: Tenancies, post: Post
) -> None:
    services = control_plane.services
    letter = Letter(subject="A webhook is paused", paragraphs=("It failed for a day.",))
    agency_id = tenancies.dental.agency_id
    with services.database.work(Scope.platform("test")) as work:
        services.mail_requests.notice(
            work, letter, to="noah@northstar.example", agency_id=agency_id
        )
    services.relay_soon()

    [mail] = post()

    assert (mail.to, mail.sender_name, mail.subject) == (
        "noah@northstar.example",
        "northstar",
        "A webhook is paused",
    )
    assert "It failed for a day." in mail.text


def age(urls: DatabaseUrls, days: int) -> None:
    """Have every agency made so long ago."""
    with psycopg.connect(urls.owner) as connection:
        connection.execute(
            "UPDATE agencies SET created_at = now() - make_interval(days => %s)", [days]
        )


def test_a_sign_up_that_is_never_proved_ends_and_its_address_is_free(
    control_plane: ControlPlane, database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    clients_agencies = {tenancies.dental.agency_id, tenancies.stranger.agency_id}
    assert counts(database_urls) == (len(clients_agencies), 0)
    ask(control_plane, "sign-up", **NEW)
    sign_ups = control_plane.services.unverified_sign_ups
    before = counts(database_urls)
    age(database_urls, 29)
    assert sign_ups.purge() == 0

    age(database_urls, 31)
    assert (sign_ups.purge(), sign_ups.purge()) == (1, 0)

    assert counts(database_urls) == (len(clients_agencies), 0)
    assert ask(control_plane, "sign-up", **NEW).status == 202
    assert counts(database_urls) == before
    with psycopg.connect(database_urls.owner) as connection:
        told = connection.execute(
            "SELECT changes FROM audit_log WHERE action = 'agency.purged'"
        ).fetchall()
    assert told == [({"users": [1, 0]},)]


def test_an_agency_that_was_proved_or_let_in_stays(
    control_plane: ControlPlane, database_urls: DatabaseUrls, mailer: FakeMailer, post: Post
) -> None:
    ask(control_plane, "sign-up", **NEW)
    post()
    assert ask(control_plane, "email/verify", token=mailer.token).status == 204
    other = NEW | {"email": "second@bluebird.example"}
    ask(control_plane, "sign-up", **other)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE users SET is_verified = true WHERE email ~ 'second'")
    age(database_urls, 400)

    assert control_plane.services.unverified_sign_ups.purge() == 0
    assert counts(database_urls) == (2, 2)
