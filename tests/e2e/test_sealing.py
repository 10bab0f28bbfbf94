"""A secret that is given to the control plane: sealed by a key of KMS, in LocalStack."""

import secrets

import pytest

from tests.e2e.person import signed_in
from tests.e2e.stackfacts import RunningStack

pytestmark = pytest.mark.e2e


async def test_a_credential_is_sealed_by_the_stacks_own_key(stack: RunningStack) -> None:
    admin = next(user for user in stack.description.users if user.role == "agency_admin")
    person = await signed_in(stack, admin)
    name = f"main {secrets.token_hex(4)}"

    kept = await person.post(
        "/credentials", provider="anthropic", name=name, secret="sk-the-most-secret-of-keys-9x4Z"
    )

    assert (kept.status, kept.data["hint"]) == (201, "9x4Z")
    [row] = await stack.rows(
        "SELECT sealed FROM provider_credentials WHERE name = %(name)s", name=name
    )
    assert b"most-secret" not in bytes(row["sealed"])
