"""Password hashes: Argon2id with the library's own parameters (RFC 9106, second choice)."""

import secrets
from base64 import b64encode
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_VERSION = 19  # RFC 9106: 0x13, the only one in use


class Passwords:
    """Makes and checks hashes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        """PHC string with its own salt."""
        return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password. Without a hash the same work is done, for nothing.

        Otherwise the time of the answer would tell which addresses have an account.
        """
        try:
            self._hasher.verify(password_hash or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _decoy(self) -> str:
        """A hash of nothing at today's cost, written down: making one would take as long again."""
        hasher = self._hasher
        cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        salt, digest = _text(hasher.salt_len), _text(hasher.hash_len)
        return f"$argon2id$v={_VERSION}${cost}${salt}${digest}"


def _text(length: int) -> str:
    return b64encode(secrets.token_bytes(length)).decode().rstrip("=")
