"""The services of who may do what: accounts, people, roles, invitations, keys, credentials."""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.wiring.foundations import Foundations

if TYPE_CHECKING:
    from aiconnected.agencies.service import AgencyService
    from aiconnected.api_keys.service import ApiKeyService
    from aiconnected.auth.accounts import AccountService
    from aiconnected.auth.passwords import Passwords
    from aiconnected.auth.places import Places
    from aiconnected.auth.service import AuthService
    from aiconnected.auth.sweeping import RefreshTokenSweep
    from aiconnected.auth.tokens import AccessTokens
    from aiconnected.auth.unverified import UnverifiedSignUps
    from aiconnected.carrier_connections.service import ConnectionService
    from aiconnected.credentials.service import CredentialService
    from aiconnected.invitations.service import InvitationService
    from aiconnected.mail.service import MailRequests
    from aiconnected.roles.service import RoleService
    from aiconnected.support_grants.service import SupportGrants
    from aiconnected.users.mailed import MailedSecrets
    from aiconnected.users.people import People
    from aiconnected.users.service import UserService


class AccessServices(Foundations):
    """One set for a container or a process."""

    @cached_property
    def access_tokens(self) -> "AccessTokens":
        """Tokens of those who are signed in."""
        from aiconnected.auth.tokens import AccessTokens

        return AccessTokens(self.keys, self.clock)

    @cached_property
    def passwords(self) -> "Passwords":
        """Hashes of passwords."""
        from aiconnected.auth.passwords import Passwords

        return Passwords()

    @cached_property
    def auth(self) -> "AuthService":
        """Signing in."""
        from aiconnected.auth.repository import RefreshTokenRepository
        from aiconnected.auth.service import AuthService
        from aiconnected.users.repository import UserRepository
        from aiconnected.users.signins import SignIns

        return AuthService(
            self.database,
            sign_ins=SignIns(UserRepository()),
            refresh_tokens=RefreshTokenRepository(),
            access_tokens=self.access_tokens,
            passwords=self.passwords,
            clock=self.clock,
        )

    @cached_property
    def refresh_token_sweep(self) -> "RefreshTokenSweep":
        """The end of sign-ins that are long over."""
        from aiconnected.auth.repository import RefreshTokenRepository
        from aiconnected.auth.sweeping import RefreshTokenSweep

        return RefreshTokenSweep(RefreshTokenRepository(), database=self.database, clock=self.clock)

    @cached_property
    def unverified_sign_ups(self) -> "UnverifiedSignUps":
        """Agencies that nobody has proved."""
        from aiconnected.auth.unverified import UnverifiedSignUps

        return UnverifiedSignUps(
            self.agencies, self.users, database=self.database, clock=self.clock
        )

    @cached_property
    def user_accounts(self) -> "AccountService":
        """What people do with their own accounts."""
        from aiconnected.auth.accounts import AccountService

        return AccountService(
            self.database,
            auth=self.auth,
            agencies=self.agencies,
            users=self.users,
            invitations=self.invitations,
            secrets=self.mailed_secrets,
            mails=self.mail_requests,
            passwords=self.passwords,
            audit=self.audit,
        )

    @cached_property
    def mailed_secrets(self) -> "MailedSecrets":
        """Links that were mailed."""
        from aiconnected.users.mailed import MailedSecrets
        from aiconnected.users.repository import UserRepository

        return MailedSecrets(UserRepository(), self.clock)

    @cached_property
    def mail_requests(self) -> "MailRequests":
        """Mails that are to leave."""
        from aiconnected.mail.service import MailRequests

        return MailRequests(self.outbox, self.clock)

    @cached_property
    def agencies(self) -> "AgencyService":
        """Resellers."""
        from aiconnected.agencies.repository import AgencyRepository
        from aiconnected.agencies.service import AgencyService

        return AgencyService(AgencyRepository(), self.audit, self.clock)

    @cached_property
    def users(self) -> "UserService":
        """The people who sign in."""
        from aiconnected.users.repository import UserRepository
        from aiconnected.users.service import UserService

        return UserService(UserRepository(), self.audit)

    @cached_property
    def people(self) -> "People":
        """The same, as they are directed."""
        from aiconnected.users.people import People
        from aiconnected.users.repository import UserRepository

        return People(UserRepository(), self.audit, clock=self.clock)

    @cached_property
    def places(self) -> "Places":
        """Whose a thing is to be."""
        from aiconnected.auth.places import Places

        return Places(self.agencies, self.tenants)

    @cached_property
    def roles(self) -> "RoleService":
        """Custom roles."""
        from aiconnected.roles.repository import RoleRepository
        from aiconnected.roles.service import RoleService

        return RoleService(
            RoleRepository(),
            users=self.users,
            places=self.places,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def invitations(self) -> "InvitationService":
        """How people come."""
        from aiconnected.invitations.repository import InvitationRepository
        from aiconnected.invitations.service import InvitationService

        return InvitationService(
            InvitationRepository(),
            places=self.places,
            users=self.users,
            mails=self.mail_requests,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def api_keys(self) -> "ApiKeyService":
        """Programs that ask."""
        from aiconnected.api_keys.repository import ApiKeyRepository
        from aiconnected.api_keys.service import ApiKeyService

        return ApiKeyService(
            ApiKeyRepository(),
            places=self.places,
            audit=self.audit,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def credentials(self) -> "CredentialService":
        """Keys to other services."""
        from aiconnected.credentials.repository import CredentialRepository
        from aiconnected.credentials.service import CredentialService

        return CredentialService(
            CredentialRepository(),
            sealer=self.sealer,
            places=self.places,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def support_grants(self) -> "SupportGrants":
        """The platform's people inside agencies."""
        from aiconnected.support_grants.repository import SupportGrantRepository
        from aiconnected.support_grants.service import SupportGrants

        return SupportGrants(
            SupportGrantRepository(),
            places=self.places,
            audit=self.audit,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def carrier_connections(self) -> "ConnectionService":
        """Accounts with carriers."""
        from aiconnected.carrier_connections.repository import ConnectionRepository
        from aiconnected.carrier_connections.service import ConnectionService

        return ConnectionService(
            ConnectionRepository(),
            credentials=self.credentials,
            places=self.places,
            audit=self.audit,
            clock=self.clock,
        )
