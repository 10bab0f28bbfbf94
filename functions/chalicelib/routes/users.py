"""People: seen and directed by those above them, described by themselves (PRD 15)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.users.models import USERS, UserStatus
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.users import UserChanged, UserRoleGiven, UserShown

routes = Routes("users")
_ALL = "/api/v1/users"
_ONE = _ALL + "/{user_id}"


@routes.get(_ALL, access=Permission.USERS_VIEW, summary="List users", lists=USERS)
def list_users(request: Request) -> Listing[UserShown]:
    services, principal = asked(request)
    wanted = list_query(request, USERS)
    with services.database.work(principal.scope(reason="list users")) as work:
        page = services.people.page(work, wanted, by=principal)
    return Listing(
        data=[UserShown.model_validate(user) for user in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_ONE, access=Permission.USERS_VIEW, summary="Get a user")
def get_user(user_id: UUID, request: Request) -> Answer[UserShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show user")) as work:
        user = services.people.get(work, user_id, by=principal)
    tag(request, user)
    return Answer(data=UserShown.model_validate(user))


@routes.patch(_ONE, access=Permission.USERS_EDIT, summary="Change a user's profile")
def change_user(user_id: UUID, body: UserChanged, request: Request) -> Answer[UserShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change user")) as work:
        user = services.people.change(
            work, user_id, by=principal, changes=body.changes(), expected=expected(request)
        )
    tag(request, user)
    return Answer(data=UserShown.model_validate(user))


@routes.put(_ONE + "/role", access=Permission.USERS_EDIT, summary="Give a user another role")
def set_role(user_id: UUID, body: UserRoleGiven, request: Request) -> Answer[UserShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change user's role")) as work:
        user = services.people.set_role(
            work, user_id, by=principal, role=body.role, expected=expected(request)
        )
    tag(request, user)
    return Answer(data=UserShown.model_validate(user))


@routes.post(_ONE + "/suspend", access=Permission.USERS_EDIT, summary="Suspend a user")
def suspend_user(user_id: UUID, request: Request) -> Answer[UserShown]:
    shown = _set_status(user_id, request, UserStatus.SUSPENDED)
    asked(request)[0].auth.sign_out(user_id)
    return shown


@routes.post(_ONE + "/reactivate", access=Permission.USERS_EDIT, summary="Let a user in again")
def reactivate_user(user_id: UUID, request: Request) -> Answer[UserShown]:
    return _set_status(user_id, request, UserStatus.ACTIVE)


@routes.delete(_ONE, access=Permission.USERS_DELETE, summary="Delete a user")
def delete_user(user_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete user")) as work:
        services.people.delete(work, user_id, by=principal, expected=expected(request))
    services.auth.sign_out(user_id)
    return Response(status_code=204)


def _set_status(user_id: UUID, request: Request, status: UserStatus) -> Answer[UserShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change user's status")) as work:
        user = services.people.set_status(
            work, user_id, by=principal, status=status, expected=expected(request)
        )
    tag(request, user)
    return Answer(data=UserShown.model_validate(user))
