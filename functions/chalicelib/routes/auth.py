"""Accounts: signing up, in and out, passwords, and who is signed in (PRD 14.3).

What a stranger asks for is answered alike for every address: neither words nor time tell which have
an account.
"""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.errors import PeopleOnly
from aiconnected.auth.models import ActorKind, Client, Principal, SignUp
from chalicelib.routing import Access, Pace, Routes, asked, exchange_of, proxy_event
from chalicelib.schemas.auth import (
    AcceptanceGiven,
    AddressGiven,
    LoginGiven,
    MeShown,
    PasswordGiven,
    PromiseShown,
    RefreshGiven,
    ResetGiven,
    SessionShown,
    SignInShown,
    SignUpGiven,
    TokenGiven,
)
from chalicelib.schemas.envelopes import Answer, Listing, PageMeta
from chalicelib.schemas.users import UserShown
from chalicelib.services import Services

routes = Routes("auth")
_AUTH = "/api/v1/auth"
_MOST = 100  # sign-ins that are listed


@routes.post(f"{_AUTH}/sign-up", access=Access.PUBLIC, summary="Become an agency", status=202)
def sign_up(body: SignUpGiven, request: Request) -> Answer[PromiseShown]:
    services = exchange_of(request).services
    services.user_accounts.sign_up(SignUp(**body.model_dump()))
    services.relay_soon()
    return Answer(data=PromiseShown())


@routes.post(f"{_AUTH}/login", access=Access.PUBLIC, summary="Sign in")
def login(body: LoginGiven, request: Request) -> Answer[SessionShown]:
    services = exchange_of(request).services
    session = services.auth.login(body.email, body.password, client=_client(request))
    return Answer(data=SessionShown.model_validate(session))


@routes.post(f"{_AUTH}/refresh", access=Access.PUBLIC, summary="Exchange a refresh token")
def refresh(body: RefreshGiven, request: Request) -> Answer[SessionShown]:
    services = exchange_of(request).services
    session = services.auth.refresh(body.refresh_token, client=_client(request))
    return Answer(data=SessionShown.model_validate(session))


@routes.post(f"{_AUTH}/logout", access=Access.PUBLIC, summary="Sign out", status=204)
def logout(body: RefreshGiven, request: Request) -> Response[None]:
    exchange_of(request).services.auth.logout(body.refresh_token)
    return Response(status_code=204)


@routes.post(
    f"{_AUTH}/password/forgot",
    access=Access.PUBLIC,
    summary="Have a link for another password mailed",
    status=202,
)
def forgot_password(body: AddressGiven, request: Request) -> Answer[PromiseShown]:
    services = exchange_of(request).services
    services.user_accounts.ask_for_reset(body.email)
    services.relay_soon()
    return Answer(data=PromiseShown())


@routes.post(
    f"{_AUTH}/password/reset",
    access=Access.PUBLIC,
    summary="Choose another password by a mailed link",
    status=204,
)
def reset_password(body: ResetGiven, request: Request) -> Response[None]:
    services = exchange_of(request).services
    services.user_accounts.reset(body.token, password=body.password)
    services.relay_soon()
    return Response(status_code=204)


@routes.post(
    f"{_AUTH}/password/change",
    access=Access.SIGNED_IN,
    summary="Change one's password",
    pace=Pace.STRICT,
)
def change_password(body: PasswordGiven, request: Request) -> Answer[SessionShown]:
    services, principal = _person(request)
    session = services.user_accounts.change_password(
        principal,
        current=body.current_password,
        password=body.password,
        client=principal.client,
    )
    services.relay_soon()
    return Answer(data=SessionShown.model_validate(session))


@routes.post(
    f"{_AUTH}/email/verify", access=Access.PUBLIC, summary="Prove one's address", status=204
)
def verify_email(body: TokenGiven, request: Request) -> Response[None]:
    exchange_of(request).services.user_accounts.verify(body.token)
    return Response(status_code=204)


@routes.post(
    f"{_AUTH}/email/resend",
    access=Access.PUBLIC,
    summary="Have another link that proves the address mailed",
    status=202,
)
def resend_verification(body: AddressGiven, request: Request) -> Answer[PromiseShown]:
    services = exchange_of(request).services
    services.user_accounts.ask_for_verification(body.email)
    services.relay_soon()
    return Answer(data=PromiseShown())


@routes.post(
    f"{_AUTH}/invitations/accept",
    access=Access.PUBLIC,
    summary="Accept an invitation",
    status=201,
)
def accept_invitation(body: AcceptanceGiven, request: Request) -> Answer[UserShown]:
    user = exchange_of(request).services.user_accounts.accept(
        body.token,
        password=body.password,
        first_name=body.first_name,
        last_name=body.last_name,
    )
    return Answer(data=UserShown.model_validate(user))


@routes.get(f"{_AUTH}/me", access=Access.SIGNED_IN, summary="Who is signed in")
def me(request: Request) -> Answer[MeShown]:
    services, principal = _person(request)
    with services.database.work(principal.scope(reason="who am I")) as work:
        user = services.users.get(work, principal.id)
    shown = UserShown.model_validate(user).model_dump()
    return Answer(data=MeShown(**shown, permissions=list(principal.permissions)))


@routes.get(f"{_AUTH}/sessions", access=Access.SIGNED_IN, summary="Where one is signed in")
def list_sessions(request: Request) -> Listing[SignInShown]:
    services, principal = _person(request)
    found = [SignInShown.model_validate(each) for each in services.auth.sign_ins(principal.id)]
    meta = PageMeta(limit=_MOST, offset=0, total=len(found), next_cursor=None)
    return Listing(data=found, meta=meta)


@routes.delete(f"{_AUTH}/sessions", access=Access.SIGNED_IN, summary="Sign out everywhere")
def end_sessions(request: Request) -> Response[None]:
    services, principal = _person(request)
    services.auth.sign_out(principal.id)
    return Response(status_code=204)


@routes.delete(
    f"{_AUTH}/sessions/{{session_id}}", access=Access.SIGNED_IN, summary="Sign out somewhere"
)
def end_session(session_id: UUID, request: Request) -> Response[None]:
    services, principal = _person(request)
    services.auth.end(principal.id, family_id=session_id)
    return Response(status_code=204)


def _client(request: Request) -> Client:
    identity = proxy_event(request).request_context.identity
    return Client(ip=identity.source_ip, user_agent=identity.user_agent)


def _person(request: Request) -> tuple[Services, Principal]:
    """Services and principal where an API key has nothing to ask for; raises `PeopleOnly`."""
    services, principal = asked(request)
    if principal.kind is not ActorKind.USER:
        raise PeopleOnly
    return services, principal
