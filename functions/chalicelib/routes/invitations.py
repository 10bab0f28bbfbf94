"""Invitations: how people come to work with an agency or a client."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.invitations.models import INVITATIONS
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.invitations import InvitationGiven, InvitationShown

routes = Routes("invitations")
_ALL = "/api/v1/invitations"
_ONE = _ALL + "/{invitation_id}"


@routes.get(_ALL, access=Permission.USERS_CREATE, summary="List invitations", lists=INVITATIONS)
def list_invitations(request: Request) -> Listing[InvitationShown]:
    services, principal = asked(request)
    wanted = list_query(request, INVITATIONS)
    with services.database.work(principal.scope(reason="list invitations")) as work:
        page = services.invitations.page(work, wanted)
    return Listing(
        data=[InvitationShown.model_validate(invitation) for invitation in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.USERS_CREATE, summary="Invite somebody", status=201)
def invite(body: InvitationGiven, request: Request) -> Answer[InvitationShown]:
    services, principal = asked(request)
    with services.database.work(scope_for(request, body.tenant_id, reason="invite")) as work:
        invitation = services.invitations.add(
            work,
            body.email,
            role=body.role,
            by=principal,
            agency_id=body.agency_id,
            tenant_id=body.tenant_id,
        )
    services.relay_soon()
    tag(request, invitation)
    return Answer(data=InvitationShown.model_validate(invitation))


@routes.get(_ONE, access=Permission.USERS_CREATE, summary="Get an invitation")
def get_invitation(invitation_id: UUID, request: Request) -> Answer[InvitationShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show invitation")) as work:
        invitation = services.invitations.get(work, invitation_id)
    tag(request, invitation)
    return Answer(data=InvitationShown.model_validate(invitation))


@routes.post(
    _ONE + "/resend",
    access=Permission.USERS_CREATE,
    summary="Mail an invitation again",
    status=202,
)
def resend_invitation(invitation_id: UUID, request: Request) -> Answer[InvitationShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="resend invitation")) as work:
        invitation = services.invitations.resend(
            work, invitation_id, by=principal, expected=expected(request)
        )
    services.relay_soon()
    tag(request, invitation)
    return Answer(data=InvitationShown.model_validate(invitation))


@routes.delete(_ONE, access=Permission.USERS_CREATE, summary="Revoke an invitation")
def revoke_invitation(invitation_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="revoke invitation")) as work:
        services.invitations.revoke(work, invitation_id, expected=expected(request))
    return Response(status_code=204)
