"""The gate before every route: who is asking, and whether the route is for them.

It comes before the request is validated, so that a stranger learns nothing from a 400. The check is
done here and not in a Lambda authorizer: one cold start fewer, one envelope, the same code locally.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from aiconnected.auth.models import API_KEY_PREFIX
from aiconnected.auth.permissions import Permission
from aiconnected.kit.errors import ErrorCode, Forbidden, Unauthenticated
from chalicelib import refusals
from chalicelib.declared import Access, Admission
from chalicelib.incoming import Incoming

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from chalicelib.services import Services


class TokenMissing(Unauthenticated):
    """Send an access token: `Authorization: Bearer …`."""

    code = ErrorCode.AUTH_TOKEN_MISSING


def admit(services: "Services", access: Admission, *, incoming: Incoming) -> "Principal | None":
    """Who is asking, None on a public route; raises `Unauthenticated` or `Forbidden`."""
    if access is Access.PUBLIC:
        return None
    principal = replace(_known(services, incoming), client=incoming.client)
    if isinstance(access, Permission):
        try:
            principal.require(access)
        except Forbidden as exc:
            refusals.note(services, principal, route=incoming.route, error=exc)
            raise
    return principal


def _known(services: "Services", incoming: Incoming) -> "Principal":
    scheme, _, token = incoming.header("authorization").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else incoming.header("x-api-key")
    if not token:
        raise TokenMissing
    if token.startswith(API_KEY_PREFIX):
        return services.api_keys.principal(token, client=incoming.client)
    principal = services.access_tokens.verify(token)
    services.auth.confirm(principal)
    return principal
