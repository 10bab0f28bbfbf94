"""Access tokens: JWTs with the claims of PRD 14.2, signed with the current key of a set."""

from base64 import urlsafe_b64decode
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Self
from uuid import UUID

import jwt
from jwt.types import Options
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aiconnected.auth.errors import TokenExpired, TokenInvalid
from aiconnected.auth.models import Principal
from aiconnected.auth.permissions import Permission, effective, known
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.users.models import User, UserRole

ACCESS_LIFETIME = timedelta(hours=24)
_ALGORITHM = "HS256"
_REMEMBERED = 1_000  # tokens
_SHORTEST = 32  # bytes: RFC 7518 §3.2
# Times are checked here, against the clock that was given.
_OPTIONS: Options = {
    "require": ["exp", "iat", "sub", "jti"],
    "verify_exp": False,
    "verify_iat": False,
}


class KeySet(BaseModel):
    """The secret `JWT_KEYS_SECRET_ID`: new tokens take `current`, older ones keep verifying."""

    model_config = ConfigDict(frozen=True)

    current: str
    keys: dict[str, Annotated[str, Field(min_length=_SHORTEST)]]

    @model_validator(mode="after")
    def _has_current(self) -> Self:
        if self.current not in self.keys:
            raise ValueError("the current key is not among the keys")
        return self


class _Header(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kid: str


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore")

    sub: UUID
    email: str
    role: UserRole
    agency_id: UUID | None
    tenant_id: UUID | None
    permissions: list[str]
    ver: int
    exp: int


class AccessTokens:
    """Issues and verifies access tokens."""

    def __init__(self, keys: KeySet, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._verified: dict[str, _Claims] = {}

    def issue(self, user: User, *, granted: Iterable[Permission] = ()) -> tuple[str, datetime]:
        """A token for `user`, and when it expires; `granted` is what custom roles add."""
        now = self._clock.now()
        expires_at = now + ACCESS_LIFETIME
        claims = {
            "sub": str(user.id),
            "email": user.email,
            "role": user.role.value,
            "agency_id": str(user.agency_id) if user.agency_id else None,
            "tenant_id": str(user.tenant_id) if user.tenant_id else None,
            "permissions": [permission.value for permission in effective(user.role, granted)],
            "ver": user.claims_version,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": str(new_id()),
        }
        kid = self._keys.current
        key, header = self._keys.keys[kid], {"kid": kid}
        return jwt.encode(claims, key, _ALGORITHM, headers=header), expires_at

    def verify(self, token: str) -> Principal:
        """Who holds `token`; raises `TokenInvalid` or `TokenExpired`."""
        claims = self._verified.get(token) or self._claims(token)
        if claims.exp <= self._clock.now().timestamp():
            raise TokenExpired
        return Principal(
            id=claims.sub,
            email=claims.email,
            role=claims.role,
            agency_id=claims.agency_id,
            tenant_id=claims.tenant_id,
            permissions=effective(claims.role, known(claims.permissions)),
            claims_version=claims.ver,
        )

    def _claims(self, token: str) -> _Claims:
        """What a token says, which is remembered: a page asks many times with one token."""
        try:
            key = self._keys.keys[_kid(token.partition(".")[0])]
            content = jwt.decode(token, key, algorithms=[_ALGORITHM], options=_OPTIONS)
            claims = _Claims.model_validate(content)
        except (jwt.InvalidTokenError, KeyError, ValueError) as exc:
            raise TokenInvalid from exc
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[token] = claims
        return claims


@lru_cache(maxsize=32)
def _kid(header: str) -> str:
    """Which key a token's header names; tokens of one key have one header. Raises ValueError."""
    return _Header.model_validate_json(urlsafe_b64decode(header + "=" * (-len(header) % 4))).kid
