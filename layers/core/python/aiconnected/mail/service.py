"""Mails are asked for within a change and leave after it; this is both ends of the way."""

from uuid import UUID

from aiconnected.agencies.models import Agency
from aiconnected.agencies.service import AgencyService
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import MailKind, MailRequested
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.mail.models import Brand, Letter
from aiconnected.mail.ports import Mailer
from aiconnected.mail.rendering import rendered
from aiconnected.outbox.service import Outbox


class MailRequests:
    """The asking end."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox, self._clock = outbox, clock

    def ask(
        self,
        work: Work,
        request: MailRequested,
        *,
        agency_id: UUID | None = None,
        tenant_id: UUID | None = None,
    ) -> None:
        """A mail that leaves if `work` commits."""
        envelope = Envelope.of(
            request, at=self._clock.now(), agency_id=agency_id, tenant_id=tenant_id
        )
        self._outbox.append(work, envelope)

    def notice(
        self,
        work: Work,
        letter: Letter,
        *,
        to: str,
        agency_id: UUID | None,
        tenant_id: UUID | None = None,
    ) -> None:
        """A mail without a link; what it says is kept in the queue."""
        request = MailRequested(
            kind=MailKind.NOTICE, email=to, subject=letter.subject, paragraphs=letter.paragraphs
        )
        self.ask(work, request, agency_id=agency_id, tenant_id=tenant_id)


class Postman:
    """The sending end, in the platform's scope."""

    def __init__(
        self,
        mailer: Mailer,
        *,
        agencies: AgencyService,
        database: Database,
        origin: str,
        name: str,
    ) -> None:
        """`origin` and `name` stand where no agency's own apply."""
        self._mailer, self._agencies, self._database = mailer, agencies, database
        self._house = Brand(name=name, origin=origin)

    def send(self, work: Work, letter: Letter, *, to: str, agency_id: UUID | None) -> None:
        """Send under the agency's name; raises `ProviderError`, `AgencyNotFound`."""
        brand = self._house
        if agency_id is not None:
            brand = _brand(self._agencies.get(work, agency_id), self._house)
        self._mailer.send(rendered(letter, to=to, brand=brand))

    def notify(self, letter: Letter, *, to: str, agency_id: UUID | None) -> None:
        """Send in a unit of work of its own; raises as `send` does."""
        with self._database.work(Scope.platform("mail notice")) as work:
            self.send(work, letter, to=to, agency_id=agency_id)


def _brand(agency: Agency, house: Brand) -> Brand:
    given = {name: value for name, value in agency.branding.items() if isinstance(value, str)}
    verified = agency.custom_domain if agency.custom_domain_verified_at else None
    return Brand(
        name=given.get("sender_name") or given.get("display_name") or agency.name,
        reply_to=given.get("support_email"),
        origin=f"https://{verified}" if verified else house.origin,
    )
