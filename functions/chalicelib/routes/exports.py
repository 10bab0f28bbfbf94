"""Exports: all that is kept of a client, asked for, and fetched once a job has made it."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.exports.models import EXPORTS
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked, list_query
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.exports import ExportLinkShown, ExportShown

routes = Routes("exports")
_ALL = "/api/v1/tenants/{tenant_id}/exports"


@routes.post(
    _ALL, access=Permission.TENANTS_EXPORT, summary="Have a client's data put together", status=202
)
def add_export(tenant_id: UUID, request: Request) -> Answer[ExportShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="ask for export")) as work:
        export = services.exports.ask(work, tenant_id)
    return Answer(data=ExportShown.model_validate(export))


@routes.get(
    _ALL, access=Permission.TENANTS_EXPORT, summary="List a client's exports", lists=EXPORTS
)
def list_exports(tenant_id: UUID, request: Request) -> Listing[ExportShown]:
    services, _ = asked(request)
    wanted = list_query(request, EXPORTS)
    with services.database.work(scope_for(request, tenant_id, reason="list exports")) as work:
        page = services.exports.page(work, tenant_id, wanted=wanted)
    return Listing(
        data=[ExportShown.model_validate(export) for export in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(
    _ALL + "/{export_id}",
    access=Permission.TENANTS_EXPORT,
    summary="Get an export, with a short-lived link once it is ready",
)
def get_export(tenant_id: UUID, export_id: UUID, request: Request) -> Answer[ExportLinkShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="fetch export")) as work:
        link = services.exports.link(work, tenant_id, export_id=export_id)
    shown = ExportShown.model_validate(link.export).model_dump()
    return Answer(data=ExportLinkShown(**shown, url=link.url, url_expires_at=link.url_expires_at))
