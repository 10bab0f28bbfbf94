"""Repository of bases and documents as people see them: listed, made, changed, deleted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.db import Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.knowledge.models import (
    DOCUMENTS,
    KNOWLEDGE_BASES,
    Document,
    DocumentSource,
    DocumentStatus,
    KnowledgeBase,
    NewBase,
)
from aiconnected.knowledge.repository import SQL

_BASE_COLUMNS = frozenset({"name", "description", "is_default"})
_DOCUMENT_COLUMNS = frozenset({
    "title", "metadata", "content", "content_type", "size_bytes", "sha256", "status",
    "failure_code", "failure_reason",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document: its text, the object that holds its file, or the page it is fetched from."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    knowledge_base_id: UUID
    title: str
    source: DocumentSource
    content_type: str
    size_bytes: int
    sha256: str
    content: str | None = None
    source_url: str | None = None
    bucket: str | None = None
    key: str | None = None
    status: DocumentStatus = DocumentStatus.PENDING
    metadata: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPlace:
    """Where a file lies."""

    bucket: str
    key: str


class CatalogueRepository:
    """Reads and writes bases and documents."""

    def bases(self, work: Work, wanted: ListQuery) -> Page[KnowledgeBase]:
        """Those that were asked for."""
        return page(work, SQL["bases"], KnowledgeBase, of=KNOWLEDGE_BASES, wanted=wanted)

    def base(self, work: Work, base_id: UUID) -> KnowledgeBase | None:
        """One base, unless deleted."""
        return work.row(SQL["base_shown"], KnowledgeBase, base_id=base_id)

    def lock_base(self, work: Work, base_id: UUID) -> KnowledgeBase | None:
        """The base, kept from other writers until the transaction ends."""
        work.value(SQL["lock_base"], UUID, base_id=base_id)
        return self.base(work, base_id)

    def insert_base(self, work: Work, base_id: UUID, *, new: NewBase) -> None:
        """Add it; raises UniqueViolation when the name is taken."""
        work.run(SQL["insert_base"], id=base_id, **asdict(new))

    def change_base(
        self, work: Work, tenant_id: UUID, *, base_id: UUID, changes: Mapping[str, object]
    ) -> None:
        """Set columns; raises UniqueViolation when the name is taken."""
        change(
            work,
            SQL["change_base"],
            changes=changes,
            columns=_BASE_COLUMNS,
            tenant_id=tenant_id,
            base_id=base_id,
        )

    def clear_default(self, work: Work, tenant_id: UUID) -> None:
        """No base is the default one."""
        work.run(SQL["clear_default"], tenant_id=tenant_id)

    def has_documents(self, work: Work, tenant_id: UUID, *, base_id: UUID) -> bool:
        """Whether there is something in it."""
        return bool(
            work.value(SQL["base_has_documents"], bool, tenant_id=tenant_id, base_id=base_id)
        )

    def delete_base(self, work: Work, tenant_id: UUID, *, base_id: UUID, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete_base"], tenant_id=tenant_id, base_id=base_id, now=now)

    def documents(
        self, work: Work, tenant_id: UUID, *, wanted: ListQuery, base_id: UUID | None
    ) -> Page[Document]:
        """The tenant's, of one base when it is named."""
        return page(
            work,
            SQL["documents"],
            Document,
            of=DOCUMENTS,
            wanted=wanted,
            tenant_id=tenant_id,
            base_id=base_id,
        )

    def document(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> Document | None:
        """One document."""
        return work.row(SQL["document"], Document, tenant_id=tenant_id, document_id=document_id)

    def lock_document(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> Document | None:
        """One document, kept from other writers until the transaction ends."""
        return work.row(
            SQL["lock_whole_document"], Document, tenant_id=tenant_id, document_id=document_id
        )

    def insert_document(self, work: Work, new: NewDocument) -> None:
        """Keep it."""
        values = asdict(new) | {"metadata": dict(new.metadata)}
        work.run(SQL["insert_document"], **values)

    def change_document(
        self, work: Work, tenant_id: UUID, *, document_id: UUID, changes: Mapping[str, object]
    ) -> None:
        """Set columns."""
        change(
            work,
            SQL["change_document"],
            changes=changes,
            columns=_DOCUMENT_COLUMNS,
            tenant_id=tenant_id,
            document_id=document_id,
        )

    def object_of(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> ObjectPlace | None:
        """Where its file lies; None when it has none."""
        return work.row(
            SQL["object_of_document"], ObjectPlace, tenant_id=tenant_id, document_id=document_id
        )

    def delete_document(
        self, work: Work, tenant_id: UUID, *, document_id: UUID, now: datetime
    ) -> bool:
        """Delete it with what could be found of it; False when it is not there."""
        deleted = bool(
            work.run(SQL["delete_document"], tenant_id=tenant_id, document_id=document_id, now=now)
        )
        work.run(SQL["delete_chunks"], tenant_id=tenant_id, document_id=document_id)
        return deleted
