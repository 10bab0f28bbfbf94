"""Mailed secrets: links that prove an address or let a new password be chosen, each used once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.users.errors import LinkInvalid, UserNotFound
from aiconnected.users.models import TokenKind, User
from aiconnected.users.repository import UserRepository

_LIFETIME = {TokenKind.RESET: timedelta(hours=1), TokenKind.VERIFICATION: timedelta(hours=24)}
_PAUSE = timedelta(minutes=1)  # between two mails of a kind to one person


class MailedSecrets:
    """Works in the platform's scope: who answers a mail belongs to nobody yet."""

    def __init__(self, users: UserRepository, clock: Clock) -> None:
        self._users, self._clock = users, clock

    def make(self, work: Work, user_id: UUID, *, kind: TokenKind, asked_at: datetime) -> str | None:
        """A secret to be mailed; None when one has been made since it was asked for.

        So a message that comes twice is mailed once, and nobody floods a mailbox.
        """
        token = fresh_secret()
        kept = self._users.keep_token(
            work,
            user_id,
            kind=kind,
            token_hash=secret_hash(token),
            expires_at=self._clock.now() + _LIFETIME[kind],
            newest=asked_at - _PAUSE + _LIFETIME[kind],
        )
        return token if kept else None

    def redeem(self, work: Work, token: str, *, kind: TokenKind) -> User:
        """Whose the secret is, as they were before, locked until the transaction ends.

        Who has it has proved the address. Raises `LinkInvalid`.
        """
        found = self._users.lock_token(work, secret_hash(token), kind=kind)
        if found is None or found.expires_at <= self._clock.now():
            raise LinkInvalid
        user = self._user(work, found.user_id)
        self._users.prove_address(work, found.user_id)
        return user

    def set_password(self, work: Work, user_id: UUID, *, password_hash: str) -> None:
        """Another password: a link for one is used up, locks and access tokens are gone."""
        self._users.set_password(work, user_id, password_hash=password_hash)

    def _user(self, work: Work, user_id: UUID) -> User:
        user = self._users.by_id(work, user_id)
        if user is None:
            raise UserNotFound
        return user


def fresh_secret() -> str:
    """256 random bits for a link."""
    return secrets.token_urlsafe(32)


def secret_hash(token: str) -> bytes:
    """What is kept of it. It is random: a slow hash would add nothing."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
