"""API keys: made, shown once, rotated and revoked (T4)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.api_keys.models import API_KEYS, MadeKey, NewApiKey
from aiconnected.auth.permissions import Permission
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.api_keys import ApiKeyGiven, ApiKeyShown, MadeKeyShown
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("api-keys")
_ALL = "/api/v1/api-keys"
_ONE = _ALL + "/{api_key_id}"


@routes.get(_ALL, access=Permission.API_KEYS_VIEW, summary="List API keys", lists=API_KEYS)
def list_api_keys(request: Request) -> Listing[ApiKeyShown]:
    services, principal = asked(request)
    wanted = list_query(request, API_KEYS)
    with services.database.work(principal.scope(reason="list API keys")) as work:
        page = services.api_keys.page(work, wanted)
    return Listing(
        data=[ApiKeyShown.model_validate(key) for key in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.API_KEYS_MANAGE, summary="Make an API key", status=201)
def add_api_key(body: ApiKeyGiven, request: Request) -> Answer[MadeKeyShown]:
    services, principal = asked(request)
    new = NewApiKey(name=body.name, permissions=tuple(body.permissions), expires_at=body.expires_at)
    with services.database.work(scope_for(request, body.tenant_id, reason="make API key")) as work:
        made = services.api_keys.add(
            work, new, by=principal, agency_id=body.agency_id, tenant_id=body.tenant_id
        )
    return _made(made, request)


@routes.get(_ONE, access=Permission.API_KEYS_VIEW, summary="Get an API key")
def get_api_key(api_key_id: UUID, request: Request) -> Answer[ApiKeyShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show API key")) as work:
        key = services.api_keys.get(work, api_key_id)
    tag(request, key)
    return Answer(data=ApiKeyShown.model_validate(key))


@routes.post(
    _ONE + "/rotate", access=Permission.API_KEYS_MANAGE, summary="Put another key in its place"
)
def rotate_api_key(api_key_id: UUID, request: Request) -> Answer[MadeKeyShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="rotate API key")) as work:
        made = services.api_keys.rotate(work, api_key_id, by=principal, expected=expected(request))
    return _made(made, request)


@routes.delete(_ONE, access=Permission.API_KEYS_MANAGE, summary="Revoke an API key")
def revoke_api_key(api_key_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="revoke API key")) as work:
        services.api_keys.revoke(work, api_key_id, expected=expected(request))
    return Response(status_code=204)


def _made(made: MadeKey, request: Request) -> Answer[MadeKeyShown]:
    tag(request, made.shown)
    shown = ApiKeyShown.model_validate(made.shown).model_dump()
    return Answer(data=MadeKeyShown(**shown, key=made.key))
