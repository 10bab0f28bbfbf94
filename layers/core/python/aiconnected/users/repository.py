"""Repository of users: every SQL statement about a user."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.users.models import (
    PROFILE,
    USERS,
    Credentials,
    MailedToken,
    NewUser,
    Standing,
    TokenKind,
    User,
    UserRole,
    UserStatus,
)

SQL = Queries.beside(__file__)
_COLUMNS = PROFILE | {"role", "status"}
_KEEP = {
    TokenKind.RESET: SQL["keep_reset_token"],
    TokenKind.VERIFICATION: SQL["keep_verification_token"],
}
_LOCK = {
    TokenKind.RESET: SQL["lock_reset_token"],
    TokenKind.VERIFICATION: SQL["lock_verification_token"],
}


class UserRepository:
    """Reads and writes users."""

    def by_id(self, work: Work, user_id: UUID) -> User | None:
        """The user, unless deleted or outside the scope."""
        return work.row(SQL["by_id"], User, user_id=user_id)

    def lock(self, work: Work, user_id: UUID) -> User | None:
        """The user, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], User, user_id=user_id)

    def page(self, work: Work, wanted: ListQuery, *, only: UUID | None = None) -> Page[User]:
        """Those that were asked for; `only` is the one who may be seen at all."""
        return page(work, SQL["page"], User, of=USERS, wanted=wanted, only=only)

    def lock_admins(self, work: Work, *, agency_id: UUID | None, role: UserRole) -> list[UUID]:
        """Active administrators of an agency, or of the platform, kept from other writers."""
        return work.values(SQL["lock_admins"], UUID, agency_id=agency_id, role=role)

    def change(self, work: Work, user_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns."""
        change(work, SQL["change"], changes=changes, columns=_COLUMNS, user_id=user_id)

    def delete(self, work: Work, user_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], user_id=user_id, now=now)

    def outdate_holders(self, work: Work, role_id: UUID) -> None:
        """Refuse the access tokens of all who have a custom role."""
        work.run(SQL["outdate_holders"], role_id=role_id)

    def keep_token(  # the columns of a row
        self,
        work: Work,
        user_id: UUID,
        *,
        kind: TokenKind,
        token_hash: bytes,
        expires_at: datetime,
        newest: datetime,
    ) -> bool:
        """Keep a mailed secret's hash; False when one that expires at `newest` or later is kept."""
        query = _KEEP[kind]
        return (
            work.run(
                query,
                user_id=user_id,
                token_hash=token_hash,
                expires_at=expires_at,
                newest=newest,
            )
            == 1
        )

    def lock_token(self, work: Work, token_hash: bytes, *, kind: TokenKind) -> MailedToken | None:
        """Whose a mailed secret is, locked until the transaction ends."""
        return work.row(_LOCK[kind], MailedToken, token_hash=token_hash)

    def prove_address(self, work: Work, user_id: UUID) -> None:
        """Who answers a mail has its address."""
        work.run(SQL["prove_address"], user_id=user_id)

    def set_password(self, work: Work, user_id: UUID, *, password_hash: str) -> None:
        """Another password; what the old one opened is closed."""
        work.run(SQL["set_password"], user_id=user_id, password_hash=password_hash)

    def granted(self, work: Work, user_id: UUID) -> list[str]:
        """Codes of the permissions that custom roles add."""
        return work.values(SQL["granted"], str, user_id=user_id)

    def standing(self, work: Work, user_id: UUID) -> Standing | None:
        """Whether access tokens still hold; None for a user who is no more."""
        return work.row(SQL["standing"], Standing, user_id=user_id)

    def outdate_claims(self, work: Work, user_id: UUID) -> None:
        """Refuse the access tokens that the user holds."""
        work.run(SQL["outdate_claims"], user_id=user_id)

    def id_by_email(self, work: Work, email: str) -> UUID | None:
        """The user's id by address in lower case."""
        return work.value(SQL["id_by_email"], UUID, email=email)

    def credentials(self, work: Work, email: str) -> Credentials | None:
        """What signing in is decided by, in the platform's scope."""
        return work.row(SQL["credentials"], Credentials, email=email)

    def count_failure(
        self, work: Work, user_id: UUID, *, limit: int, locked_until: datetime
    ) -> datetime | None:
        """Count a wrong password, in one statement; until when the account is locked, if it is."""
        return work.value(
            SQL["count_failure"],
            datetime,
            user_id=user_id,
            limit=limit,
            locked_until=locked_until,
        )

    def record_login(self, work: Work, user_id: UUID, *, now: datetime, ip: str | None) -> None:
        """Forget wrong passwords, remember when and whence."""
        work.run(SQL["record_login"], user_id=user_id, now=now, ip=ip)

    def set_password_hash(self, work: Work, user_id: UUID, *, password_hash: str) -> None:
        """Keep another hash."""
        work.run(SQL["set_password_hash"], user_id=user_id, password_hash=password_hash)

    def insert(self, work: Work, user_id: UUID, *, new: NewUser) -> None:
        """Add it; raises UniqueViolation when the address is taken."""
        status = UserStatus.INVITED if new.password_hash is None else UserStatus.ACTIVE
        work.run(SQL["insert"], id=user_id, status=status, **asdict(new))

    def destroy_unverified(self, work: Work, agency_id: UUID) -> int:
        """Destroy people of an agency who never proved their address; how many."""
        return work.run(SQL["destroy_unverified"], agency_id=agency_id)
