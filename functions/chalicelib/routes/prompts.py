"""System prompts: templates that agents are made of (004)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.agents.models import NewPrompt
from aiconnected.agents.previews import preview
from aiconnected.agents.views import PROMPTS
from aiconnected.auth.permissions import Permission
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.parts import (
    PreviewAsked,
    PreviewShown,
    PromptChanged,
    PromptGiven,
    PromptPut,
    PromptShown,
)

routes = Routes("system prompts")
_PROMPTS = "/api/v1/system-prompts"
_PROMPT = _PROMPTS + "/{prompt_id}"


@routes.get(_PROMPTS, access=Permission.AGENTS_VIEW, summary="List prompts", lists=PROMPTS)
def list_prompts(request: Request) -> Listing[PromptShown]:
    services, _ = asked(request)
    wanted = list_query(request, PROMPTS)
    with services.database.work(list_scope(request, wanted, reason="list prompts")) as work:
        page = services.prompts.page(work, wanted)
    return Listing(
        data=[PromptShown.model_validate(prompt) for prompt in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_PROMPTS, access=Permission.AGENTS_EDIT, summary="Add a prompt", status=201)
def add_prompt(body: PromptGiven, request: Request) -> Answer[PromptShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="add prompt")
    new = NewPrompt(**body.model_dump(exclude={"tenant_id"}))
    with services.database.work(scope) as work:
        whose = owner(request, work, tenant_id=tenant_id)
        prompt = services.prompts.add(
            work,
            whose,
            insert=lambda: services.agents.add_prompt(work, whose, new=new),
            is_default=body.is_default,
        )
    tag(request, prompt)
    return Answer(data=PromptShown.model_validate(prompt))


@routes.get(_PROMPT, access=Permission.AGENTS_VIEW, summary="Get a prompt")
def get_prompt(prompt_id: UUID, request: Request) -> Answer[PromptShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show prompt")) as work:
        prompt = services.prompts.get(work, prompt_id)
    tag(request, prompt)
    return Answer(data=PromptShown.model_validate(prompt))


@routes.put(_PROMPT, access=Permission.AGENTS_EDIT, summary="Replace a prompt")
def put_prompt(prompt_id: UUID, body: PromptPut, request: Request) -> Answer[PromptShown]:
    return _prompt_changed(prompt_id, request, body.model_dump())


@routes.patch(_PROMPT, access=Permission.AGENTS_EDIT, summary="Change a prompt")
def change_prompt(prompt_id: UUID, body: PromptChanged, request: Request) -> Answer[PromptShown]:
    return _prompt_changed(prompt_id, request, body.changes())


@routes.delete(_PROMPT, access=Permission.AGENTS_DELETE, summary="Delete a prompt")
def delete_prompt(prompt_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete prompt")) as work:
        services.prompts.delete(work, prompt_id, expected=expected(request))
    return Response(status_code=204)


@routes.post(
    _PROMPT + "/preview",
    access=Permission.AGENTS_VIEW,
    summary="What a prompt would say in a call that begins now",
)
def preview_prompt(prompt_id: UUID, body: PreviewAsked, request: Request) -> Answer[PreviewShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="preview prompt")) as work:
        prompt = services.prompts.get(work, prompt_id)
        tenant = services.tenants.get(work, prompt.tenant_id)
        hours = services.calendar.week(work, prompt.tenant_id)
    made = preview(
        prompt.content,
        prompt.variables | body.variables,
        tenant=tenant,
        hours=hours,
        now=services.clock.now(),
    )
    return Answer(data=PreviewShown.model_validate(made))


def _prompt_changed(
    prompt_id: UUID, request: Request, changes: dict[str, object]
) -> Answer[PromptShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change prompt")) as work:
        prompt = services.prompts.change(
            work, prompt_id, changes=changes, expected=expected(request)
        )
    tag(request, prompt)
    return Answer(data=PromptShown.model_validate(prompt))
