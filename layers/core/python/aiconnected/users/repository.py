"""Repository of users: every SQL statement about a user."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.users.models import Credentials, NewUser, Standing, User, UserStatus

SQL = Queries.beside(__file__)


class UserRepository:
    """Reads and writes users."""

    def by_id(self, work: Work, user_id: UUID) -> User | None:
        """The user, unless deleted or outside the scope."""
        return work.row(SQL["by_id"], User, user_id=user_id)

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
