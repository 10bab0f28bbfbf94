"""Imports: an export is announced, put to the object store, and made a client by a job."""

from typing import TYPE_CHECKING
from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.imports.models import CONTENT_TYPE, IMPORTS
from chalicelib.routing import Routes, asked, list_query
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.imports import ImportGiven, ImportShown, ImportToUpload
from chalicelib.schemas.knowledge import UploadShown

if TYPE_CHECKING:
    from aiconnected.imports.models import Import

routes = Routes("imports")
_ALL = "/api/v1/agencies/{agency_id}/imports"
_ONE = _ALL + "/{import_id}"


@routes.post(
    _ALL,
    access=Permission.TENANTS_CREATE,
    summary="Announce an export that is to become a client, and learn where to put it",
    status=201,
)
def add_import(agency_id: UUID, body: ImportGiven, request: Request) -> Answer[ImportToUpload]:
    from aiconnected.imports.service import UPLOAD_TIME  # noqa: PLC0415 -- psycopg

    services, principal = asked(request)
    with services.database.work(principal.scope(reason="ask for import")) as work:
        found = services.imports.ask(work, agency_id, size_bytes=body.size_bytes, slug=body.slug)
    upload = UploadShown(
        url=services.imports.upload_url(found),
        headers={"Content-Type": CONTENT_TYPE, "Content-Length": str(found.size_bytes)},
        expires_at=services.clock.now() + UPLOAD_TIME,
    )
    return Answer(data=ImportToUpload(announced=_shown(found), upload=upload))


@routes.post(
    _ONE + "/complete",
    access=Permission.TENANTS_CREATE,
    summary="Say that the export has been put",
    status=202,
)
def complete_import(agency_id: UUID, import_id: UUID, request: Request) -> Answer[ImportShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="complete import")) as work:
        found = services.imports.uploaded(work, agency_id, import_id=import_id)
    return Answer(data=_shown(found))


@routes.get(
    _ALL, access=Permission.TENANTS_CREATE, summary="List an agency's imports", lists=IMPORTS
)
def list_imports(agency_id: UUID, request: Request) -> Listing[ImportShown]:
    services, principal = asked(request)
    wanted = list_query(request, IMPORTS)
    with services.database.work(principal.scope(reason="list imports")) as work:
        page = services.imports.page(work, agency_id, wanted=wanted)
    return Listing(data=[_shown(each) for each in page.items], meta=page_meta(page, wanted))


@routes.get(_ONE, access=Permission.TENANTS_CREATE, summary="Get an import")
def get_import(agency_id: UUID, import_id: UUID, request: Request) -> Answer[ImportShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show import")) as work:
        found = services.imports.get(work, agency_id, import_id=import_id)
    return Answer(data=_shown(found))


def _shown(found: "Import") -> ImportShown:
    return ImportShown.model_validate(found)
