"""Signing in, and who is signed in."""

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import PERMISSIONS
from aiconnected.kit.errors import ErrorCode, NotFound, Unauthenticated
from aiconnected.users.models import UserStatus
from chalicelib.routing import Access, Routes, asked, exchange_of, proxy_event
from chalicelib.schemas.envelopes import Answer
from chalicelib.schemas.users import LoginGiven, MeShown, SessionShown, UserShown

routes = Routes("auth")


class SignInAgain(Unauthenticated):
    """The account of this token is not what it was: sign in again."""

    code = ErrorCode.AUTH_REFRESH_REQUIRED


@routes.post("/api/v1/auth/login", access=Access.PUBLIC, summary="Sign in")
def login(body: LoginGiven, request: Request) -> Answer[SessionShown]:
    from aiconnected.auth.models import Client  # noqa: PLC0415 -- psycopg, see aiconnected.wiring

    identity = proxy_event(request).request_context.identity
    client = Client(ip=identity.source_ip, user_agent=identity.user_agent)
    session = exchange_of(request).services.auth.login(body.email, body.password, client=client)
    return Answer(data=SessionShown.model_validate(session))


@routes.get("/api/v1/auth/me", access=Access.SIGNED_IN, summary="Who is signed in")
def me(request: Request) -> Answer[MeShown]:
    services, principal = asked(request)
    try:
        with services.database.work(principal.scope(reason="who am I")) as work:
            user = services.users.get(work, principal.user_id)
    except NotFound as exc:
        raise SignInAgain from exc
    if user.role is not principal.role or user.status is not UserStatus.ACTIVE:
        raise SignInAgain
    shown = UserShown.model_validate(user).model_dump()
    return Answer(data=MeShown(**shown, permissions=list(PERMISSIONS[user.role])))
