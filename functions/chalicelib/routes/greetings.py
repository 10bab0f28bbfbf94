"""Greetings: every line that agents speak by heart (PRD 9.3)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.agents.errors import AgentNotFound
from aiconnected.agents.models import Line
from aiconnected.agents.views import GREETINGS
from aiconnected.auth.permissions import Permission
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.parts import GreetingChanged, GreetingGiven, GreetingShown

routes = Routes("greetings")
_GREETINGS = "/api/v1/greetings"
_GREETING = _GREETINGS + "/{greeting_id}"


@routes.get(_GREETINGS, access=Permission.AGENTS_VIEW, summary="List lines", lists=GREETINGS)
def list_greetings(request: Request) -> Listing[GreetingShown]:
    services, _ = asked(request)
    wanted = list_query(request, GREETINGS)
    with services.database.work(list_scope(request, wanted, reason="list lines")) as work:
        page = services.greetings.page(work, wanted)
    return Listing(
        data=[GreetingShown.model_validate(greeting) for greeting in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_GREETINGS, access=Permission.AGENTS_EDIT, summary="Add a line", status=201)
def add_greeting(body: GreetingGiven, request: Request) -> Answer[GreetingShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="add line")
    line = Line(**body.model_dump(exclude={"tenant_id", "agent_id"}))
    with services.database.work(scope) as work:
        whose = owner(request, work, tenant_id=tenant_id)
        if body.agent_id is not None:
            agent = services.agent_authoring.get(work, body.agent_id)
            if agent.tenant_id != tenant_id:
                raise AgentNotFound
        greeting = services.greetings.add(
            work,
            whose,
            insert=lambda: services.agents.add_line(work, whose, agent_id=body.agent_id, line=line),
        )
    tag(request, greeting)
    return Answer(data=GreetingShown.model_validate(greeting))


@routes.get(_GREETING, access=Permission.AGENTS_VIEW, summary="Get a line")
def get_greeting(greeting_id: UUID, request: Request) -> Answer[GreetingShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show line")) as work:
        greeting = services.greetings.get(work, greeting_id)
    tag(request, greeting)
    return Answer(data=GreetingShown.model_validate(greeting))


@routes.patch(_GREETING, access=Permission.AGENTS_EDIT, summary="Change a line")
def change_greeting(
    greeting_id: UUID, body: GreetingChanged, request: Request
) -> Answer[GreetingShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change line")) as work:
        greeting = services.greetings.change(
            work, greeting_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, greeting)
    return Answer(data=GreetingShown.model_validate(greeting))


@routes.delete(_GREETING, access=Permission.AGENTS_DELETE, summary="Delete a line")
def delete_greeting(greeting_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete line")) as work:
        services.greetings.delete(work, greeting_id, expected=expected(request))
    return Response(status_code=204)
