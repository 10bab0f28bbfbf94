"""Provider credentials: what is given as a secret is never shown again."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.credentials.models import CREDENTIALS, NewCredential
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.credentials import CredentialChanged, CredentialGiven, CredentialShown
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("credentials")
_ALL = "/api/v1/credentials"
_ONE = _ALL + "/{credential_id}"


@routes.get(_ALL, access=Permission.CREDENTIALS_VIEW, summary="List credentials", lists=CREDENTIALS)
def list_credentials(request: Request) -> Listing[CredentialShown]:
    services, principal = asked(request)
    wanted = list_query(request, CREDENTIALS)
    with services.database.work(principal.scope(reason="list credentials")) as work:
        page = services.credentials.page(work, wanted)
    return Listing(
        data=[CredentialShown.model_validate(credential) for credential in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.CREDENTIALS_MANAGE, summary="Keep a credential", status=201)
def add_credential(body: CredentialGiven, request: Request) -> Answer[CredentialShown]:
    services, principal = asked(request)
    new = NewCredential(provider=body.provider, name=body.name, secret=body.secret)
    with services.database.work(principal.scope(reason="keep credential")) as work:
        credential = services.credentials.add(
            work, new, by=principal, agency_id=body.agency_id, tenant_id=body.tenant_id
        )
    tag(request, credential)
    return Answer(data=CredentialShown.model_validate(credential))


@routes.get(_ONE, access=Permission.CREDENTIALS_VIEW, summary="Get a credential")
def get_credential(credential_id: UUID, request: Request) -> Answer[CredentialShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show credential")) as work:
        credential = services.credentials.get(work, credential_id)
    tag(request, credential)
    return Answer(data=CredentialShown.model_validate(credential))


@routes.patch(
    _ONE, access=Permission.CREDENTIALS_MANAGE, summary="Rename a credential or replace its secret"
)
def change_credential(
    credential_id: UUID, body: CredentialChanged, request: Request
) -> Answer[CredentialShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change credential")) as work:
        credential = services.credentials.change(
            work,
            credential_id,
            name=body.name or None,
            secret=body.secret or None,
            expected=expected(request),
        )
    tag(request, credential)
    return Answer(data=CredentialShown.model_validate(credential))


@routes.delete(_ONE, access=Permission.CREDENTIALS_MANAGE, summary="Delete a credential")
def delete_credential(credential_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete credential")) as work:
        services.credentials.delete(work, credential_id, expected=expected(request))
    return Response(status_code=204)
