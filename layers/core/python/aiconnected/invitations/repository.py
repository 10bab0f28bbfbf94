"""Repository of invitations: every SQL statement about one."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.auth.models import Place
from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.invitations.models import INVITATIONS, Invitation
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.users.models import UserRole

SQL = Queries.beside(__file__)


class InvitationRepository:
    """Reads and writes invitations."""

    def by_id(self, work: Work, invitation_id: UUID) -> Invitation | None:
        """The invitation, unless outside the scope."""
        return work.row(SQL["by_id"], Invitation, invitation_id=invitation_id)

    def lock(self, work: Work, invitation_id: UUID) -> Invitation | None:
        """The invitation, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Invitation, invitation_id=invitation_id)

    def lock_by_token(self, work: Work, token_hash: bytes) -> Invitation | None:
        """The invitation that a mailed link belongs to, locked as by `lock`."""
        return work.row(SQL["lock_by_token"], Invitation, token_hash=token_hash)

    def page(self, work: Work, wanted: ListQuery) -> Page[Invitation]:
        """Those that were asked for."""
        return page(work, SQL["page"], Invitation, of=INVITATIONS, wanted=wanted)

    def works_here(self, work: Work, email: str, *, at: Place) -> bool:
        """Whether a user of the place has the address."""
        return bool(work.value(SQL["works_here"], bool, email=email, **asdict(at)))

    def revoke_expired(self, work: Work, email: str, *, at: Place, now: datetime) -> None:
        """Make room for another invitation to the address."""
        work.run(SQL["revoke_expired"], email=email, now=now, **asdict(at))

    def insert(
        self,
        work: Work,
        invitation_id: UUID,
        *,
        at: Place,
        email: str,
        role: UserRole,
        expires_at: datetime,
    ) -> None:
        """Add it; raises UniqueViolation while another to the address is open."""
        work.run(
            SQL["insert"],
            id=invitation_id,
            email=email,
            role=role,
            expires_at=expires_at,
            **asdict(at),
        )

    def renew(self, work: Work, invitation_id: UUID, *, expires_at: datetime) -> None:
        """Let it hold anew."""
        work.run(SQL["renew"], invitation_id=invitation_id, expires_at=expires_at)

    def revoke(self, work: Work, invitation_id: UUID, *, now: datetime) -> None:
        """Take it back."""
        work.run(SQL["revoke"], invitation_id=invitation_id, now=now)

    def keep_token(
        self,
        work: Work,
        invitation_id: UUID,
        *,
        token_hash: bytes,
        asked_at: datetime,
        now: datetime,
    ) -> bool:
        """Keep a mailed link's hash; False when it is not open, or was mailed since `asked_at`."""
        return (
            work.run(
                SQL["keep_token"],
                invitation_id=invitation_id,
                token_hash=token_hash,
                asked_at=asked_at,
                now=now,
            )
            == 1
        )

    def accept(self, work: Work, invitation_id: UUID, *, user_id: UUID, now: datetime) -> None:
        """Somebody has become a user by it."""
        work.run(SQL["accept"], invitation_id=invitation_id, user_id=user_id, now=now)
