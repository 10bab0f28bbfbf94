"""Tenants: the agencies' clients, made, described, suspended and deleted (PRD 18)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.kit.errors import ErrorCode, FieldError, Invalid
from aiconnected.tenants.models import TENANTS, NewTenant, TenantStatus
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.tenants import BrandingShown, TenantChanged, TenantGiven, TenantShown

routes = Routes("tenants")
_ALL = "/api/v1/tenants"
_ONE = _ALL + "/{tenant_id}"


class AgencyMissing(Invalid):
    """Say whose client it shall be: `agency_id`."""

    def __init__(self) -> None:
        code = ErrorCode.VAL_REQUIRED
        detail = FieldError(field="agency_id", code=code, message="Name the agency.")
        super().__init__(code=code, details=[detail])


@routes.get(_ALL, access=Permission.TENANTS_VIEW, summary="List clients", lists=TENANTS)
def list_tenants(request: Request) -> Listing[TenantShown]:
    services, principal = asked(request)
    wanted = list_query(request, TENANTS)
    with services.database.work(principal.scope(reason="list tenants")) as work:
        page = services.tenants.page(work, wanted)
    return Listing(
        data=[TenantShown.model_validate(tenant) for tenant in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.TENANTS_CREATE, summary="Make a client", status=201)
def add_tenant(body: TenantGiven, request: Request) -> Answer[TenantShown]:
    services, principal = asked(request)
    agency_id = body.agency_id or principal.agency_id
    if agency_id is None:
        raise AgencyMissing
    given = body.model_dump(exclude={"agency_id", "max_concurrent_calls"})
    with services.database.work(principal.scope(reason="make tenant")) as work:
        calls = body.max_concurrent_calls or services.tenants.default_calls(work, agency_id)
        new = NewTenant(agency_id=agency_id, max_concurrent_calls=calls, **given)
        tenant = services.tenants.get(work, services.tenants.add(work, new))
    tag(request, tenant)
    return Answer(data=TenantShown.model_validate(tenant))


@routes.get(_ONE, access=Permission.TENANTS_VIEW, summary="Get a client")
def get_tenant(tenant_id: UUID, request: Request) -> Answer[TenantShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="show tenant")) as work:
        tenant = services.tenants.get(work, tenant_id)
    tag(request, tenant)
    return Answer(data=TenantShown.model_validate(tenant))


@routes.patch(_ONE, access=Permission.TENANTS_EDIT, summary="Change a client")
def change_tenant(tenant_id: UUID, body: TenantChanged, request: Request) -> Answer[TenantShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="change tenant")) as work:
        tenant = services.tenants.change(
            work, tenant_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, tenant)
    return Answer(data=TenantShown.model_validate(tenant))


@routes.delete(_ONE, access=Permission.TENANTS_DELETE, summary="Delete a client")
def delete_tenant(tenant_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete tenant")) as work:
        services.tenants.delete(work, tenant_id, expected=expected(request))
    return Response(status_code=204)


@routes.post(
    _ONE + "/restore", access=Permission.TENANTS_DELETE, summary="Take a client's deletion back"
)
def restore_tenant(tenant_id: UUID, request: Request) -> Answer[TenantShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="restore tenant")) as work:
        tenant = services.tenants.restore(work, tenant_id)
    tag(request, tenant)
    return Answer(data=TenantShown.model_validate(tenant))


@routes.post(
    _ONE + "/suspend",
    access=Permission.TENANTS_DELETE,
    summary="Suspend a client: calls go to its own telephone, nobody of it signs in",
)
def suspend_tenant(tenant_id: UUID, request: Request) -> Answer[TenantShown]:
    return _with_status(tenant_id, request, TenantStatus.SUSPENDED)


@routes.post(
    _ONE + "/reactivate", access=Permission.TENANTS_DELETE, summary="End a client's suspension"
)
def reactivate_tenant(tenant_id: UUID, request: Request) -> Answer[TenantShown]:
    return _with_status(tenant_id, request, TenantStatus.ACTIVE)


@routes.get(
    _ONE + "/branding", access=Permission.TENANTS_VIEW, summary="How a client sees its agency"
)
def get_branding(tenant_id: UUID, request: Request) -> Answer[BrandingShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="show branding")) as work:
        branding = services.tenants.branding(work, tenant_id)
    return Answer(data=BrandingShown.model_validate(branding))


def _with_status(tenant_id: UUID, request: Request, status: TenantStatus) -> Answer[TenantShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change tenant's status")) as work:
        tenant = services.tenants.set_status(
            work, tenant_id, status=status, expected=expected(request)
        )
    tag(request, tenant)
    return Answer(data=TenantShown.model_validate(tenant))
