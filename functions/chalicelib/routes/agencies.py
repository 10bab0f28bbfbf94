"""Agencies: the resellers, made by the platform and described by their own people (PRD 17)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.agencies.models import AGENCIES, NewAgency
from aiconnected.auth.permissions import Permission
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.agencies import AgencyChanged, AgencyGiven, AgencyShown
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("agencies")
_ALL = "/api/v1/agencies"
_ONE = _ALL + "/{agency_id}"


@routes.get(_ALL, access=Permission.AGENCIES_VIEW, summary="List agencies", lists=AGENCIES)
def list_agencies(request: Request) -> Listing[AgencyShown]:
    services, principal = asked(request)
    wanted = list_query(request, AGENCIES)
    with services.database.work(principal.scope(reason="list agencies")) as work:
        page = services.agencies.page(work, wanted)
    return Listing(
        data=[AgencyShown.model_validate(agency) for agency in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.AGENCIES_CREATE, summary="Make an agency", status=201)
def add_agency(body: AgencyGiven, request: Request) -> Answer[AgencyShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="make agency")) as work:
        agency_id = services.agencies.add(work, NewAgency(**body.model_dump()))
        agency = services.agencies.get(work, agency_id)
    tag(request, agency)
    return Answer(data=AgencyShown.model_validate(agency))


@routes.get(_ONE, access=Permission.AGENCIES_VIEW, summary="Get an agency")
def get_agency(agency_id: UUID, request: Request) -> Answer[AgencyShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show agency")) as work:
        agency = services.agencies.get(work, agency_id)
    tag(request, agency)
    return Answer(data=AgencyShown.model_validate(agency))


@routes.patch(_ONE, access=Permission.AGENCIES_EDIT, summary="Change an agency")
def change_agency(agency_id: UUID, body: AgencyChanged, request: Request) -> Answer[AgencyShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change agency")) as work:
        agency = services.agencies.change(
            work, agency_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, agency)
    return Answer(data=AgencyShown.model_validate(agency))


@routes.delete(_ONE, access=Permission.AGENCIES_DELETE, summary="Delete an agency")
def delete_agency(agency_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete agency")) as work:
        services.agencies.delete(work, agency_id, expected=expected(request))
    return Response(status_code=204)
