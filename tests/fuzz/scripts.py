"""Requests that must succeed, where the description's own example is not enough."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiconnected.auth.passwords import Passwords
from tests.fixtures.world import Place, World

Route = tuple[str, str]
TOKEN, PASSWORD = "t" * 43, "correct horse battery staple"
EMAIL = "dana@brightwater.example"
LATER = datetime.now(UTC) + timedelta(days=1)
HASH = hashlib.sha256(TOKEN.encode()).digest()
AGENTS = "/api/v1/agents/{agent_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What to send beside the example, and what must be there before."""

    body: Mapping[str, object] = field(default_factory=dict[str, object])
    prepare: Callable[[World, Place], Place | None] | None = None


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
        email=EMAIL,
        password_hash=Passwords().hash(PASSWORD),
        password_reset_token_hash=HASH,
        password_reset_expires_at=LATER,
        email_verification_token_hash=HASH,
        email_verification_expires_at=LATER,
    )
    world.add("refresh_tokens", place, user_id=user_id, token_hash=HASH, expires_at=LATER)


def _invited(world: World, place: Place) -> None:
    """An invitation that was mailed."""
    world.add("invitations", place, token_hash=HASH, expires_at=LATER, sent_at=datetime.now(UTC))


_NEW_PASSWORD = "an altogether different sentence"
SCRIPTS: dict[Route, Script] = {
    ("DELETE", "/api/v1/agencies/{agency_id}"): Script(prepare=_agency),
    ("POST", AGENTS + "/publish"): Script(prepare=_greeted),
    ("POST", AGENTS + "/versions/{version_id}/rollback"): Script(prepare=_archived),
    ("POST", "/api/v1/api-keys"): Script(body={"permissions": ["calls.view"]}),
    ("POST", "/api/v1/roles"): Script(body={"permissions": ["calls.view"]}),
    ("POST", "/api/v1/auth/login"): Script(
        prepare=_user, body={"email": EMAIL, "password": PASSWORD}
    ),
    ("POST", "/api/v1/auth/refresh"): Script(prepare=_user, body={"refresh_token": TOKEN}),
    ("POST", "/api/v1/auth/email/verify"): Script(prepare=_user, body={"token": TOKEN}),
    ("POST", "/api/v1/auth/password/reset"): Script(
        prepare=_user, body={"token": TOKEN, "password": _NEW_PASSWORD}
    ),
    ("POST", "/api/v1/auth/invitations/accept"): Script(
        prepare=_invited, body={"token": TOKEN, "password": _NEW_PASSWORD}
    ),
    ("POST", "/api/v1/custom-functions"): Script(body={"parameters": {"type": "object"}}),
    ("PUT", "/api/v1/custom-functions/{function_id}"): Script(
        body={"parameters": {"type": "object"}}
    ),
    ("POST", "/api/v1/invitations"): Script(body={"role": "tenant_user"}),
    ("PUT", "/api/v1/users/{user_id}/role"): Script(body={"role": "tenant_admin"}),
    ("DELETE", "/api/v1/rates/{rate_id}"): Script(prepare=_later_rate),
    ("POST", "/api/v1/tenants/{tenant_id}/restore"): Script(prepare=_deleted_tenant),
    ("POST", "/api/v1/webhooks/endpoints/{endpoint_id}/replay"): Script(
        body={"since": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"}
    ),
}
# Routes that ask somebody outside, who is not there.
MAY_FAIL_OUTSIDE: set[Route] = {
    ("GET", "/api/v1/phone-numbers/available"),
    ("POST", "/api/v1/phone-numbers"),
    ("DELETE", "/api/v1/phone-numbers/{phone_number_id}"),
    ("POST", "/api/v1/calls/outbound"),
}
_TESTS = "tests/integration/functions"
# Routes that need a carrier, a live call, a signature or a stored file -> the tests that have them.
UNSCRIPTED: dict[Route, str] = {
    ("POST", "/api/v1/auth/password/change"): f"{_TESTS}/test_accounts.py",
    ("DELETE", "/api/v1/auth/sessions/{session_id}"): f"{_TESTS}/test_accounts.py",
    ("POST", "/api/v1/calls/outbound"): f"{_TESTS}/test_outbound.py",
    **{
        ("POST", f"/api/v1/calls/{{call_id}}/{deed}"): f"{_TESTS}/test_calls.py"
        for deed in ("hangup", "hold", "resume", "transfer")
    },
    **{
        ("POST", f"/api/v1/knowledge-bases/{{knowledge_base_id}}/documents/{each}"): (
            f"{_TESTS}/test_documents.py"
        )
        for each in ("files", "{document_id}/complete")
    },
    ("POST", "/api/v1/phone-numbers"): f"{_TESTS}/test_numbers.py",
    ("DELETE", "/api/v1/phone-numbers/{phone_number_id}"): f"{_TESTS}/test_numbers.py",
    ("POST", "/api/v1/webhooks/stripe"): f"{_TESTS}/test_stripe.py",
    **{
        ("POST", f"/api/v1/webhooks/twilio/{each}"): f"{_TESTS}/test_twilio.py"
        for each in ("after", "outbound", "status", "voice")
    },
}
