"""Password hashes."""

import pytest
from argon2 import PasswordHasher

from aiconnected.auth.passwords import Passwords

pytestmark = pytest.mark.unit

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_hash_matches_its_password_alone() -> None:
    passwords = Passwords(CHEAP)
    kept = passwords.hash("secret")

    assert kept.startswith("$argon2id$")
    assert kept != passwords.hash("secret")
    assert passwords.matches("secret", kept)
    assert not passwords.matches("Secret", kept)


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_what_is_no_hash_matches_nothing(kept: str | None) -> None:
    assert not Passwords(CHEAP).matches("secret", kept)


def test_a_hash_of_another_cost_is_outdated() -> None:
    kept = Passwords(CHEAP).hash("secret")
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))

    assert not Passwords(CHEAP).outdated(kept)
    assert dearer.outdated(kept)


def test_the_default_cost_is_at_least_what_rfc_9106_advises() -> None:
    kept = Passwords().hash("secret")

    assert "m=65536,t=3,p=4" in kept
