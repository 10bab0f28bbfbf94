"""The gate before every route: who is asking, and whether the route is for them.

It comes before the request is validated, so that a stranger learns nothing from a 400. The check is
done here and not in a Lambda authorizer: one cold start fewer, one envelope, the same code locally.
Here too the platform's people come into an agency's view: nobody past this gate has to think of it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from aiconnected.auth.models import API_KEY_PREFIX
from aiconnected.auth.permissions import OF_AGENCIES, Permission
from aiconnected.kit.errors import ErrorCode, FieldError, Forbidden, Invalid, Unauthenticated
from chalicelib import refusals
from chalicelib.declared import Access, Admission
from chalicelib.incoming import Incoming

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from chalicelib.services import Services

SUPPORT_GRANT = "x-support-grant"


class NotAGrant(Invalid):
    """A support grant is named by its id."""

    code = ErrorCode.VAL_INVALID_UUID

    def __init__(self) -> None:
        detail = FieldError(field="X-Support-Grant", code=self.code, message="This is not an id.")
        super().__init__(details=[detail])


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
            if access in OF_AGENCIES:
                principal = _inside(services, principal, incoming=incoming)
                principal.require(access)
        except Forbidden as exc:
            refusals.note(services, principal, route=incoming.route, error=exc)
            raise
    return principal


def _inside(services: "Services", principal: "Principal", *, incoming: Incoming) -> "Principal":
    """Somebody of the platform with the view of the agency that they have entered.

    Everybody else as they are. Raises `GrantMissing`, `NotAGrant`, `GrantOver`.
    """
    if principal.agency_id is not None:
        return principal
    from aiconnected.support_grants.errors import GrantMissing  # noqa: PLC0415 -- the platform's

    named = incoming.header(SUPPORT_GRANT)
    if not named:
        raise GrantMissing
    try:
        grant_id = UUID(named)
    except ValueError as exc:
        raise NotAGrant from exc
    asking = f"{incoming.method} {incoming.event['path']}"
    return services.support_grants.enter(principal, grant_id, asking=asking)


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
