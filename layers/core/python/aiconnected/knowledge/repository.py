"""Repository of knowledge as it is made findable and found; `catalogue` has what people see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Scope, Work
from aiconnected.kit.ids import new_id
from aiconnected.knowledge.chunking import Chunk
from aiconnected.knowledge.models import DocumentSource, FailureCode, Passage

SQL = Queries.beside(__file__)
MAX_HEADING = 1000  # characters of the column


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A knowledge base."""

    id: UUID
    agency_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a document is."""

    agency_id: UUID
    tenant_id: UUID

    @property
    def scope(self) -> Scope:
        """To work for the owner."""
        return Scope(agency_id=self.agency_id, tenant_id=self.tenant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What processing starts from."""

    agency_id: UUID
    knowledge_base_id: UUID
    title: str
    source: DocumentSource
    source_url: str | None
    bucket: str | None
    key: str | None
    content_type: str
    content: str | None
    sha256: str


class KnowledgeRepository:
    """What processing and searching read and write."""

    def base(self, work: Work, tenant_id: UUID, *, base_id: UUID | None) -> Base | None:
        """The base, or the default one when none is named."""
        return work.row(SQL["base"], Base, tenant_id=tenant_id, knowledge_base_id=base_id)

    def overdue(self, work: Work, *, before: datetime, limit: int) -> list[UUID]:
        """Documents that wait since before that moment, longest first."""
        return work.values(SQL["overdue"], UUID, before=before, limit=limit)

    def ensure_default_base(self, work: Work, tenant_id: UUID, *, name: str) -> None:
        """Make the default base unless there is one."""
        work.run(SQL["ensure_default_base"], tenant_id=tenant_id, id=new_id(), name=name)

    def owner(self, work: Work, document_id: UUID) -> Owner | None:
        """Whose a document is."""
        return work.row(SQL["owner_of_document"], Owner, document_id=document_id)

    def start(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> Source | None:
        """Mark as being processed; None when it is ready or deleted."""
        return work.row(
            SQL["start_processing"], Source, tenant_id=tenant_id, document_id=document_id
        )

    def mark_pending(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> None:
        """Have it processed again."""
        work.run(SQL["mark_pending"], tenant_id=tenant_id, document_id=document_id)

    def lock(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> str | None:
        """The document's digest, held until the work ends; None when it is deleted."""
        return work.value(SQL["lock_document"], str, tenant_id=tenant_id, document_id=document_id)

    def replace_chunks(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        document_id: UUID,
        source: Source,
        chunks: Sequence[Chunk],
        vectors: Sequence[Sequence[float]],
        model: str,
    ) -> None:
        """Put these passages in the place of what could be found before."""
        self.delete_chunks(work, tenant_id, document_id=document_id)
        work.run_many(
            SQL["insert_chunk"],
            [
                {
                    "tenant_id": tenant_id,
                    "id": new_id(),
                    "agency_id": source.agency_id,
                    "knowledge_base_id": source.knowledge_base_id,
                    "document_id": document_id,
                    "position": chunk.position,
                    "title": source.title,
                    "heading": chunk.heading[:MAX_HEADING],
                    "content": chunk.text,
                    "token_count": chunk.tokens,
                    "embedding_model": model,
                    "embedding": vector_text(vector),
                }
                for chunk, vector in zip(chunks, vectors, strict=True)
            ],
        )

    def delete_chunks(self, work: Work, tenant_id: UUID, *, document_id: UUID) -> int:
        """Remove what could be found of a document."""
        return work.run(SQL["delete_chunks"], tenant_id=tenant_id, document_id=document_id)

    def finish(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        document_id: UUID,
        chunks: Sequence[Chunk],
        size_bytes: int,
        now: datetime,
    ) -> None:
        """Mark as ready."""
        work.run(
            SQL["finish_processing"],
            tenant_id=tenant_id,
            document_id=document_id,
            size_bytes=size_bytes,
            chunk_count=len(chunks),
            token_count=sum(chunk.tokens for chunk in chunks),
            now=now,
        )

    def fail(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        document_id: UUID,
        code: FailureCode,
        reason: str,
        now: datetime,
    ) -> None:
        """Mark as failed."""
        work.run(
            SQL["fail_processing"],
            tenant_id=tenant_id,
            document_id=document_id,
            failure_code=code,
            failure_reason=reason,
            now=now,
        )

    def search(
        self,
        work: Work,
        tenant_id: UUID,
        *,
        text: str,
        vector: Sequence[float] | None,
        limit: int,
        base_ids: Sequence[UUID] | None,
    ) -> list[Passage]:
        """The best passages, best first."""
        return work.rows(
            SQL["search"],
            Passage,
            tenant_id=tenant_id,
            text=text,
            vector=None if vector is None else vector_text(vector),
            limit=limit,
            bases=None if base_ids is None else list(base_ids),
        )


def vector_text(vector: Sequence[float]) -> str:
    """pgvector's text form; six digits are more than a half float keeps."""
    return "[" + ",".join(f"{value:.6g}" for value in vector) + "]"
