"""The services that send mails: the control plane's alone."""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from aiconnected.wiring.access import AccessServices

if TYPE_CHECKING:
    from aiconnected.auth.mailing import AccountMails
    from aiconnected.invitations.mailing import InvitationMails
    from aiconnected.mail.ports import Mailer
    from aiconnected.mail.service import Postman


class MailSettings(Protocol):
    """What they need of its settings beyond the shared."""

    @property
    def public_app_url(self) -> str: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def mail_sender_name(self) -> str: ...


class MailServices(AccessServices):
    """One set for a container whose settings are `MailSettings` too."""

    @property
    def _mail_settings(self) -> MailSettings:
        return cast("MailSettings", self._core)

    @cached_property
    def mailer(self) -> "Mailer":
        """Who carries mails."""
        from aiconnected.providers.ses import SesMailer

        return SesMailer(self._mail_settings.mail_from)

    @cached_property
    def postman(self) -> "Postman":
        """Mails under an agency's name."""
        from aiconnected.mail.service import Postman

        settings = self._mail_settings
        return Postman(
            self.mailer,
            agencies=self.agencies,
            database=self.database,
            origin=settings.public_app_url,
            name=settings.mail_sender_name,
        )

    @cached_property
    def account_mails(self) -> "AccountMails":
        """Mails of accounts."""
        from aiconnected.auth.mailing import AccountMails

        return AccountMails(
            self.database,
            users=self.users,
            secrets=self.mailed_secrets,
            postman=self.postman,
        )

    @cached_property
    def invitation_mails(self) -> "InvitationMails":
        """Mails of invitations."""
        from aiconnected.invitations.mailing import InvitationMails
        from aiconnected.invitations.repository import InvitationRepository

        return InvitationMails(
            self.database,
            invitations=InvitationRepository(),
            agencies=self.agencies,
            tenants=self.tenants,
            postman=self.postman,
            clock=self.clock,
        )
