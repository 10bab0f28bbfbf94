"""Documents of knowledge bases: given as text, file or page, and processed by a job."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.openapi.params import File, Form, UploadFile

from aiconnected.auth.permissions import Permission
from aiconnected.knowledge.given import FileDocument, PageDocument, TextDocument
from aiconnected.knowledge.models import DOCUMENTS
from chalicelib import trail
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.knowledge import (
    DocumentChanged,
    DocumentGiven,
    DocumentShown,
    DocumentToUpload,
    PageGiven,
    Title,
    UploadGiven,
    UploadShown,
)

if TYPE_CHECKING:
    from aiconnected.db import Work
    from aiconnected.knowledge.models import Document
    from chalicelib.services import Services

routes = Routes("documents")
_ALL = "/api/v1/knowledge-bases/{knowledge_base_id}/documents"
_ONE = _ALL + "/{document_id}"
MAX_FORM_FILE = 4_000_000  # bytes: what is larger is put to the object store


@routes.post(_ALL, access=Permission.KNOWLEDGE_CREATE, summary="Add a document as text", status=202)
def add_document(
    knowledge_base_id: UUID, body: DocumentGiven, request: Request
) -> Answer[DocumentShown]:

    services, principal = asked(request)
    given = TextDocument(
        title=body.title,
        text=body.content,
        content_type=body.content_type,
        knowledge_base_id=knowledge_base_id,
        metadata=body.metadata,
    )
    with services.database.work(principal.scope(reason="add document")) as work:
        base = services.bases.get(work, knowledge_base_id)
        document = services.documents.add(work, base.tenant_id, given=given)
        _record(services, work, "document.added", document)
    return _taken(services, document)


@routes.post(
    _ALL + "/pages",
    access=Permission.KNOWLEDGE_CREATE,
    summary="Add a page of the web",
    status=202,
)
def add_page(knowledge_base_id: UUID, body: PageGiven, request: Request) -> Answer[DocumentShown]:

    services, principal = asked(request)
    services.outside.check(body.url)
    given = PageDocument(
        knowledge_base_id=knowledge_base_id, url=body.url, title=body.title, metadata=body.metadata
    )
    with services.database.work(principal.scope(reason="add page")) as work:
        base = services.bases.get(work, knowledge_base_id)
        document = services.documents.add_page(work, base.tenant_id, given=given)
        _record(services, work, "document.added", document)
    return _taken(services, document)


@routes.post(
    _ALL + "/files",
    access=Permission.KNOWLEDGE_CREATE,
    summary="Add a file of 4 MB at most (.pdf .docx .txt .md .html .csv)",
    status=202,
)
def add_file(
    knowledge_base_id: UUID,
    file: Annotated[UploadFile, File()],
    request: Request,
    title: Annotated[Title | None, Form()] = None,
) -> Answer[DocumentShown]:
    from aiconnected.knowledge.errors import DocumentTooLarge  # noqa: PLC0415

    services, principal = asked(request)
    if len(file.content) > MAX_FORM_FILE:
        raise DocumentTooLarge("Put a file of more than 4 MB to the object store: see uploads.")
    given = FileDocument(
        knowledge_base_id=knowledge_base_id,
        filename=(file.filename or "").replace("\0", ""),
        title=title or "",
        size_bytes=len(file.content),
        sha256=sha256(file.content).hexdigest(),
        bucket=services.settings.documents_bucket,
    )
    with services.database.work(principal.scope(reason="add file")) as work:
        base = services.bases.get(work, knowledge_base_id)
        document = services.documents.add_file(work, base.tenant_id, given=given)
        _record(services, work, "document.added", document)
        _put(services, work, document, content=file.content)
    return _taken(services, document)


@routes.post(
    _ALL + "/uploads",
    access=Permission.KNOWLEDGE_CREATE,
    summary="Add a file that is then put to the object store, 25 MB at most",
    status=201,
)
def add_upload(
    knowledge_base_id: UUID, body: UploadGiven, request: Request
) -> Answer[DocumentToUpload]:
    from aiconnected.knowledge.documents import UPLOAD_TIME  # noqa: PLC0415 -- psycopg

    services, principal = asked(request)
    given = FileDocument(
        knowledge_base_id=knowledge_base_id,
        filename=body.filename,
        title=body.title,
        size_bytes=body.size_bytes,
        bucket=services.settings.documents_bucket,
        uploaded=False,
        metadata=body.metadata,
    )
    with services.database.work(principal.scope(reason="add upload")) as work:
        base = services.bases.get(work, knowledge_base_id)
        document = services.documents.add_file(work, base.tenant_id, given=given)
        place = services.documents.place(work, document)
        _record(services, work, "document.added", document)
    url = services.objects.presign_put(
        bucket=place.bucket,
        key=place.key,
        content_type=document.content_type,
        size_bytes=document.size_bytes,
        ttl=UPLOAD_TIME,
    )
    tag(request, document)
    upload = UploadShown(
        url=url,
        headers={
            "Content-Type": document.content_type,
            "Content-Length": str(document.size_bytes),
        },
        expires_at=services.clock.now() + UPLOAD_TIME,
    )
    shown = DocumentShown.model_validate(document)
    return Answer(data=DocumentToUpload(document=shown, upload=upload))


@routes.post(
    _ONE + "/complete",
    access=Permission.KNOWLEDGE_CREATE,
    summary="Say that the file has been put",
    status=202,
)
def complete_upload(
    knowledge_base_id: UUID, document_id: UUID, request: Request
) -> Answer[DocumentShown]:
    from aiconnected.knowledge.errors import DocumentNotUploaded  # noqa: PLC0415 -- psycopg

    services, principal = asked(request)
    with services.database.work(principal.scope(reason="find upload")) as work:
        document = services.bases.document(work, knowledge_base_id, document_id=document_id)
        place = services.documents.place(work, document)
    if services.objects.size(bucket=place.bucket, key=place.key) != document.size_bytes:
        raise DocumentNotUploaded
    with services.database.work(principal.scope(reason="complete upload")) as work:
        done = services.documents.uploaded(work, document.tenant_id, document_id=document_id)
        _record(services, work, "document.uploaded", done)
    return _taken(services, done)


@routes.get(_ALL, access=Permission.KNOWLEDGE_VIEW, summary="List documents", lists=DOCUMENTS)
def list_documents(knowledge_base_id: UUID, request: Request) -> Listing[DocumentShown]:
    services, principal = asked(request)
    wanted = list_query(request, DOCUMENTS)
    with services.database.work(principal.scope(reason="list documents")) as work:
        base = services.bases.get(work, knowledge_base_id)
        page = services.documents.page(work, base.tenant_id, base_id=base.id, wanted=wanted)
    return Listing(
        data=[DocumentShown.model_validate(document) for document in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_ONE, access=Permission.KNOWLEDGE_VIEW, summary="Get a document")
def get_document(
    knowledge_base_id: UUID, document_id: UUID, request: Request
) -> Answer[DocumentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show document")) as work:
        document = services.bases.document(work, knowledge_base_id, document_id=document_id)
    tag(request, document)
    return Answer(data=DocumentShown.model_validate(document))


@routes.patch(_ONE, access=Permission.KNOWLEDGE_EDIT, summary="Change a document")
def change_document(
    knowledge_base_id: UUID, document_id: UUID, body: DocumentChanged, request: Request
) -> Answer[DocumentShown]:
    services, principal = asked(request)
    changes = body.changes()
    with services.database.work(principal.scope(reason="change document")) as work:
        before = services.bases.document(work, knowledge_base_id, document_id=document_id)
        document = services.documents.change(
            work,
            before.tenant_id,
            document_id=document_id,
            changes=changes,
            expected=expected(request),
        )
        trail.record(
            services,
            work,
            action="document.updated",
            of=document,
            changes={
                name: (getattr(before, name, None), getattr(document, name, None))
                for name in changes  # of its text, that it changed
            },
        )
    services.relay_soon()
    tag(request, document)
    return Answer(data=DocumentShown.model_validate(document))


@routes.post(
    _ONE + "/reprocess",
    access=Permission.KNOWLEDGE_EDIT,
    summary="Read, cut and embed a document anew",
    status=202,
)
def reprocess_document(
    knowledge_base_id: UUID, document_id: UUID, request: Request
) -> Answer[DocumentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="reprocess document")) as work:
        document = services.bases.document(work, knowledge_base_id, document_id=document_id)
        services.documents.reprocess(work, document.tenant_id, document_id=document_id)
        _record(services, work, "document.reprocessed", document)
        document = services.documents.get(work, document.tenant_id, document_id=document_id)
    return _taken(services, document)


@routes.delete(_ONE, access=Permission.KNOWLEDGE_DELETE, summary="Delete a document")
def delete_document(knowledge_base_id: UUID, document_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete document")) as work:
        document = services.bases.document(work, knowledge_base_id, document_id=document_id)
        place = services.documents.file_of(work, document)
        services.documents.delete(
            work, document.tenant_id, document_id=document_id, expected=expected(request)
        )
        _record(services, work, "document.deleted", document)
    if place is not None:
        services.objects.delete(bucket=place.bucket, key=place.key)
    services.relay_soon()
    return Response(status_code=204)


def _record(services: "Services", work: "Work", action: str, document: "Document") -> None:
    trail.record(services, work, action=action, of=document)


def _taken(services: "Services", document: "Document") -> Answer[DocumentShown]:
    services.relay_soon()
    return Answer(data=DocumentShown.model_validate(document))


def _put(services: "Services", work: "Work", document: "Document", *, content: bytes) -> None:
    """Store the file before the document is committed: a document never lacks it."""
    place = services.documents.place(work, document)
    with TemporaryDirectory() as folder:
        path = Path(folder, "document")
        path.write_bytes(content)
        services.objects.put(
            path, bucket=place.bucket, key=place.key, content_type=document.content_type
        )
