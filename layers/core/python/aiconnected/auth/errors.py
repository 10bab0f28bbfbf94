"""Errors of signing in.

Unauthenticated
├── InvalidCredentials
├── TokenInvalid
├── TokenExpired
├── RefreshRefused
└── SignInAgain
NotFound
└── SignInNotFound
Forbidden
├── PeopleOnly
├── AccountLocked
├── AccountSuspended
└── EmailNotVerified
"""

from aiconnected.kit.errors import ErrorCode, Forbidden, NotFound, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """The email address or the password is wrong."""

    code = ErrorCode.AUTH_INVALID_CREDENTIALS


class TokenInvalid(Unauthenticated):
    """The access token is not one of ours."""

    code = ErrorCode.AUTH_TOKEN_INVALID


class TokenExpired(Unauthenticated):
    """The access token has expired."""

    code = ErrorCode.AUTH_TOKEN_EXPIRED


class RefreshRefused(Unauthenticated):
    """The refresh token is not valid: sign in again."""

    code = ErrorCode.AUTH_TOKEN_INVALID


class SignInAgain(Unauthenticated):
    """The account is not what this access token says: refresh it, or sign in again."""

    code = ErrorCode.AUTH_REFRESH_REQUIRED


class AccountLocked(Forbidden):
    """The account is locked after too many wrong passwords: try again later."""

    code = ErrorCode.AUTH_ACCOUNT_LOCKED


class AccountSuspended(Forbidden):
    """The account is suspended."""

    code = ErrorCode.AUTH_ACCOUNT_SUSPENDED


class EmailNotVerified(Forbidden):
    """The email address has not been verified."""

    code = ErrorCode.AUTH_EMAIL_NOT_VERIFIED


class SignInNotFound(NotFound):
    """There is no such sign-in."""


class PeopleOnly(Forbidden):
    """This is for people: an API key has no account of its own."""

    code = ErrorCode.AUTHZ_ROLE_REQUIRED
