"""Accounts as their owners handle them: signing up, in and out, and the password."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aiconnected.auth.permissions import Permission
from chalicelib.schemas.envelopes import Email, Given, Shown, Text
from chalicelib.schemas.users import PersonName, UserShown

# Hashing a longer text would be work for a stranger to order.
_Password = Annotated[Text, Field(min_length=1, max_length=256)]
_NewPassword = Annotated[
    Text,
    Field(min_length=12, max_length=256, description="Not among those that are guessed first."),
]
_Token = Annotated[Text, Field(min_length=20, max_length=200)]


class SignUpGiven(Given):
    """Who wants to become an agency, and how they will sign in."""

    agency_name: Annotated[Text, Field(min_length=1, max_length=255)]
    email: Email
    password: _NewPassword
    first_name: PersonName = ""
    last_name: PersonName = ""


class LoginGiven(Given):
    """An address and its password."""

    email: Annotated[Text, Field(min_length=3, max_length=254)]
    password: _Password


class RefreshGiven(Given):
    """A refresh token."""

    refresh_token: _Token


class AddressGiven(Given):
    """An address that a mail is asked for."""

    email: Email


class TokenGiven(Given):
    """What a mailed link holds behind `#token=`."""

    token: _Token


class ResetGiven(TokenGiven):
    """A mailed link, and the password that is to hold."""

    password: _NewPassword


class PasswordGiven(Given):
    """The password that holds, and the one that is to hold."""

    current_password: _Password
    password: _NewPassword


class AcceptanceGiven(TokenGiven):
    """Who accepts an invitation."""

    password: _NewPassword
    first_name: PersonName = ""
    last_name: PersonName = ""


class PromiseShown(Shown):
    """The same for every address: what there is to say, a mail says."""

    status: Literal["accepted"] = "accepted"


class SessionShown(Shown):
    """What signing in gives."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 -- RFC 6750's word, not a token
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    user: UserShown


class SignInShown(Shown):
    """Somewhere that one is signed in."""

    id: UUID
    signed_in_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    ip: str | None
    user_agent: str | None


class MeShown(UserShown):
    """The one who asks, with what they may do."""

    permissions: list[Permission]
