"""Support grants: the platform's people enter an agency's view, and how that ends (T8)."""

from datetime import timedelta
from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.support_grants.models import SUPPORT_GRANTS
from chalicelib.routing import Routes, asked, list_query
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.support_grants import SupportGrantGiven, SupportGrantShown, grant_shown

routes = Routes("support grants")
_ALL = "/api/v1/support-grants"
_ONE = _ALL + "/{support_grant_id}"


@routes.get(
    _ALL,
    access=Permission.SUPPORT_GRANTS_VIEW,
    summary="Who of the platform is or was inside, and why",
    lists=SUPPORT_GRANTS,
)
def list_support_grants(request: Request) -> Listing[SupportGrantShown]:
    services, principal = asked(request)
    wanted = list_query(request, SUPPORT_GRANTS)
    with services.database.work(principal.scope(reason="list support grants")) as work:
        page = services.support_grants.page(work, wanted)
    now = services.clock.now()
    return Listing(
        data=[grant_shown(grant, now=now) for grant in page.items], meta=page_meta(page, wanted)
    )


@routes.post(
    _ALL,
    access=Permission.SUPPORT_GRANTS_CREATE,
    summary="Enter an agency's view for a while, with a reason",
    status=201,
)
def start_support_grant(body: SupportGrantGiven, request: Request) -> Answer[SupportGrantShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="start support grant")) as work:
        grant = services.support_grants.start(
            work,
            by=principal,
            agency_id=body.agency_id,
            tenant_id=body.tenant_id,
            reason=body.reason,
            lasting=timedelta(minutes=body.minutes),
        )
    return Answer(data=grant_shown(grant, now=services.clock.now()))


@routes.get(_ONE, access=Permission.SUPPORT_GRANTS_VIEW, summary="Get a support grant")
def get_support_grant(support_grant_id: UUID, request: Request) -> Answer[SupportGrantShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show support grant")) as work:
        grant = services.support_grants.get(work, support_grant_id)
    return Answer(data=grant_shown(grant, now=services.clock.now()))


@routes.post(_ONE + "/end", access=Permission.SUPPORT_GRANTS_END, summary="End it before its time")
def end_support_grant(support_grant_id: UUID, request: Request) -> Answer[SupportGrantShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="end support grant")) as work:
        grant = services.support_grants.end(work, support_grant_id, by=principal)
    return Answer(data=grant_shown(grant, now=services.clock.now()))
