"""Service of documents: given, listed and deleted by people; a job makes them findable."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.db import Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.paging import Cursor, Page, PageRequest
from aiconnected.knowledge.errors import (
    DocumentEmpty,
    DocumentNotFound,
    DocumentTooLarge,
    KnowledgeBaseNotFound,
    UnsupportedDocument,
)
from aiconnected.knowledge.models import Document
from aiconnected.knowledge.repository import KnowledgeRepository, NewDocument
from aiconnected.outbox.service import Outbox

CONTENT_TYPES = frozenset({"text/plain", "text/markdown"})
MAX_BYTES = 1_000_000
DEFAULT_BASE = "General"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """A document as it is given: plain text or markdown."""

    title: str
    text: str
    content_type: str = "text/markdown"
    knowledge_base_id: UUID | None = None  # None is the tenant's default base


class DocumentService:
    """Works within the caller's unit of work."""

    def __init__(self, knowledge: KnowledgeRepository, *, outbox: Outbox, clock: Clock) -> None:
        self._knowledge = knowledge
        self._outbox = outbox
        self._clock = clock

    def add(self, work: Work, tenant_id: UUID, *, given: TextDocument) -> Document:
        """Keep a document and leave its job in the outbox.

        Raises `DocumentEmpty`, `DocumentTooLarge`, `UnsupportedDocument`, `KnowledgeBaseNotFound`.
        """
        content = given.text.replace("\0", "")
        encoded = content.encode()
        if not content.strip():
            raise DocumentEmpty
        if len(encoded) > MAX_BYTES:
            raise DocumentTooLarge
        if given.content_type not in CONTENT_TYPES:
            raise UnsupportedDocument
        if given.knowledge_base_id is None:
            self._knowledge.ensure_default_base(work, tenant_id, name=DEFAULT_BASE)
        base = self._knowledge.base(work, tenant_id, base_id=given.knowledge_base_id)
        if base is None:
            raise KnowledgeBaseNotFound
        document = NewDocument(
            id=new_id(),
            agency_id=base.agency_id,
            tenant_id=tenant_id,
            knowledge_base_id=base.id,
            title=given.title.strip() or "Untitled",
            content_type=given.content_type,
            content=content,
            size_bytes=len(encoded),
            sha256=sha256(encoded).hexdigest(),
        )
        self._knowledge.insert(work, document)
        self._announce(work, tenant_id, agency_id=base.agency_id, document_id=document.id)
        return self.get(work, tenant_id, document_id=document.id)

    def page(
        self, work: Work, tenant_id: UUID, *, request: PageRequest, base_id: UUID | None = None
    ) -> Page[Document]:
        """The tenant's documents, of one base when it is named, newest first."""
        rows = self._knowledge.page(work, tenant_id, base_id=base_id, page=request)
        total = self._knowledge.count(work, tenant_id, base_id=base_id)
        return Page[Document].of(rows, limit=request.limit, key=_cursor, total=total)

    def get(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> Document:
        """One document; raises `DocumentNotFound`."""
        document = self._knowledge.get(work, tenant_id, document_id=document_id)
        if document is None:
            raise DocumentNotFound
        return document

    def reprocess(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> None:
        """Have a document cut and embedded anew; raises `DocumentNotFound`."""
        document = self.get(work, tenant_id, document_id=document_id)
        self._knowledge.mark_pending(work, tenant_id, document_id=document_id)
        self._announce(work, tenant_id, agency_id=document.agency_id, document_id=document_id)

    def delete(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> None:
        """Delete a document and all that could be found of it; raises `DocumentNotFound`."""
        if not self._knowledge.delete(
            work, tenant_id, document_id=document_id, now=self._clock.now()
        ):
            raise DocumentNotFound
        self._knowledge.delete_chunks(work, tenant_id, document_id=document_id)

    def _announce(self, work: Work, tenant_id: UUID, *, agency_id: UUID, document_id: UUID) -> None:
        job = Envelope.of(
            DocumentAdded(document_id=document_id),
            at=self._clock.now(),
            agency_id=agency_id,
            tenant_id=tenant_id,
        )
        self._outbox.append(work, job)


def _cursor(document: Document) -> Cursor:
    return Cursor(at=document.created_at, id=document.id)
