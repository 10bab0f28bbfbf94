"""Signing in, staying signed in and signing out on a real database."""

import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

import psycopg
import pytest
from argon2 import PasswordHasher

from aiconnected.agencies.models import AgencyStatus
from aiconnected.auth.errors import (
    AccountLocked,
    AccountSuspended,
    EmailNotVerified,
    InvalidCredentials,
    RefreshRefused,
)
from aiconnected.auth.models import Client, Session
from aiconnected.auth.passwords import Passwords
from aiconnected.auth.repository import RefreshTokenRepository
from aiconnected.auth.service import LOCK, MAX_FAILURES, REFRESH_LIFETIME, AuthService
from aiconnected.auth.tokens import AccessTokens, KeySet
from aiconnected.db import Database, Scope, Work
from aiconnected.tenants.models import TenantStatus
from aiconnected.users.models import NewUser, User, UserRole
from aiconnected.users.repository import UserRepository
from aiconnected.users.service import UserService
from aiconnected.users.signins import SignIns
from tests.fakes.clock import FakeClock
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancy

pytestmark = pytest.mark.integration

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
COST = "$argon2id$v=19$m=8,t=1,p=1$"
PASSWORD = "correct horse battery staple"
EMAIL = "maria@example.com"
HERE = Client(ip="203.0.113.7", user_agent="Firefox")


@dataclass(slots=True)
class Door:
    """The service under test with what a test needs to prepare and to look behind it."""

    nouns: Nouns
    database: Database
    tenancy: Tenancy
    urls: DatabaseUrls
    passwords: Passwords = field(default_factory=lambda: Passwords(CHEAP))

    @property
    def auth(self) -> AuthService:
        return AuthService(
            self.database,
            sign_ins=SignIns(UserRepository()),
            refresh_tokens=RefreshTokenRepository(),
            access_tokens=self.tokens,
            passwords=self.passwords,
            clock=self.nouns.clock,
        )

    @property
    def tokens(self) -> AccessTokens:
        keys = KeySet(current="a", keys={"a": "k" * 32})
        return AccessTokens(keys, self.nouns.clock)

    def add_user(self, **changes: object) -> None:
        new = NewUser(
            agency_id=self.tenancy.agency_id,
            tenant_id=self.tenancy.tenant_id,
            email=EMAIL,
            role=UserRole.TENANT_ADMIN,
            password_hash=self.passwords.hash(PASSWORD),
            is_verified=True,
        )
        with self.database.work(Scope.platform("test")) as work:
            self.nouns.users.add(work, replace(new, **changes))

    def login(self, password: str = PASSWORD, email: str = EMAIL) -> Session:
        return self.auth.login(email, password, client=HERE)

    def one(self, query: str) -> tuple[object, ...] | None:
        with psycopg.connect(self.urls.owner) as connection:
            return connection.execute(query.encode()).fetchone()


@pytest.fixture
def door(nouns: Nouns, database: Database, tenancy: Tenancy, database_urls: DatabaseUrls) -> Door:
    return Door(nouns=nouns, database=database, tenancy=tenancy, urls=database_urls)


@pytest.fixture
def clock(nouns: Nouns) -> FakeClock:
    return nouns.clock


def test_the_right_password_gives_a_session(door: Door, clock: FakeClock) -> None:
    door.add_user()

    session = door.login(email="  Maria@Example.com ")

    principal = door.tokens.verify(session.access_token)
    assert principal.id == session.user.id
    assert principal.role is UserRole.TENANT_ADMIN
    assert (principal.agency_id, principal.tenant_id) == (
        door.tenancy.agency_id,
        door.tenancy.tenant_id,
    )
    assert session.access_expires_at == clock.now() + timedelta(hours=24)
    assert session.refresh_expires_at == clock.now() + REFRESH_LIFETIME
    assert door.one("SELECT last_login_ip, last_login_at IS NOT NULL FROM users") == (HERE.ip, True)


def test_neither_tokens_nor_passwords_are_kept_in_the_clear(door: Door) -> None:
    door.add_user()

    session = door.login()

    kept = str(door.one("SELECT r, u FROM refresh_tokens AS r JOIN users AS u ON u.id = user_id"))
    assert EMAIL in kept
    assert session.refresh_token not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        (EMAIL, ""),
    ],
)
def test_a_wrong_pair_is_refused_without_saying_which(
    door: Door, email: str, password: str
) -> None:
    door.add_user()

    with pytest.raises(InvalidCredentials) as raised:
        door.login(password, email)

    assert raised.value.message == "The email address or the password is wrong."


def test_an_invited_user_has_no_password_to_sign_in_with(door: Door) -> None:
    door.add_user(password_hash=None)

    with pytest.raises(InvalidCredentials):
        door.login()


def test_too_many_wrong_passwords_lock_the_account_for_a_while(
    door: Door, clock: FakeClock
) -> None:
    door.add_user()
    for _ in range(MAX_FAILURES):
        with pytest.raises(InvalidCredentials):
            door.login("wrong")

    with pytest.raises(InvalidCredentials):  # a stranger is not told
        door.login("wrong")
    with pytest.raises(AccountLocked):
        door.login()
    clock.advance(LOCK)
    assert door.login().user.email == EMAIL


def test_wrong_passwords_are_forgotten_after_the_right_one(door: Door) -> None:
    door.add_user()
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            with pytest.raises(InvalidCredentials):
                door.login("wrong")
        door.login()

    assert door.one("SELECT failed_login_attempts, locked_until FROM users") == (0, None)


def suspend_user(door: Door, work: Work) -> None:
    with psycopg.connect(door.urls.owner) as connection:
        connection.execute("UPDATE users SET status = 'suspended'")


def suspend_tenant(door: Door, work: Work) -> None:
    door.nouns.tenants.set_status(work, door.tenancy.tenant_id, status=TenantStatus.SUSPENDED)


def suspend_agency(door: Door, work: Work) -> None:
    door.nouns.agencies.set_status(work, door.tenancy.agency_id, status=AgencyStatus.SUSPENDED)


@pytest.mark.parametrize("suspend", [suspend_user, suspend_tenant, suspend_agency])
def test_a_suspended_account_is_told_after_the_right_password_alone(
    door: Door, suspend: object
) -> None:
    door.add_user()
    session = door.login()
    assert callable(suspend)
    with door.database.work(Scope.platform("test")) as work:
        suspend(door, work)

    with pytest.raises(AccountSuspended):
        door.login()
    with pytest.raises(InvalidCredentials):
        door.login("wrong")
    with pytest.raises(RefreshRefused):
        door.auth.refresh(session.refresh_token, client=HERE)


def test_an_unverified_address_is_told_after_the_right_password_alone(door: Door) -> None:
    door.add_user(is_verified=False)

    with pytest.raises(EmailNotVerified):
        door.login()
    with pytest.raises(InvalidCredentials):
        door.login("wrong")


def test_a_hash_of_another_cost_is_renewed_when_its_user_signs_in(door: Door) -> None:
    door.add_user()
    door.passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))

    door.login()

    renewed = door.one("SELECT password_hash LIKE '%t=2,%' FROM users")
    assert renewed == (True,)
    assert door.login()


class Counting(PasswordHasher):
    """Keeps what it was asked to do: on that hangs how long an answer takes."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.made = 0
        self.verified: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.made += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.verified.append(str(hash))
        return super().verify(hash, password)


@pytest.mark.parametrize("email", ["nobody@example.com", EMAIL])
def test_an_unknown_address_takes_the_same_work_as_a_wrong_password(
    door: Door, caplog: pytest.LogCaptureFixture, email: str
) -> None:
    door.add_user()
    hasher = Counting()
    door.passwords = Passwords(hasher)
    caplog.set_level(logging.INFO)

    with pytest.raises(InvalidCredentials):
        door.login("wrong", email=email)

    assert hasher.made == 0
    assert [verified[: len(COST)] for verified in hasher.verified] == [COST]
    asked = [r.__dict__["statements"] for r in caplog.records if r.message == "platform work"]
    assert asked == [["users.credentials"], ["users.count_failure"]]


def test_a_refresh_token_is_good_for_one_exchange(door: Door, clock: FakeClock) -> None:
    door.add_user()
    first = door.login()
    clock.advance(timedelta(days=1))

    second = door.auth.refresh(first.refresh_token, client=HERE)
    third = door.auth.refresh(second.refresh_token, client=Client(user_agent="x" * 600))

    assert len({s.refresh_token for s in (first, second, third)}) == 3
    assert door.tokens.verify(third.access_token).id == first.user.id


def test_a_token_used_twice_ends_the_whole_sign_in(door: Door) -> None:
    door.add_user()
    other = door.login()
    first = door.login()
    second = door.auth.refresh(first.refresh_token, client=HERE)

    with pytest.raises(RefreshRefused):
        door.auth.refresh(first.refresh_token, client=HERE)

    with pytest.raises(RefreshRefused):
        door.auth.refresh(second.refresh_token, client=HERE)
    assert door.auth.refresh(other.refresh_token, client=HERE)


def test_a_refresh_token_expires(door: Door, clock: FakeClock) -> None:
    door.add_user()
    session = door.login()
    clock.advance(REFRESH_LIFETIME)

    with pytest.raises(RefreshRefused):
        door.auth.refresh(session.refresh_token, client=HERE)


def test_an_unknown_refresh_token_is_refused_and_signing_it_out_is_nothing(door: Door) -> None:
    door.auth.logout("unknown")
    with pytest.raises(RefreshRefused):
        door.auth.refresh("unknown", client=HERE)


def test_signing_out_ends_the_sign_in(door: Door) -> None:
    door.add_user()
    first = door.login()
    second = door.auth.refresh(first.refresh_token, client=HERE)

    door.auth.logout(second.refresh_token)

    with pytest.raises(RefreshRefused):
        door.auth.refresh(second.refresh_token, client=HERE)


def test_a_deleted_user_is_out(door: Door) -> None:
    door.add_user()
    session = door.login()
    with psycopg.connect(door.urls.owner) as connection:
        connection.execute("UPDATE users SET deleted_at = now()")

    with pytest.raises(InvalidCredentials):
        door.login()
    with pytest.raises(RefreshRefused):
        door.auth.refresh(session.refresh_token, client=HERE)


def test_a_user_deleted_while_the_password_is_checked_is_out(door: Door) -> None:
    door.add_user()

    class Slow(Passwords):
        def matches(self, password: str, password_hash: str | None) -> bool:
            with psycopg.connect(door.urls.owner) as connection:
                connection.execute("UPDATE users SET deleted_at = now()")
            return super().matches(password, password_hash)

    door.passwords = Slow(CHEAP)

    with pytest.raises(InvalidCredentials):
        door.login()


def test_users_are_looked_up_within_the_scope(door: Door, database: Database) -> None:
    door.add_user()
    user = door.login().user
    service: UserService = door.nouns.users

    with database.work(door.tenancy.scope) as work:
        found: User = service.get(work, user.id)
    assert found.email == EMAIL
