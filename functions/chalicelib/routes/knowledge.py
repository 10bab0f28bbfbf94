"""Knowledge: the bases that agents ask, and the documents in them."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from aiconnected.auth.permissions import Permission
from aiconnected.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Cursor, PageRequest
from chalicelib import trail
from chalicelib.routing import Routes, asked
from chalicelib.schemas.envelopes import Answer, Listing, Text, page_meta
from chalicelib.schemas.knowledge import DocumentGiven, DocumentShown, KnowledgeBaseShown

routes = Routes("knowledge")
_DOCUMENTS = "/api/v1/knowledge-bases/{knowledge_base_id}/documents"


@routes.get(
    "/api/v1/knowledge-bases", access=Permission.KNOWLEDGE_VIEW, summary="List knowledge bases"
)
def list_bases(request: Request, tenant_id: UUID | None = None) -> Answer[list[KnowledgeBaseShown]]:
    services, principal = asked(request)
    scope = principal.scope(reason="list knowledge bases", tenant_id=tenant_id)
    with services.database.work(scope) as work:
        bases = services.bases.all(work, tenant_id=tenant_id)
    return Answer(data=[KnowledgeBaseShown.model_validate(base) for base in bases])


@routes.post(
    _DOCUMENTS, access=Permission.KNOWLEDGE_CREATE, summary="Add a document as text", status=202
)
def add_document(
    knowledge_base_id: UUID, body: DocumentGiven, request: Request
) -> Answer[DocumentShown]:
    from aiconnected.knowledge.documents import TextDocument  # noqa: PLC0415 -- psycopg

    services, principal = asked(request)
    given = TextDocument(
        title=body.title,
        text=body.content,
        content_type=body.content_type,
        knowledge_base_id=knowledge_base_id,
    )
    with services.database.work(principal.scope(reason="add document")) as work:
        base = services.bases.get(work, knowledge_base_id)
        document = services.documents.add(work, base.tenant_id, given=given)
        trail.record(services, work, action="document.added", of=document)
    services.relay_soon()
    return Answer(data=DocumentShown.model_validate(document))


@routes.get(_DOCUMENTS, access=Permission.KNOWLEDGE_VIEW, summary="List documents, newest first")
def list_documents(
    knowledge_base_id: UUID,
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0)] = 0,
    cursor: Annotated[Text | None, Query(max_length=200)] = None,
) -> Listing[DocumentShown]:
    services, principal = asked(request)
    wanted = PageRequest(
        limit=limit, offset=offset, cursor=Cursor.decode(cursor) if cursor else None
    )
    with services.database.work(principal.scope(reason="list documents")) as work:
        base = services.bases.get(work, knowledge_base_id)
        page = services.documents.page(work, base.tenant_id, base_id=base.id, request=wanted)
    return Listing(
        data=[DocumentShown.model_validate(document) for document in page.items],
        meta=page_meta(page, limit=limit, offset=offset),
    )


@routes.get(
    _DOCUMENTS + "/{document_id}", access=Permission.KNOWLEDGE_VIEW, summary="Get a document"
)
def get_document(
    knowledge_base_id: UUID, document_id: UUID, request: Request
) -> Answer[DocumentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show document")) as work:
        document = services.bases.document(work, knowledge_base_id, document_id=document_id)
    return Answer(data=DocumentShown.model_validate(document))


@routes.delete(
    _DOCUMENTS + "/{document_id}", access=Permission.KNOWLEDGE_DELETE, summary="Delete a document"
)
def delete_document(knowledge_base_id: UUID, document_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete document")) as work:
        document = services.bases.document(work, knowledge_base_id, document_id=document_id)
        services.documents.delete(work, document.tenant_id, document_id=document_id)
        trail.record(services, work, action="document.deleted", of=document)
    return Response(status_code=204)
