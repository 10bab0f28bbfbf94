"""Signing in, staying signed in, signing out (PRD 14).

Unlike other services this one opens its own units of work: a refused attempt must be kept although
the request fails, and no transaction waits while a password is hashed.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from aiconnected.auth.errors import (
    AccountLocked,
    AccountSuspended,
    EmailNotVerified,
    InvalidCredentials,
    RefreshRefused,
    SignInAgain,
    SignInNotFound,
)
from aiconnected.auth.models import Client, Principal, RefreshToken, Session, SignIn
from aiconnected.auth.passwords import Passwords
from aiconnected.auth.permissions import known
from aiconnected.auth.repository import RefreshTokenRepository
from aiconnected.auth.tokens import AccessTokens
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.users.models import Credentials, User
from aiconnected.users.signins import SignIns

REFRESH_LIFETIME = timedelta(days=30)
MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
_NOBODY = UUID(int=0)


class AuthService:
    """Turns passwords and refresh tokens into sessions."""

    def __init__(
        self,
        database: Database,
        *,
        sign_ins: SignIns,
        refresh_tokens: RefreshTokenRepository,
        access_tokens: AccessTokens,
        passwords: Passwords,
        clock: Clock,
    ) -> None:
        self._database, self._sign_ins, self._refresh_tokens = database, sign_ins, refresh_tokens
        self._access_tokens, self._passwords, self._clock = access_tokens, passwords, clock

    def login(self, email: str, password: str, *, client: Client) -> Session:
        """A session for the right password.

        Raises `InvalidCredentials`; only with the right password `AccountLocked`,
        `AccountSuspended` or `EmailNotVerified`, so that a stranger learns nothing of an account.
        """
        credentials = self._checked(email, password)
        rehashed = None
        if self._passwords.outdated(credentials.password_hash or ""):
            rehashed = self._passwords.hash(password)
        with self._database.work(Scope.platform("login")) as work:
            if rehashed is not None:
                self._sign_ins.rehash(work, credentials.user_id, password_hash=rehashed)
            now = self._clock.now()
            self._sign_ins.record(work, credentials.user_id, now=now, ip=client.ip)
            return self._session(work, credentials.user_id, family_id=new_id(), client=client)

    def check(self, email: str, password: str) -> UUID:
        """Whose password it is; raises as `login` does."""
        return self._checked(email, password).user_id

    def refresh(self, token: str, *, client: Client) -> Session:
        """A session for a refresh token, which is then used up.

        Raises `RefreshRefused`; a token that comes a second time was stolen, by whoever came
        first or by whoever comes now, and ends the whole sign-in.
        """
        with self._database.work(Scope.platform("refresh")) as work:
            kept = self._refresh_tokens.lock(work, _hash(token))
            session = self._exchange(work, kept, client=client) if kept else None
        if session is None:
            raise RefreshRefused
        return session

    def confirm(self, principal: Principal) -> None:
        """Refuse an access token that no longer holds: raises `SignInAgain`.

        It does not once the role, the permissions, the password or the status have changed, or the
        client or the agency is suspended.
        """
        with self._database.look("confirm access token") as work:
            standing = self._sign_ins.standing(work, principal.id)
        if (
            standing is None
            or not standing.in_order
            or standing.claims_version != principal.claims_version
        ):
            raise SignInAgain

    def logout(self, token: str) -> None:
        """End the sign-in that a refresh token belongs to; an unknown one is ignored."""
        with self._database.work(Scope.platform("logout")) as work:
            kept = self._refresh_tokens.lock(work, _hash(token))
            if kept is not None:
                self._end(work, kept.user_id, kept.family_id)

    def sign_ins(self, user_id: UUID) -> tuple[SignIn, ...]:
        """Where the user is signed in, the latest first."""
        with self._database.work(Scope.platform("list sign-ins", actor=user_id)) as work:
            return tuple(self._refresh_tokens.families(work, user_id, now=self._clock.now()))

    def end(self, user_id: UUID, *, family_id: UUID) -> None:
        """End one sign-in of the user; raises `SignInNotFound`."""
        with self._database.work(Scope.platform("end sign-in", actor=user_id)) as work:
            found = self._refresh_tokens.families(work, user_id, now=self._clock.now())
            if family_id not in {sign_in.id for sign_in in found}:
                raise SignInNotFound
            self._end(work, user_id, family_id)

    def sign_out(self, user_id: UUID) -> None:
        """End every sign-in of the user."""
        with self._database.work(Scope.platform("sign out")) as work:
            self.end_all(work, user_id)

    def end_all(self, work: Work, user_id: UUID) -> None:
        """End every sign-in of the user, in the platform's scope."""
        self._refresh_tokens.revoke_user(work, user_id, now=self._clock.now())
        self._sign_ins.outdate_claims(work, user_id)

    def _checked(self, email: str, password: str) -> Credentials:
        credentials = self._credentials(email)
        password_hash = credentials.password_hash if credentials else None
        matches = self._passwords.matches(password, password_hash)
        if credentials is None or not matches:
            self._count_failure(credentials)
            raise InvalidCredentials
        self._refuse_barred(credentials)
        return credentials

    def _end(self, work: Work, user_id: UUID, family_id: UUID) -> None:
        """Others of the user's sign-ins go on: their refresh tokens give new access tokens."""
        self._refresh_tokens.revoke_family(work, family_id, now=self._clock.now())
        self._sign_ins.outdate_claims(work, user_id)

    def _credentials(self, email: str) -> Credentials | None:
        with self._database.work(Scope.platform("login")) as work:
            return self._sign_ins.credentials(work, email)

    def _count_failure(self, credentials: Credentials | None) -> None:
        """Nobody's failure is counted too, so that its time tells nothing."""
        now = self._clock.now()
        user_id = credentials.user_id if credentials else _NOBODY
        if credentials and credentials.locked_until and credentials.locked_until > now:
            user_id = _NOBODY
        with self._database.work(Scope.platform("login failed")) as work:
            self._sign_ins.count_failure(work, user_id, limit=MAX_FAILURES, locked_until=now + LOCK)

    def _refuse_barred(self, credentials: Credentials) -> None:
        if credentials.locked_until and credentials.locked_until > self._clock.now():
            raise AccountLocked
        if credentials.suspended:
            raise AccountSuspended
        if not credentials.is_verified:
            raise EmailNotVerified

    def _exchange(self, work: Work, kept: RefreshToken, *, client: Client) -> Session | None:
        """None when the token may not be exchanged; what that entails is in the transaction."""
        now = self._clock.now()
        if kept.used_at is not None:
            self._end(work, kept.user_id, kept.family_id)
            return None
        if kept.revoked_at is not None or kept.expires_at <= now:
            return None
        user = self._sign_ins.user(work, kept.user_id)
        credentials = self._sign_ins.credentials(work, user.email) if user else None
        if credentials is None or credentials.suspended:
            return None
        self._refresh_tokens.use(work, kept.id, now=now)
        return self._session(work, kept.user_id, family_id=kept.family_id, client=client)

    def _session(self, work: Work, user_id: UUID, *, family_id: UUID, client: Client) -> Session:
        user = self._user(work, user_id)
        token, refresh_expires_at = self._issue_refresh(
            work, user_id, family_id=family_id, client=client
        )
        granted = known(self._sign_ins.granted(work, user_id))
        access_token, access_expires_at = self._access_tokens.issue(user, granted=granted)
        return Session(
            user=user,
            access_token=access_token,
            access_expires_at=access_expires_at,
            refresh_token=token,
            refresh_expires_at=refresh_expires_at,
        )

    def _user(self, work: Work, user_id: UUID) -> User:
        user = self._sign_ins.user(work, user_id)
        if user is None:  # deleted between the password's check and now
            raise InvalidCredentials
        return user

    def _issue_refresh(
        self, work: Work, user_id: UUID, *, family_id: UUID, client: Client
    ) -> tuple[str, datetime]:
        now = self._clock.now()
        token = secrets.token_urlsafe(32)
        kept = RefreshToken(
            id=new_id(),
            user_id=user_id,
            family_id=family_id,
            expires_at=now + REFRESH_LIFETIME,
            used_at=None,
            revoked_at=None,
        )
        self._refresh_tokens.insert(work, kept, token_hash=_hash(token), now=now, client=client)
        return token, kept.expires_at


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
