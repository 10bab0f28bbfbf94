"""Accounts: how they begin, how their address is proved, how their password is changed (PRD 14.3).

As in `AuthService`, these open their own units of work: no transaction waits while a password is
hashed. Whoever asks for a mail gets the same answer after the same work, whether or not there is an
account: what is mailed, and whether, is found out when the mail leaves.
"""

import re
import secrets

from aiconnected.agencies.models import NewAgency
from aiconnected.agencies.service import AgencyService
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.auth.errors import InvalidCredentials
from aiconnected.auth.models import Client, Principal, Session, SignUp
from aiconnected.auth.passwords import Passwords
from aiconnected.auth.service import AuthService
from aiconnected.auth.strength import check_password
from aiconnected.contracts.jobs import MailKind, MailRequested
from aiconnected.db import Database, Scope, Work
from aiconnected.invitations.models import Accepted
from aiconnected.invitations.service import InvitationService
from aiconnected.mail.letters import password_changed
from aiconnected.mail.service import MailRequests
from aiconnected.users.errors import EmailTaken
from aiconnected.users.mailed import MailedSecrets
from aiconnected.users.models import NewUser, TokenKind, User, UserRole
from aiconnected.users.service import UserService

# What an agency may do until somebody has looked at it.
TRIAL_PLAN = "trial"
TRIAL_TENANTS = 5
TRIAL_CALLS = 5
_LONGEST_SLUG = 80


class AccountService:
    """What people do with their own accounts, signed in or not."""

    def __init__(
        self,
        database: Database,
        *,
        auth: AuthService,
        agencies: AgencyService,
        users: UserService,
        invitations: InvitationService,
        secrets: MailedSecrets,
        mails: MailRequests,
        passwords: Passwords,
        audit: AuditService,
    ) -> None:
        self._database, self._auth, self._agencies, self._users = database, auth, agencies, users
        self._invitations, self._secrets, self._mails = invitations, secrets, mails
        self._passwords, self._audit = passwords, audit

    def sign_up(self, new: SignUp) -> None:
        """Make an agency that is not verified, with its administrator.

        For an address that has an account nothing is made; its owner is told. Raises
        `WeakPassword`.
        """
        check_password(new.password, known=(new.email, new.agency_name))
        password_hash = self._passwords.hash(new.password)
        with self._database.work(Scope.platform("sign up")) as work:
            try:
                with work.savepoint():
                    self._make(work, new, password_hash=password_hash)
            except EmailTaken:  # the mail says so, to whom it concerns
                change = Change(action="user.sign_up_repeated", resource_type="user")
                self._audit.record(work, change)
            self._ask(work, MailKind.EMAIL_VERIFICATION, new.email)

    def ask_for_verification(self, email: str) -> None:
        """Mail another link that proves the address, if it is to be proved."""
        with self._database.work(Scope.platform("ask for verification")) as work:
            self._ask(work, MailKind.EMAIL_VERIFICATION, email)

    def ask_for_reset(self, email: str) -> None:
        """Mail a link for another password, if there is an account."""
        with self._database.work(Scope.platform("ask for password reset")) as work:
            self._ask(work, MailKind.PASSWORD_RESET, email)

    def verify(self, token: str) -> None:
        """Prove the address, and with it the agency that was signed up; raises `LinkInvalid`."""
        with self._database.work(Scope.platform("verify address")) as work:
            user = self._secrets.redeem(work, token, kind=TokenKind.VERIFICATION)
            self._verify_agency(work, user)
            self._record(work, "user.email_verified", user)

    def reset(self, token: str, *, password: str) -> None:
        """Another password for who has the link, which proves the address too.

        Everybody who was signed in is signed out. Raises `WeakPassword`, `LinkInvalid`.
        """
        check_password(password, known=())
        password_hash = self._passwords.hash(password)
        with self._database.work(Scope.platform("reset password")) as work:
            user = self._secrets.redeem(work, token, kind=TokenKind.RESET)
            check_password(password, known=(user.email,))
            self._verify_agency(work, user)
            self._set_password(work, user, password_hash, action="user.password_reset")

    def change_password(
        self, principal: Principal, *, current: str, password: str, client: Client
    ) -> Session:
        """Another password for who knows the present one; every other sign-in ends.

        Raises `InvalidCredentials` (which counts towards the lock), `AccountLocked`, and
        `WeakPassword`.
        """
        check_password(password, known=(principal.email,))
        user_id = self._auth.check(principal.email, current)
        if user_id != principal.id:
            raise InvalidCredentials
        password_hash = self._passwords.hash(password)
        with self._database.work(Scope.platform("change password", actor=principal.id)) as work:
            user = self._users.get(work, user_id)
            self._set_password(work, user, password_hash, action="user.password_changed")
        return self._auth.login(principal.email, password, client=client)

    def accept(
        self, token: str, *, password: str, first_name: str = "", last_name: str = ""
    ) -> User:
        """Who has the link of an invitation becomes a user.

        Raises `WeakPassword`, `LinkInvalid`, `EmailTaken`.
        """
        check_password(password, known=(first_name, last_name))
        accepted = Accepted(
            password_hash=self._passwords.hash(password),
            first_name=first_name,
            last_name=last_name,
        )
        with self._database.work(Scope.platform("accept invitation")) as work:
            user_id = self._invitations.accept(work, token, accepted=accepted)
            user = self._users.get(work, user_id)
            check_password(password, known=(user.email,))
        return user

    def _make(self, work: Work, new: SignUp, *, password_hash: str) -> None:
        agency = NewAgency(
            name=new.agency_name,
            slug=_slug(new.agency_name),
            contact_email=new.email,
            billing_plan=TRIAL_PLAN,
            max_tenants=TRIAL_TENANTS,
            max_concurrent_calls=TRIAL_CALLS,
            is_verified=False,
        )
        admin = NewUser(
            agency_id=self._agencies.add(work, agency),
            tenant_id=None,
            email=new.email,
            role=UserRole.AGENCY_ADMIN,
            first_name=new.first_name,
            last_name=new.last_name,
            password_hash=password_hash,
        )
        self._users.add(work, admin)

    def _ask(self, work: Work, kind: MailKind, email: str) -> None:
        self._mails.ask(work, MailRequested(kind=kind, email=email))

    def _verify_agency(self, work: Work, user: User) -> None:
        # The first proof of the address only: later the platform's word counts.
        first = user.role is UserRole.AGENCY_ADMIN and not user.is_verified
        if first and user.agency_id is not None:
            self._agencies.change(work, user.agency_id, changes={"is_verified": True})

    def _set_password(self, work: Work, user: User, password_hash: str, *, action: str) -> None:
        self._secrets.set_password(work, user.id, password_hash=password_hash)
        self._auth.end_all(work, user.id)
        self._record(work, action, user)
        self._mails.notice(work, password_changed(), to=user.email, agency_id=user.agency_id)

    def _record(self, work: Work, action: str, user: User) -> None:
        change = Change(action=action, resource_type="user", resource_id=user.id)
        self._audit.record(work, change, agency_id=user.agency_id, tenant_id=user.tenant_id)


def _slug(name: str) -> str:
    """Words of the name, and what tells it from others of that name."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"{words or 'agency'}-{secrets.token_hex(4)}"
