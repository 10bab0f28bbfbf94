"""Agents: made, drafted, published, rolled back (004, G6)."""

import re
import unicodedata
from typing import TYPE_CHECKING
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.agents.catalogue import MODELS, provider_of
from aiconnected.agents.models import TOOLS, NewAgent, NewVersion
from aiconnected.agents.templates import CALL_VARIABLES
from aiconnected.agents.views import AGENTS, VERSIONS, Agent
from aiconnected.auth.permissions import Permission
from aiconnected.calls.models import TURN_PRESETS
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Access, Routes, asked, expected, list_query, tag
from chalicelib.schemas.agents import (
    AgentChanged,
    AgentGiven,
    AgentPut,
    AgentShown,
    CatalogueShown,
    DraftGiven,
    ModelShown,
    VersionShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

if TYPE_CHECKING:
    from aiconnected.db import Work
    from chalicelib.services import Services

routes = Routes("agents")
_ALL = "/api/v1/agents"
_ONE = _ALL + "/{agent_id}"
_DRAFT = _ONE + "/draft"
_VERSIONS = _ONE + "/versions"
_VERSION = _VERSIONS + "/{version_id}"


@routes.get("/api/v1/models", access=Access.SIGNED_IN, summary="What agents may be made of")
def list_models() -> Answer[CatalogueShown]:
    catalogue = CatalogueShown(
        models=[ModelShown.model_validate(model) for model in MODELS],
        tools=sorted(TOOLS),
        turn_presets=sorted(TURN_PRESETS),
        variables=sorted(CALL_VARIABLES),
    )
    return Answer(data=catalogue)


@routes.get(_ALL, access=Permission.AGENTS_VIEW, summary="List agents", lists=AGENTS)
def list_agents(request: Request) -> Listing[AgentShown]:
    services, _ = asked(request)
    wanted = list_query(request, AGENTS)
    with services.database.work(list_scope(request, wanted, reason="list agents")) as work:
        page = services.agent_authoring.page(work, wanted)
    return Listing(
        data=[AgentShown.model_validate(agent) for agent in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.AGENTS_EDIT, summary="Make an agent", status=201)
def add_agent(body: AgentGiven, request: Request) -> Answer[AgentShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="make agent")
    given = body.model_dump(exclude={"tenant_id", "slug"})
    new = NewAgent(slug=body.slug or _slug(body.name), **given)
    with services.database.work(scope) as work:
        agent_id = services.agent_authoring.add(
            work, owner(request, work, tenant_id=tenant_id), new=new
        )
        agent = services.agent_authoring.get(work, agent_id)
    return _shown(request, agent)


@routes.get(_ONE, access=Permission.AGENTS_VIEW, summary="Get an agent")
def get_agent(agent_id: UUID, request: Request) -> Answer[AgentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show agent")) as work:
        agent = services.agent_authoring.get(work, agent_id)
    return _shown(request, agent)


@routes.put(_ONE, access=Permission.AGENTS_EDIT, summary="Replace an agent's description")
def put_agent(agent_id: UUID, body: AgentPut, request: Request) -> Answer[AgentShown]:
    return _changed(agent_id, request, body.model_dump())


@routes.patch(_ONE, access=Permission.AGENTS_EDIT, summary="Change an agent")
def change_agent(agent_id: UUID, body: AgentChanged, request: Request) -> Answer[AgentShown]:
    return _changed(agent_id, request, body.changes())


@routes.delete(_ONE, access=Permission.AGENTS_DELETE, summary="Delete an agent")
def delete_agent(agent_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete agent")) as work:
        services.agent_authoring.delete(work, agent_id, expected=expected(request))
    return Response(status_code=204)


@routes.get(_DRAFT, access=Permission.AGENTS_VIEW, summary="Get an agent's draft")
def get_draft(agent_id: UUID, request: Request) -> Answer[VersionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show draft")) as work:
        draft = services.agent_authoring.draft(work, agent_id)
    tag(request, draft)
    return Answer(data=VersionShown.model_validate(draft))


@routes.put(_DRAFT, access=Permission.AGENTS_EDIT, summary="Begin or replace an agent's draft")
def put_draft(agent_id: UUID, body: DraftGiven, request: Request) -> Answer[VersionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="draft agent")) as work:
        agent = services.agent_authoring.get(work, agent_id)
        new = _version(services, work, agent.tenant_id, body)
        draft = services.agent_authoring.put_draft(
            work, agent_id, new=new, expected=expected(request)
        )
    tag(request, draft)
    return Answer(data=VersionShown.model_validate(draft))


@routes.delete(_DRAFT, access=Permission.AGENTS_EDIT, summary="Discard an agent's draft")
def discard_draft(agent_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="discard draft")) as work:
        services.agent_authoring.discard_draft(work, agent_id, expected=expected(request))
    return Response(status_code=204)


@routes.post(
    _ONE + "/publish",
    access=Permission.AGENTS_PUBLISH,
    summary="Answer with the draft from now on; If-Match takes the draft's ETag",
)
def publish_agent(agent_id: UUID, request: Request) -> Answer[AgentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="publish agent")) as work:
        agent = services.agent_authoring.publish(work, agent_id, expected=expected(request))
    return _shown(request, agent)


@routes.get(_VERSIONS, access=Permission.AGENTS_VIEW, summary="List versions", lists=VERSIONS)
def list_versions(agent_id: UUID, request: Request) -> Listing[VersionShown]:
    services, principal = asked(request)
    wanted = list_query(request, VERSIONS)
    with services.database.work(principal.scope(reason="list versions")) as work:
        page = services.agent_authoring.versions(work, agent_id, wanted=wanted)
    return Listing(
        data=[VersionShown.model_validate(version) for version in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_VERSION, access=Permission.AGENTS_VIEW, summary="Get a version")
def get_version(agent_id: UUID, version_id: UUID, request: Request) -> Answer[VersionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show version")) as work:
        version = services.agent_authoring.version(work, agent_id, version_id=version_id)
    tag(request, version)
    return Answer(data=VersionShown.model_validate(version))


@routes.post(
    _VERSION + "/rollback",
    access=Permission.AGENTS_PUBLISH,
    summary="Answer with an archived version again",
)
def roll_back(agent_id: UUID, version_id: UUID, request: Request) -> Answer[VersionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="roll agent back")) as work:
        version = services.agent_authoring.roll_back(work, agent_id, version_id=version_id)
    return Answer(data=VersionShown.model_validate(version))


def _changed(agent_id: UUID, request: Request, changes: dict[str, object]) -> Answer[AgentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change agent")) as work:
        agent = services.agent_authoring.change(
            work, agent_id, changes=changes, expected=expected(request)
        )
    return _shown(request, agent)


def _shown(request: Request, agent: Agent) -> Answer[AgentShown]:
    tag(request, agent)
    return Answer(data=AgentShown.model_validate(agent))


def _version(services: "Services", work: "Work", tenant_id: UUID, body: DraftGiven) -> NewVersion:
    """The draft with the client's defaults in place of what was left out."""
    nowhere = UUID(int=0)  # no part has it: the service says which is missing
    parts = {
        "system_prompt_id": services.prompts,
        "voice_configuration_id": services.voices,
        "agent_personality_id": services.personalities,
    }
    given = body.model_dump(exclude={*parts, "llm_provider", "stt_provider"})
    for name, kind in parts.items():
        given[name] = getattr(body, name) or kind.default(work, tenant_id) or nowhere
    return NewVersion(
        llm_provider=body.llm_provider or provider_of(body.llm_model) or "",
        stt_provider=body.stt_provider or provider_of(body.stt_model) or "",
        **given,
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-") or "agent"
