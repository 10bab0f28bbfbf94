"""Users: added by those above them, read by themselves and those above."""

from dataclasses import replace
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.emails import normal_email
from aiconnected.kit.ids import new_id
from aiconnected.users.errors import EmailTaken, UserNotFound
from aiconnected.users.models import NewUser, User
from aiconnected.users.repository import UserRepository


class UserService:
    """What can be done with a user."""

    def __init__(self, users: UserRepository, audit: AuditService) -> None:
        self._users, self._audit = users, audit

    def get(self, work: Work, user_id: UUID) -> User:
        """The user; raises `UserNotFound`, also for one outside the scope."""
        user = self._users.by_id(work, user_id)
        if user is None:
            raise UserNotFound
        return user

    def find(self, work: Work, email: str) -> UUID | None:
        """Id of the user that has this address."""
        return self._users.id_by_email(work, normal_email(email))

    def add(self, work: Work, new: NewUser) -> UUID:
        """Add a user; raises `EmailTaken` or `InvalidEmail`."""
        user_id = new_id()
        try:
            with work.savepoint():
                self._users.insert(work, user_id, new=replace(new, email=normal_email(new.email)))
        except UniqueViolation as exc:
            raise EmailTaken from exc
        change = Change(action="user.created", resource_type="user", resource_id=user_id)
        self._audit.record(work, change, agency_id=new.agency_id, tenant_id=new.tenant_id)
        return user_id

    def outdate_claims(self, work: Work, user_id: UUID) -> None:
        """What the user may do has changed: access tokens that tell otherwise are refused."""
        self._users.outdate_claims(work, user_id)

    def outdate_holders(self, work: Work, role_id: UUID) -> None:
        """What a custom role may do has changed, and so have all who have it."""
        self._users.outdate_holders(work, role_id)

    def purge_unverified(self, work: Work, agency_id: UUID) -> int:
        """Destroy people of an agency who never proved their address, in the platform's scope."""
        return self._users.destroy_unverified(work, agency_id)
