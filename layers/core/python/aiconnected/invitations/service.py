"""Invitations: made by those who may make users, accepted by whoever has the mailed link."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.auth.granting import check_role
from aiconnected.auth.models import Principal
from aiconnected.auth.permissions import admin_of
from aiconnected.auth.places import Places
from aiconnected.contracts.jobs import MailKind, MailRequested
from aiconnected.db import UniqueViolation, Work
from aiconnected.invitations.errors import (
    AlreadyInvited,
    InvitationClosed,
    InvitationNotFound,
    RoleOfAnotherPlace,
)
from aiconnected.invitations.models import Accepted, Invitation, InvitationStatus
from aiconnected.invitations.repository import InvitationRepository
from aiconnected.kit.clock import Clock
from aiconnected.kit.emails import normal_email
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.mail.service import MailRequests
from aiconnected.users.errors import LinkInvalid
from aiconnected.users.mailed import secret_hash
from aiconnected.users.models import NewUser, UserRole
from aiconnected.users.service import UserService

LIFETIME = timedelta(days=7)


class InvitationService:
    """What can be done with an invitation."""

    def __init__(
        self,
        invitations: InvitationRepository,
        *,
        places: Places,
        users: UserService,
        mails: MailRequests,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._invitations, self._places, self._users = invitations, places, users
        self._mails, self._audit, self._clock = mails, audit, clock

    def get(self, work: Work, invitation_id: UUID) -> Invitation:
        """The invitation; raises `InvitationNotFound`."""
        invitation = self._invitations.by_id(work, invitation_id)
        if invitation is None:
            raise InvitationNotFound
        return invitation

    def page(self, work: Work, wanted: ListQuery) -> Page[Invitation]:
        """Invitations within the scope."""
        return self._invitations.page(work, wanted)

    def add(
        self,
        work: Work,
        email: str,
        *,
        role: UserRole,
        by: Principal,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> Invitation:
        """Invite an address to an agency, or to a client.

        Raises what `Places.of` raises, `RoleOfAnotherPlace`, `AboveOneself`, `AlreadyInvited`.
        That an address has an account elsewhere nobody is told.
        """
        at = self._places.of(work, by, agency_id=agency_id, tenant_id=tenant_id)
        if admin_of(role) is not at.admin:
            raise RoleOfAnotherPlace
        check_role(by, role)
        email, now = normal_email(email), self._clock.now()
        if self._invitations.works_here(work, email, at=at):
            raise AlreadyInvited
        self._invitations.revoke_expired(work, email, at=at, now=now)
        invitation_id = new_id()
        try:
            with work.savepoint():
                self._invitations.insert(
                    work, invitation_id, at=at, email=email, role=role, expires_at=now + LIFETIME
                )
        except UniqueViolation as exc:
            raise AlreadyInvited from exc
        invitation = self.get(work, invitation_id)
        self._ask(work, invitation)
        self._record(work, "invitation.created", invitation, {"role": (None, role.value)})
        return invitation

    def resend(
        self, work: Work, invitation_id: UUID, *, by: Principal, expected: Expected = ANY
    ) -> Invitation:
        """Mail another link, which holds for another week; the last one does no more.

        Raises `InvitationNotFound`, `Stale`, `InvitationClosed`, `AboveOneself`.
        """
        before = self._locked(work, invitation_id, expected)
        if before.status not in {InvitationStatus.OPEN, InvitationStatus.EXPIRED}:
            raise InvitationClosed
        check_role(by, before.role)
        expires_at = self._clock.now() + LIFETIME
        self._invitations.renew(work, invitation_id, expires_at=expires_at)
        self._ask(work, before)
        self._record(work, "invitation.resent", before, {})
        return self.get(work, invitation_id)

    def revoke(self, work: Work, invitation_id: UUID, *, expected: Expected = ANY) -> None:
        """Take it back; again, it changes nothing.

        Raises `InvitationNotFound`, `Stale`, and `InvitationClosed` for one that was accepted.
        """
        before = self._locked(work, invitation_id, expected)
        if before.accepted_at is not None:
            raise InvitationClosed
        if before.revoked_at is None:
            self._invitations.revoke(work, invitation_id, now=self._clock.now())
            self._record(work, "invitation.revoked", before, {})

    def accept(self, work: Work, token: str, *, accepted: Accepted) -> UUID:
        """Who accepts becomes a user whose address is proved; in the platform's scope.

        Raises `LinkInvalid`, `EmailTaken`.
        """
        now = self._clock.now()
        invitation = self._invitations.lock_by_token(work, secret_hash(token))
        if invitation is None or invitation.expires_at <= now:
            raise LinkInvalid
        user_id = self._users.add(
            work,
            NewUser(
                agency_id=invitation.agency_id,
                tenant_id=invitation.tenant_id,
                email=invitation.email,
                role=invitation.role,
                first_name=accepted.first_name,
                last_name=accepted.last_name,
                password_hash=accepted.password_hash,
                is_verified=True,
            ),
        )
        self._invitations.accept(work, invitation.id, user_id=user_id, now=now)
        self._record(work, "invitation.accepted", invitation, {"user_id": (None, str(user_id))})
        return user_id

    def _ask(self, work: Work, invitation: Invitation) -> None:
        request = MailRequested(
            kind=MailKind.INVITATION, email=invitation.email, invitation_id=invitation.id
        )
        self._mails.ask(
            work, request, agency_id=invitation.agency_id, tenant_id=invitation.tenant_id
        )

    def _locked(self, work: Work, invitation_id: UUID, expected: Expected) -> Invitation:
        invitation = self._invitations.lock(work, invitation_id)
        if invitation is None:
            raise InvitationNotFound
        expected.check(invitation)
        return invitation

    def _record(
        self,
        work: Work,
        action: str,
        invitation: Invitation,
        changes: Mapping[str, tuple[object, object]],
    ) -> None:
        change = Change(
            action=action,
            resource_type="invitation",
            resource_id=invitation.id,
            changes=changes,
        )
        self._audit.record(
            work, change, agency_id=invitation.agency_id, tenant_id=invitation.tenant_id
        )
