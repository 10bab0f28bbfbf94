"""The mail of an invitation as it leaves, with its link."""

from datetime import datetime
from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.db import Database, Scope, Work
from aiconnected.invitations.models import Invitation
from aiconnected.invitations.repository import InvitationRepository
from aiconnected.kit.clock import Clock
from aiconnected.mail.letters import invitation as invitation_letter
from aiconnected.mail.service import Postman
from aiconnected.tenants.service import TenantService
from aiconnected.users.mailed import fresh_secret, secret_hash


class InvitationMails:
    """Makes the link, keeps its hash and sends it, in one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        invitations: InvitationRepository,
        agencies: AgencyService,
        tenants: TenantService,
        postman: Postman,
        clock: Clock,
    ) -> None:
        self._database, self._invitations = database, invitations
        self._agencies, self._tenants = agencies, tenants
        self._postman, self._clock = postman, clock

    def send(self, invitation_id: UUID, *, asked_at: datetime) -> None:
        """Mail the link, if the invitation is still open; raises `ProviderError`."""
        token = fresh_secret()
        with self._database.work(Scope.platform("mail invitation")) as work:
            kept = self._invitations.keep_token(
                work,
                invitation_id,
                token_hash=secret_hash(token),
                asked_at=asked_at,
                now=self._clock.now(),
            )
            invitation = self._invitations.by_id(work, invitation_id) if kept else None
            if invitation is None:
                return
            letter = invitation_letter(token, place=self._place(work, invitation))
            self._postman.send(work, letter, to=invitation.email, agency_id=invitation.agency_id)

    def _place(self, work: Work, invitation: Invitation) -> str:
        if invitation.tenant_id is not None:
            return self._tenants.get(work, invitation.tenant_id).name
        return self._agencies.get(work, invitation.agency_id).name
