"""Access tokens and the principal they carry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from pydantic import ValidationError

from aiconnected.auth.errors import TokenExpired, TokenInvalid
from aiconnected.auth.models import Principal
from aiconnected.auth.permissions import PERMISSIONS, Permission, Reach
from aiconnected.auth.tokens import ACCESS_LIFETIME, AccessTokens, KeySet
from aiconnected.kit.errors import Forbidden
from aiconnected.kit.ids import new_id
from aiconnected.users.models import User, UserRole, UserStatus
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.unit

OLD, NEW = "o" * 32, "n" * 32
USER = User(
    id=new_id(),
    agency_id=new_id(),
    tenant_id=None,
    email="noah@example.com",
    first_name="Noah",
    last_name="Star",
    role=UserRole.AGENCY_ADMIN,
    status=UserStatus.ACTIVE,
    is_verified=True,
    last_login_at=None,
    phone=None,
    avatar_url=None,
    preferences={},
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    claims_version=3,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tokens(clock: FakeClock) -> AccessTokens:
    return AccessTokens(KeySet(current="new", keys={"old": OLD, "new": NEW}), clock)


def test_a_token_tells_who_holds_it(tokens: AccessTokens, clock: FakeClock) -> None:
    token, expires_at = tokens.issue(USER)

    assert expires_at == clock.now() + ACCESS_LIFETIME
    assert tokens.verify(token) == Principal(
        id=USER.id,
        email="noah@example.com",
        role=UserRole.AGENCY_ADMIN,
        agency_id=USER.agency_id,
        tenant_id=None,
        permissions=PERMISSIONS[UserRole.AGENCY_ADMIN],
        claims_version=3,
    )


def test_a_token_carries_what_custom_roles_add(tokens: AccessTokens) -> None:
    user = replace(USER, role=UserRole.AGENCY_USER)
    token, _ = tokens.issue(user, granted=[Permission.BILLING_VIEW, Permission.AGENCIES_CREATE])

    permissions = tokens.verify(token).permissions

    assert Permission.BILLING_VIEW in permissions
    assert Permission.AGENCIES_CREATE not in permissions  # beyond every agency


def test_the_claims_are_those_of_the_requirements(tokens: AccessTokens) -> None:
    token, _ = tokens.issue(USER)
    other, _ = tokens.issue(USER)

    claims = jwt.decode(token, options={"verify_signature": False})

    assert set(claims) == {
        "sub",
        "email",
        "role",
        "agency_id",
        "tenant_id",
        "permissions",
        "ver",
        "iat",
        "exp",
        "jti",
    }
    assert claims["tenant_id"] is None
    assert "tenants.create" in claims["permissions"]
    assert "agencies.create" not in claims["permissions"]
    assert claims["exp"] - claims["iat"] == 24 * 3600
    assert claims["jti"] != jwt.decode(other, options={"verify_signature": False})["jti"]


def test_a_token_expires(tokens: AccessTokens, clock: FakeClock) -> None:
    token, _ = tokens.issue(USER)
    clock.advance(ACCESS_LIFETIME - timedelta(seconds=1))
    tokens.verify(token)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(TokenExpired) as raised:
        tokens.verify(token)

    assert raised.value.error_code == "AUTH_TOKEN_EXPIRED"


def test_a_token_of_an_older_key_is_good_while_the_key_is_kept(clock: FakeClock) -> None:
    token, _ = AccessTokens(KeySet(current="old", keys={"old": OLD}), clock).issue(USER)

    rotated = AccessTokens(KeySet(current="new", keys={"old": OLD, "new": NEW}), clock)
    retired = AccessTokens(KeySet(current="new", keys={"new": NEW}), clock)

    assert rotated.verify(token).id == USER.id
    with pytest.raises(TokenInvalid):
        retired.verify(token)


def forged(**changes: object) -> str:
    claims = {
        "sub": str(USER.id),
        "email": USER.email,
        "role": "agency_admin",
        "agency_id": str(USER.agency_id),
        "tenant_id": None,
        "permissions": ["calls.view"],
        "ver": 1,
        "iat": 0,
        "exp": 4_000_000_000,
        "jti": "x",
    }
    return jwt.encode({**claims, **changes}, NEW, "HS256", headers={"kid": "new"})


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not.a.token",
        forged()[:-6] + "AAAAAA",
        forged(role="emperor"),
        forged(sub="somebody"),
        forged(exp=None),
        jwt.encode({"sub": "x"}, NEW, "HS256", headers={"kid": "new"}),
        jwt.encode({"sub": "x"}, "", "none", headers={"kid": "new"}),
        jwt.encode({"sub": "x"}, NEW, "HS256"),
    ],
    ids=[
        "empty",
        "not a token",
        "another signature",
        "an unknown role",
        "a subject that is no id",
        "no expiry",
        "missing claims",
        "unsigned",
        "no key named",
    ],
)
def test_what_we_did_not_issue_is_refused(tokens: AccessTokens, token: str) -> None:
    assert tokens.verify(forged()).id == USER.id  # the forgery is right but for one thing

    with pytest.raises(TokenInvalid):
        tokens.verify(token)


@pytest.mark.parametrize(
    "keys",
    [{"current": "a", "keys": {"b": OLD}}, {"current": "a", "keys": {"a": "short"}}],
    ids=["without the current key", "a short key"],
)
def test_a_key_set_that_cannot_work_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        KeySet.model_validate(keys)


def principal(role: UserRole) -> Principal:
    of_tenant = role in {UserRole.TENANT_ADMIN, UserRole.TENANT_USER}
    return Principal(
        id=new_id(),
        email="a@example.com",
        role=role,
        permissions=PERMISSIONS[role],
        agency_id=None if role is UserRole.PLATFORM_ADMIN else new_id(),
        tenant_id=new_id() if of_tenant else None,
    )


def test_a_permission_that_is_lacking_is_refused() -> None:
    user = principal(UserRole.TENANT_USER)

    assert user.require(Permission.CALLS_VIEW) is Reach.SCOPE
    assert user.reach(Permission.BILLING_VIEW) is None
    with pytest.raises(Forbidden) as raised:
        user.require(Permission.BILLING_VIEW)
    assert raised.value.error_code == "AUTHZ_PERMISSION_DENIED"


def test_a_tenants_user_works_in_that_tenant_alone() -> None:
    user = principal(UserRole.TENANT_USER)

    for asked in (None, user.tenant_id):
        scope = user.scope(reason="test", tenant_id=asked)
        assert (scope.agency_id, scope.tenant_id) == (user.agency_id, user.tenant_id)
        assert scope.actor == user.id
    with pytest.raises(Forbidden) as raised:
        user.scope(reason="test", tenant_id=new_id())
    assert raised.value.error_code == "AUTHZ_TENANT_MISMATCH"


def test_an_agencys_user_may_narrow_the_scope() -> None:
    user, tenant = principal(UserRole.AGENCY_USER), new_id()

    assert user.scope(reason="test").tenant_id is None
    assert user.scope(reason="test", tenant_id=tenant).tenant_id == tenant


def test_the_platforms_admin_works_as_the_platform_with_a_reason() -> None:
    user = principal(UserRole.PLATFORM_ADMIN)

    scope = user.scope(reason="list calls", tenant_id=new_id())

    assert scope.is_platform
    assert (scope.reason, scope.actor) == ("list calls", user.id)
