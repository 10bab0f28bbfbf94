"""Custom roles, who has them, and the permissions there are (PRD 6.4, 15)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import PERMISSIONS, Permission
from aiconnected.roles.models import ROLES, NewRole
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.roles import (
    PermissionShown,
    PermissionsShown,
    RoleChanged,
    RoleGiven,
    RoleShown,
    UserRolesShown,
)

routes = Routes("roles")
_ALL = "/api/v1/roles"
_ONE = _ALL + "/{role_id}"
_OF_USER = "/api/v1/users/{user_id}/roles"


@routes.get(
    "/api/v1/permissions", access=Permission.ROLES_VIEW, summary="List what there is to permit"
)
def list_permissions(request: Request) -> Answer[PermissionsShown]:
    _, principal = asked(request)
    shown = [
        PermissionShown(
            code=permission,
            reach={
                role: reach[permission]
                for role, reach in PERMISSIONS.items()
                if permission in reach
            },
            grantable=permission in principal.permissions,
        )
        for permission in Permission
    ]
    return Answer(data=PermissionsShown(permissions=shown))


@routes.get(_ALL, access=Permission.ROLES_VIEW, summary="List custom roles", lists=ROLES)
def list_roles(request: Request) -> Listing[RoleShown]:
    services, principal = asked(request)
    wanted = list_query(request, ROLES)
    with services.database.work(principal.scope(reason="list roles")) as work:
        page = services.roles.page(work, wanted)
    return Listing(
        data=[RoleShown.model_validate(role) for role in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.ROLES_MANAGE, summary="Make a custom role", status=201)
def add_role(body: RoleGiven, request: Request) -> Answer[RoleShown]:
    services, principal = asked(request)
    new = NewRole(name=body.name, description=body.description, permissions=tuple(body.permissions))
    with services.database.work(scope_for(request, body.tenant_id, reason="make role")) as work:
        role = services.roles.add(
            work, new, by=principal, agency_id=body.agency_id, tenant_id=body.tenant_id
        )
    tag(request, role)
    return Answer(data=RoleShown.model_validate(role))


@routes.get(_ONE, access=Permission.ROLES_VIEW, summary="Get a custom role")
def get_role(role_id: UUID, request: Request) -> Answer[RoleShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show role")) as work:
        role = services.roles.get(work, role_id)
    tag(request, role)
    return Answer(data=RoleShown.model_validate(role))


@routes.patch(_ONE, access=Permission.ROLES_MANAGE, summary="Change a custom role")
def change_role(role_id: UUID, body: RoleChanged, request: Request) -> Answer[RoleShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change role")) as work:
        role = services.roles.change(
            work, role_id, by=principal, changes=body.changes(), expected=expected(request)
        )
    tag(request, role)
    return Answer(data=RoleShown.model_validate(role))


@routes.delete(_ONE, access=Permission.ROLES_MANAGE, summary="Delete a custom role")
def delete_role(role_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete role")) as work:
        services.roles.delete(work, role_id, expected=expected(request))
    return Response(status_code=204)


@routes.get(_OF_USER, access=Permission.ROLES_VIEW, summary="List a user's custom roles")
def list_user_roles(user_id: UUID, request: Request) -> Answer[UserRolesShown]:
    return _of_user(user_id, request)


@routes.put(
    _OF_USER + "/{role_id}", access=Permission.ROLES_MANAGE, summary="Give a user a custom role"
)
def assign_role(user_id: UUID, role_id: UUID, request: Request) -> Answer[UserRolesShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="assign role")) as work:
        services.roles.assign(work, role_id, user_id=user_id, by=principal)
    return _of_user(user_id, request)


@routes.delete(
    _OF_USER + "/{role_id}", access=Permission.ROLES_MANAGE, summary="Take a user's custom role"
)
def unassign_role(user_id: UUID, role_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="unassign role")) as work:
        services.roles.unassign(work, role_id, user_id=user_id, by=principal)
    return Response(status_code=204)


def _of_user(user_id: UUID, request: Request) -> Answer[UserRolesShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="list user's roles")) as work:
        roles = services.roles.of_user(work, user_id)
    shown = [RoleShown.model_validate(role) for role in roles]
    return Answer(data=UserRolesShown(roles=shown))
