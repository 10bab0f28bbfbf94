"""Sign-ins: what deciding about a password needs to know of a user, and leaves behind."""

from datetime import datetime
from uuid import UUID

from aiconnected.db import Work
from aiconnected.kit.emails import InvalidEmail, normal_email
from aiconnected.users.models import Credentials, Standing, User
from aiconnected.users.repository import UserRepository


class SignIns:
    """Works in the platform's scope: who signs in belongs to nobody yet."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    def credentials(self, work: Work, email: str) -> Credentials | None:
        """What signing in is decided by; None for an address that nobody has or can have."""
        try:
            address = normal_email(email)
        except InvalidEmail:
            return None
        return self._users.credentials(work, address)

    def user(self, work: Work, user_id: UUID) -> User | None:
        """The user, unless deleted."""
        return self._users.by_id(work, user_id)

    def granted(self, work: Work, user_id: UUID) -> list[str]:
        """Codes of the permissions that custom roles add."""
        return self._users.granted(work, user_id)

    def standing(self, work: Work, user_id: UUID) -> Standing | None:
        """Whether access tokens still hold; None for a user who is no more."""
        return self._users.standing(work, user_id)

    def count_failure(
        self, work: Work, user_id: UUID, *, limit: int, locked_until: datetime
    ) -> None:
        """Count a wrong password; the one that reaches `limit` locks the account."""
        self._users.count_failure(work, user_id, limit=limit, locked_until=locked_until)

    def record(self, work: Work, user_id: UUID, *, now: datetime, ip: str | None) -> None:
        """Forget wrong passwords, remember when and whence."""
        self._users.record_login(work, user_id, now=now, ip=ip)

    def rehash(self, work: Work, user_id: UUID, *, password_hash: str) -> None:
        """Keep the password's hash by today's parameters."""
        self._users.set_password_hash(work, user_id, password_hash=password_hash)

    def outdate_claims(self, work: Work, user_id: UUID) -> None:
        """Refuse the access tokens that the user holds."""
        self._users.outdate_claims(work, user_id)
