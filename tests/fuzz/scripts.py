"""Requests that must succeed, where the description's own example is not enough."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiconnected.auth.passwords import Passwords
from tests.fixtures.web_api import PASSWORD
from tests.fixtures.world import Place, World

Route = tuple[str, str]
LATER = datetime.now(UTC) + timedelta(days=1)
AGENTS = "/api/v1/agents/{agent_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What to send beside the example, and what must be there before."""

    body: Callable[[Place], Mapping[str, object]] = field(default=lambda _: {})
    prepare: Callable[[World, Place], Place | None] | None = None


def unique(place: Place) -> str:
    """A word that nobody else has."""
    return (place.tenant_id or place.agency_id).hex


def _email(place: Place) -> str:
    return f"dana-{unique(place)}@brightwater.example"


def _token(place: Place) -> str:
    return f"token-of-a-letter-{unique(place)}"


def _hash(place: Place) -> bytes:
    return hashlib.sha256(_token(place).encode()).digest()


def _agency(world: World, _: Place) -> Place:
    """An agency without clients."""
    place = world.agency()
    bare = Place(agency_id=place.agency_id, tenant_id=None)
    world.forget("tenants", place)
    return bare


def _deleted_tenant(world: World, place: Place) -> Place:
    """A client within its grace period."""
    now = datetime.now(UTC)
    tenant_id = world.add(
        "tenants", place, deleted_at=now, deletion_requested_at=now, purge_after=LATER
    )
    return Place(agency_id=place.agency_id, tenant_id=tenant_id)


def _greeted(world: World, place: Place) -> None:
    """An agent whose draft lacks nothing."""
    world.add("greetings", place, kind="open", content="Hello, how can I help you?")


def _archived(world: World, place: Place) -> None:
    """A version that was published once."""
    world.id("agents", place)
    place.ids["agent_versions"] = world.add(
        "agent_versions", place, version=2, status="archived", snapshot={}, published_at=LATER
    )


def _later_rate(world: World, place: Place) -> None:
    """A rate that is not in force yet."""
    place.ids["rates"] = world.add("rates", place, valid_from=LATER)


def _user(world: World, place: Place) -> None:
    """Somebody with a password, and with a link in their mail."""
    user_id = place.ids["users"] = world.add(
        "users",
        place,
        email=_email(place),
        password_hash=Passwords().hash(PASSWORD),
        password_reset_token_hash=_hash(place),
        password_reset_expires_at=LATER,
        email_verification_token_hash=_hash(place),
        email_verification_expires_at=LATER,
    )
    world.add("refresh_tokens", place, user_id=user_id, token_hash=_hash(place), expires_at=LATER)


def _invited(world: World, place: Place) -> None:
    """An invitation that was mailed."""
    world.add(
        "invitations", place, token_hash=_hash(place), expires_at=LATER, sent_at=datetime.now(UTC)
    )


_NEW_PASSWORD = "an altogether different sentence"
SCRIPTS: dict[Route, Script] = {
    ("DELETE", "/api/v1/agencies/{agency_id}"): Script(prepare=_agency),
    ("POST", "/api/v1/agencies"): Script(body=lambda p: {"slug": unique(p)}),
    ("POST", "/api/v1/auth/sign-up"): Script(body=lambda p: {"email": _email(p)}),
    ("POST", AGENTS + "/publish"): Script(prepare=_greeted),
    ("POST", AGENTS + "/versions/{version_id}/rollback"): Script(prepare=_archived),
    ("POST", "/api/v1/api-keys"): Script(body=lambda _: {"permissions": ["calls.view"]}),
    ("POST", "/api/v1/roles"): Script(body=lambda _: {"permissions": ["calls.view"]}),
    ("POST", "/api/v1/auth/login"): Script(
        prepare=_user, body=lambda p: {"email": _email(p), "password": PASSWORD}
    ),
    ("POST", "/api/v1/auth/refresh"): Script(
        prepare=_user, body=lambda p: {"refresh_token": _token(p)}
    ),
    ("POST", "/api/v1/auth/email/verify"): Script(
        prepare=_user, body=lambda p: {"token": _token(p)}
    ),
    ("POST", "/api/v1/auth/password/reset"): Script(
        prepare=_user, body=lambda p: {"token": _token(p), "password": _NEW_PASSWORD}
    ),
    ("POST", "/api/v1/auth/invitations/accept"): Script(
        prepare=_invited, body=lambda p: {"token": _token(p), "password": _NEW_PASSWORD}
    ),
    ("POST", "/api/v1/custom-functions"): Script(body=lambda _: {"parameters": {"type": "object"}}),
    ("PUT", "/api/v1/custom-functions/{function_id}"): Script(
        body=lambda _: {"parameters": {"type": "object"}}
    ),
    ("POST", "/api/v1/invitations"): Script(body=lambda _: {"role": "tenant_user"}),
    ("PUT", "/api/v1/users/{user_id}/role"): Script(body=lambda _: {"role": "tenant_admin"}),
    ("DELETE", "/api/v1/rates/{rate_id}"): Script(prepare=_later_rate),
    ("POST", "/api/v1/tenants/{tenant_id}/restore"): Script(prepare=_deleted_tenant),
    ("POST", "/api/v1/webhooks/endpoints/{endpoint_id}/replay"): Script(
        body=lambda _: {"since": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"}
    ),
}
