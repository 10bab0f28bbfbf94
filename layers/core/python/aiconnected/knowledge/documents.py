"""Service of documents: given, listed and deleted by people; a job makes them findable."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from uuid import UUID

from aiconnected.contracts.catalogue import DocumentDeleted
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.knowledge.catalogue import CatalogueRepository, NewDocument, ObjectPlace
from aiconnected.knowledge.errors import (
    DocumentEmpty,
    DocumentNotFound,
    DocumentNotText,
    DocumentNotUploaded,
    DocumentTooLarge,
    KnowledgeBaseNotFound,
    UnsupportedDocument,
)
from aiconnected.knowledge.formats import TYPES_BY_SUFFIX, URL_TYPE
from aiconnected.knowledge.given import FileDocument, PageDocument, TextDocument
from aiconnected.knowledge.models import Document, DocumentSource, DocumentStatus
from aiconnected.knowledge.repository import Base, KnowledgeRepository
from aiconnected.outbox.service import Outbox
from aiconnected.webhooks.happening import happened

CONTENT_TYPES = frozenset({"text/plain", "text/markdown"})
MAX_BYTES = 1_000_000  # of a text
MAX_FILE_BYTES = 25_000_000
UPLOAD_TIME = timedelta(minutes=15)
DEFAULT_BASE = "General"


class DocumentService:
    """Works within the caller's unit of work."""

    def __init__(
        self,
        knowledge: KnowledgeRepository,
        *,
        catalogue: CatalogueRepository,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._knowledge, self._catalogue = knowledge, catalogue
        self._outbox, self._clock = outbox, clock

    def add(self, work: Work, tenant_id: UUID, *, given: TextDocument) -> Document:
        """Keep a document and leave its job in the outbox.

        Raises `DocumentEmpty`, `DocumentTooLarge`, `UnsupportedDocument`, `KnowledgeBaseNotFound`.
        """
        content, encoded = _text(given.text)
        if given.content_type not in CONTENT_TYPES:
            raise UnsupportedDocument
        if given.knowledge_base_id is None:
            self._knowledge.ensure_default_base(work, tenant_id, name=DEFAULT_BASE)
        base = self._base(work, tenant_id, given.knowledge_base_id)
        new = NewDocument(
            id=new_id(),
            agency_id=base.agency_id,
            tenant_id=tenant_id,
            knowledge_base_id=base.id,
            title=given.title.strip() or "Untitled",
            source=DocumentSource.TEXT,
            content_type=given.content_type,
            content=content,
            size_bytes=len(encoded),
            sha256=sha256(encoded).hexdigest(),
            metadata=given.metadata,
        )
        return self._added(work, new)

    def add_file(self, work: Work, tenant_id: UUID, *, given: FileDocument) -> Document:
        """Keep a document whose file is there, or wait for it.

        Raises `DocumentEmpty`, `DocumentTooLarge`, `UnsupportedDocument`, `KnowledgeBaseNotFound`.
        """
        name = PurePosixPath(given.filename.replace("\\", "/")).name
        content_type = TYPES_BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
        if content_type is None:
            raise UnsupportedDocument
        if given.size_bytes == 0:
            raise DocumentEmpty
        if given.size_bytes > MAX_FILE_BYTES:
            raise DocumentTooLarge
        base = self._base(work, tenant_id, given.knowledge_base_id)
        document_id = new_id()
        key = f"{base.agency_id}/{tenant_id}/{document_id}"
        new = NewDocument(
            id=document_id,
            agency_id=base.agency_id,
            tenant_id=tenant_id,
            knowledge_base_id=base.id,
            title=given.title.strip() or name[:500],
            source=DocumentSource.FILE,
            content_type=content_type,
            size_bytes=given.size_bytes,
            sha256=given.sha256 or sha256(key.encode()).hexdigest(),
            bucket=given.bucket,
            key=key,
            status=DocumentStatus.PENDING if given.uploaded else DocumentStatus.UPLOADING,
            metadata=given.metadata,
        )
        return self._added(work, new)

    def add_page(self, work: Work, tenant_id: UUID, *, given: PageDocument) -> Document:
        """Keep the address of a page; raises `KnowledgeBaseNotFound`. The caller has checked it."""
        base = self._base(work, tenant_id, given.knowledge_base_id)
        new = NewDocument(
            id=new_id(),
            agency_id=base.agency_id,
            tenant_id=tenant_id,
            knowledge_base_id=base.id,
            title=given.title.strip() or given.url[:500],
            source=DocumentSource.URL,
            source_url=given.url,
            content_type=URL_TYPE,
            size_bytes=0,
            sha256=sha256(given.url.encode()).hexdigest(),
            metadata=given.metadata,
        )
        return self._added(work, new)

    def page(
        self, work: Work, tenant_id: UUID, *, wanted: ListQuery, base_id: UUID | None = None
    ) -> Page[Document]:
        """The tenant's documents, of one base when it is named."""
        return self._catalogue.documents(work, tenant_id, wanted=wanted, base_id=base_id)

    def get(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> Document:
        """One document; raises `DocumentNotFound`."""
        document = self._catalogue.document(work, tenant_id, document_id=document_id)
        if document is None:
            raise DocumentNotFound
        return document

    def file_of(self, work: Work, document: Document) -> ObjectPlace | None:
        """Where its file lies; None when it has none."""
        return self._catalogue.object_of(work, document.tenant_id, document_id=document.id)

    def place(self, work: Work, document: Document) -> ObjectPlace:
        """Where its file lies; raises `DocumentNotUploaded` when it has none."""
        place = self.file_of(work, document)
        if place is None:
            raise DocumentNotUploaded
        return place

    def change(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        document_id: UUID,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Document:
        """The document with `changes`: `title`, `metadata`, or its text as `content`.

        Another title or text is processed anew. Raises `DocumentNotFound`, `Stale`,
        `DocumentNotText`, `DocumentEmpty`, `DocumentTooLarge`.
        """
        before = self._locked(work, tenant_id, document_id)
        expected.check(before)
        values = {name: value for name, value in changes.items() if name != "content"}
        if "content" in changes:
            if before.source is not DocumentSource.TEXT:
                raise DocumentNotText
            content, encoded = _text(str(changes["content"]))
            values |= {
                "content": content,
                "size_bytes": len(encoded),
                "sha256": sha256(encoded).hexdigest(),
            }
        self._catalogue.change_document(work, tenant_id, document_id=document_id, changes=values)
        again = "content" in changes or values.get("title", before.title) != before.title
        if again and before.status is not DocumentStatus.UPLOADING:
            self._again(work, before)
        return self.get(work, tenant_id, document_id=document_id)

    def uploaded(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> Document:
        """The document's file has come; raises `DocumentNotFound`, `DocumentNotUploaded`."""
        document = self._locked(work, tenant_id, document_id)
        if document.status is DocumentStatus.UPLOADING:
            self._again(work, document)
        elif document.source is not DocumentSource.FILE:
            raise DocumentNotUploaded
        return self.get(work, tenant_id, document_id=document_id)

    def reprocess(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> None:
        """Have a document read, cut and embedded anew.

        Raises `DocumentNotFound`, `DocumentNotUploaded`.
        """
        document = self._locked(work, tenant_id, document_id)
        if document.status is DocumentStatus.UPLOADING:
            raise DocumentNotUploaded
        self._again(work, document)

    def delete(
        self, work: Work, tenant_id: UUID, *, document_id: UUID, expected: Expected = ANY
    ) -> None:
        """Delete a document and all that could be found of it.

        Raises `DocumentNotFound`, `Stale`.
        """
        document = self._locked(work, tenant_id, document_id)
        expected.check(document)
        now = self._clock.now()
        self._catalogue.delete_document(work, tenant_id, document_id=document_id, now=now)
        event = DocumentDeleted(
            document_id=document.id,
            knowledge_base_id=document.knowledge_base_id,
            title=document.title,
        )
        message = happened(
            event, of=document.id, at=now, agency_id=document.agency_id, tenant_id=tenant_id
        )
        self._outbox.append(work, message)

    def _base(self, work: Work, tenant_id: UUID, base_id: UUID | None) -> Base:
        base = self._knowledge.base(work, tenant_id, base_id=base_id)
        if base is None:
            raise KnowledgeBaseNotFound
        return base

    def _locked(self, work: Work, tenant_id: UUID, document_id: UUID) -> Document:
        document = self._catalogue.lock_document(work, tenant_id, document_id=document_id)
        if document is None:
            raise DocumentNotFound
        return document

    def _added(self, work: Work, new: NewDocument) -> Document:
        self._catalogue.insert_document(work, new)
        document = self.get(work, new.tenant_id, document_id=new.id)
        if document.status is DocumentStatus.PENDING:
            self._announce(work, document)
        return document

    def _again(self, work: Work, document: Document) -> None:
        self._knowledge.mark_pending(work, document.tenant_id, document_id=document.id)
        self._announce(work, document)

    def _announce(self, work: Work, document: Document) -> None:
        job = Envelope.of(
            DocumentAdded(document_id=document.id),
            at=self._clock.now(),
            agency_id=document.agency_id,
            tenant_id=document.tenant_id,
        )
        self._outbox.append(work, job)


def _text(given: str) -> tuple[str, bytes]:
    """The text as it is kept and its bytes; raises `DocumentEmpty`, `DocumentTooLarge`."""
    content = given.replace("\0", "")
    encoded = content.encode()
    if not content.strip():
        raise DocumentEmpty
    if len(encoded) > MAX_BYTES:
        raise DocumentTooLarge
    return content, encoded
