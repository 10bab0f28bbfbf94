"""The gate before every route: who is asking, and whether the route is for them.

It comes before the request is validated, so that a stranger learns nothing from a 400. The check is
done here and not in a Lambda authorizer: one cold start fewer, one envelope, the same code locally.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aiconnected.auth.permissions import Permission
from aiconnected.kit.errors import ErrorCode, Unauthenticated
from chalicelib.routing import Access, Admission

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from chalicelib.services import Services


class TokenMissing(Unauthenticated):
    """Send an access token: `Authorization: Bearer …`."""

    code = ErrorCode.AUTH_TOKEN_MISSING


def admit(
    services: "Services", access: Admission, *, headers: Mapping[str, str]
) -> "Principal | None":
    """Who is asking, None on a public route; raises `Unauthenticated` or `Forbidden`."""
    if access is Access.PUBLIC:
        return None
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing
    principal = services.access_tokens.verify(token.strip())
    if isinstance(access, Permission):
        principal.require(access)
    return principal
