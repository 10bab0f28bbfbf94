"""Knowledge bases: made, changed and searched; `documents` has what is in them."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.knowledge.models import KNOWLEDGE_BASES, NewBase
from chalicelib.clients import making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.knowledge import (
    BaseChanged,
    BaseGiven,
    KnowledgeBaseShown,
    PassageShown,
    QuestionGiven,
)

routes = Routes("knowledge")
_ALL = "/api/v1/knowledge-bases"
_ONE = _ALL + "/{knowledge_base_id}"


@routes.get(
    _ALL, access=Permission.KNOWLEDGE_VIEW, summary="List knowledge bases", lists=KNOWLEDGE_BASES
)
def list_bases(request: Request) -> Listing[KnowledgeBaseShown]:
    services, principal = asked(request)
    wanted = list_query(request, KNOWLEDGE_BASES)
    with services.database.work(principal.scope(reason="list knowledge bases")) as work:
        page = services.bases.page(work, wanted)
    return Listing(
        data=[KnowledgeBaseShown.model_validate(base) for base in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.KNOWLEDGE_CREATE, summary="Make a knowledge base", status=201)
def add_base(body: BaseGiven, request: Request) -> Answer[KnowledgeBaseShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="make knowledge base")
    with services.database.work(scope) as work:
        found = owner(request, work, tenant_id=tenant_id)
        new = NewBase(
            agency_id=found.agency_id,
            tenant_id=found.tenant_id,
            name=body.name,
            description=body.description,
            is_default=body.is_default,
        )
        base = services.bases.add(work, new)
    tag(request, base)
    return Answer(data=KnowledgeBaseShown.model_validate(base))


@routes.get(_ONE, access=Permission.KNOWLEDGE_VIEW, summary="Get a knowledge base")
def get_base(knowledge_base_id: UUID, request: Request) -> Answer[KnowledgeBaseShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show knowledge base")) as work:
        base = services.bases.get(work, knowledge_base_id)
    tag(request, base)
    return Answer(data=KnowledgeBaseShown.model_validate(base))


@routes.patch(_ONE, access=Permission.KNOWLEDGE_EDIT, summary="Change a knowledge base")
def change_base(
    knowledge_base_id: UUID, body: BaseChanged, request: Request
) -> Answer[KnowledgeBaseShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change knowledge base")) as work:
        base = services.bases.change(
            work, knowledge_base_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, base)
    return Answer(data=KnowledgeBaseShown.model_validate(base))


@routes.delete(_ONE, access=Permission.KNOWLEDGE_DELETE, summary="Delete an empty knowledge base")
def delete_base(knowledge_base_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete knowledge base")) as work:
        services.bases.delete(work, knowledge_base_id, expected=expected(request))
    return Response(status_code=204)


@routes.post(_ONE + "/search", access=Permission.KNOWLEDGE_VIEW, summary="Search, with citations")
@routes.post(_ONE + "/query", access=Permission.KNOWLEDGE_VIEW, summary="Alias", listed=False)
def search_base(
    knowledge_base_id: UUID, body: QuestionGiven, request: Request
) -> Answer[list[PassageShown]]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="search knowledge base")) as work:
        base = services.bases.get(work, knowledge_base_id)
    passages = services.knowledge.ask(
        base.tenant_id, text=body.query, limit=body.limit, base_ids=[base.id]
    )
    return Answer(
        data=[
            PassageShown(
                id=passage.id,
                document_id=passage.document_id,
                title=passage.title,
                heading=passage.heading,
                text=passage.text,
                score=min(1.0, passage.score),
                rank=passage.fused,
            )
            for passage in passages
            if passage.score >= body.min_score
        ]
    )
