"""The mails of accounts as they leave: only here it shows whether there is an account."""

from datetime import datetime
from uuid import UUID

from aiconnected.db import Database, Scope, Work
from aiconnected.kit.emails import InvalidEmail
from aiconnected.mail.letters import account_exists, address_to_verify, password_to_reset
from aiconnected.mail.service import Postman
from aiconnected.users.mailed import MailedSecrets
from aiconnected.users.models import TokenKind, User
from aiconnected.users.service import UserService


class AccountMails:
    """Makes the secret, keeps its hash and sends it, in one transaction.

    If the mail cannot be sent nothing is kept, and the next try makes another secret.
    """

    def __init__(
        self, database: Database, *, users: UserService, secrets: MailedSecrets, postman: Postman
    ) -> None:
        self._database, self._users = database, users
        self._secrets, self._postman = secrets, postman

    def verification(self, email: str, *, asked_at: datetime) -> None:
        """A link that proves the address, or word that it is proved; nothing without an account.

        Raises `ProviderError`.
        """
        with self._database.work(Scope.platform("mail verification")) as work:
            user = self._user(work, email)
            if user is None:
                return
            token = self._secrets.make(
                work, user.id, kind=TokenKind.VERIFICATION, asked_at=asked_at
            )
            if token is None:
                return
            letter = account_exists() if user.is_verified else address_to_verify(token)
            self._postman.send(work, letter, to=user.email, agency_id=user.agency_id)

    def reset(self, email: str, *, asked_at: datetime) -> None:
        """A link for another password; nothing without an account. Raises `ProviderError`."""
        with self._database.work(Scope.platform("mail password reset")) as work:
            user = self._user(work, email)
            if user is None:
                return
            token = self._secrets.make(work, user.id, kind=TokenKind.RESET, asked_at=asked_at)
            if token is not None:
                letter = password_to_reset(token)
                self._postman.send(work, letter, to=user.email, agency_id=user.agency_id)

    def _user(self, work: Work, email: str) -> User | None:
        try:
            user_id: UUID | None = self._users.find(work, email)
        except InvalidEmail:
            return None
        return self._users.get(work, user_id) if user_id is not None else None
