"""Repository of refresh tokens: every SQL statement about one."""

from datetime import datetime
from uuid import UUID

from aiconnected.auth.models import Client, RefreshToken, SignIn
from aiconnected.db import Queries, Work
from aiconnected.kit.listing import writable

SQL = Queries.beside(__file__)


class RefreshTokenRepository:
    """Reads and writes refresh tokens, in the platform's scope."""

    def insert(  # the columns of a row
        self,
        work: Work,
        token: RefreshToken,
        *,
        token_hash: bytes,
        now: datetime,
        client: Client,
    ) -> None:
        """Keep a token's hash."""
        work.run(
            SQL["insert_refresh_token"],
            id=token.id,
            user_id=token.user_id,
            family_id=token.family_id,
            token_hash=token_hash,
            now=now,
            expires_at=token.expires_at,
            ip=client.ip,
            user_agent=_kept(client.user_agent),
        )

    def lock(self, work: Work, token_hash: bytes) -> RefreshToken | None:
        """The token, locked until the transaction ends."""
        return work.row(SQL["lock_refresh_token"], RefreshToken, token_hash=token_hash)

    def use(self, work: Work, token_id: UUID, *, now: datetime) -> None:
        """The token has been exchanged."""
        work.run(SQL["use_refresh_token"], id=token_id, now=now)

    def revoke_family(self, work: Work, family_id: UUID, *, now: datetime) -> None:
        """End the sign-in that the token belongs to."""
        work.run(SQL["revoke_family"], family_id=family_id, now=now)

    def revoke_user(self, work: Work, user_id: UUID, *, now: datetime) -> None:
        """End every sign-in of a user."""
        work.run(SQL["revoke_user"], user_id=user_id, now=now)

    def sweep(self, work: Work, *, before: datetime) -> int:
        """Forget tokens that expired before that moment."""
        return work.run(SQL["sweep"], before=before)

    def families(self, work: Work, user_id: UUID, *, now: datetime) -> list[SignIn]:
        """Where a user is signed in, the latest first."""
        return work.rows(SQL["families"], SignIn, user_id=user_id, now=now)


def _kept(user_agent: str | None) -> str | None:
    """What of a browser's own words can be kept."""
    return user_agent[:500] if user_agent and writable(user_agent) else None
