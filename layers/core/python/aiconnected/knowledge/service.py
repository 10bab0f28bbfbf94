"""Service of knowledge: makes documents findable, and finds."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from aiconnected.contracts.catalogue import DocumentFailed, DocumentReady, Event
from aiconnected.contracts.facts import Component
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.knowledge.chunking import Chunk, chunk
from aiconnected.knowledge.errors import DocumentUnreadable
from aiconnected.knowledge.models import FailureCode, Passage
from aiconnected.knowledge.ports import Embedder, Embeddings
from aiconnected.knowledge.reading import DocumentReader
from aiconnected.knowledge.repository import KnowledgeRepository, Owner, Source
from aiconnected.outbox.service import Outbox
from aiconnected.tenants.scopes import TenantScopes
from aiconnected.usage.models import Measured
from aiconnected.usage.service import UsageService
from aiconnected.webhooks.happening import happened

logger = logging.getLogger(__name__)

DEFAULT_LIMIT = 5
OVERDUE = timedelta(minutes=5)
BATCH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What processing made of a document: no chunks when it was ready, deleted or says nothing."""

    document_id: UUID
    chunks: int
    failure: FailureCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What a document was cut into, and what its vectors took to make."""

    chunks: Sequence[Chunk]
    made: Embeddings
    size_bytes: int


class KnowledgeService:
    """Opens its own units of work: none is held while a provider is waited for."""

    def __init__(
        self,
        knowledge: KnowledgeRepository,
        *,
        database: Database,
        scopes: TenantScopes,
        embedder: Embedder,
        reader: DocumentReader,
        usage: UsageService,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._knowledge = knowledge
        self._database = database
        self._scopes = scopes
        self._embedder = embedder
        self._reader = reader
        self._usage = usage
        self._outbox = outbox
        self._clock = clock

    def search(
        self,
        tenant_id: UUID,
        *,
        text: str,
        vector: Sequence[float] | None,
        limit: int = DEFAULT_LIMIT,
        base_ids: Sequence[UUID] | None = None,
        timeout_ms: int | None = None,
    ) -> list[Passage]:
        """The tenant's best passages for a question; by words alone without its vector.

        `base_ids` narrows the search; `timeout_ms` limits the statement. Raises `TenantNotFound`,
        `DatabaseUnavailable`, `DatabaseTimeout`.
        """
        scope = self._scopes.of(tenant_id)
        with self._database.work(scope, timeout_ms=timeout_ms) as work:
            return self._knowledge.search(
                work, tenant_id, text=text, vector=vector, limit=limit, base_ids=base_ids
            )

    def ask(
        self, tenant_id: UUID, *, text: str, limit: int, base_ids: Sequence[UUID]
    ) -> list[Passage]:
        """The best passages for a question as somebody types it; what that costs is kept.

        Without the embedder it is searched by words alone. Raises `TenantNotFound`.
        """
        try:
            made = self._embedder.embed([text], tag=str(tenant_id))
        except ProviderError as exc:
            logger.warning("searched by words alone", extra={"code": exc.error_code})
            return self.search(tenant_id, text=text, vector=None, limit=limit, base_ids=base_ids)
        scope = self._scopes.of(tenant_id)
        with self._database.work(scope) as work:
            measured = self._measured(made, at=self._clock.now(), ref=f"search:{new_id()}")
            if scope.agency_id is not None:
                self._usage.record(work, measured, agency_id=scope.agency_id, tenant_id=tenant_id)
            return self._knowledge.search(
                work, tenant_id, text=text, vector=made.vectors[0], limit=limit, base_ids=base_ids
            )

    def ingest(self, document_id: UUID) -> Ingested:
        """Cut, embed and keep a document: the job of DocumentAdded.

        Again for the same document, it replaces what it kept. Raises ProviderError when it is worth
        trying again; what cannot be cured is kept as the document's failure.
        """
        with self._database.work(Scope.platform("find owner of document")) as work:
            owner = self._knowledge.owner(work, document_id)
        if owner is None:
            return Ingested(document_id=document_id, chunks=0)
        with self._database.work(owner.scope) as work:
            source = self._knowledge.start(work, owner.tenant_id, document_id=document_id)
        if source is None:
            return Ingested(document_id=document_id, chunks=0)
        try:
            text, size_bytes = self._reader.read(source)
        except DocumentUnreadable as exc:
            return self._failed(owner, document_id, source, why=(exc.code, exc.reason))
        chunks = chunk(text, title=source.title)
        if not chunks:
            why = (FailureCode.EMPTY, "The document holds no text.")
            return self._failed(owner, document_id, source, why=why)
        try:
            made = self._embedder.embed([piece.context for piece in chunks], tag=str(document_id))
        except ProviderError as exc:
            why = (FailureCode.EMBEDDING, exc.message)
            failed = self._failed(owner, document_id, source, why=why)
            if exc.retryable:
                raise
            return failed
        passages = Passages(chunks=chunks, made=made, size_bytes=size_bytes)
        kept = self._keep(owner, document_id, source=source, passages=passages)
        return Ingested(document_id=document_id, chunks=len(chunks) if kept else 0)

    def catch_up(self) -> int:
        """Ingest documents that were forgotten: the scheduled job. How many there were."""
        before = self._clock.now() - OVERDUE
        with self._database.work(Scope.platform("find documents to ingest")) as work:
            overdue = self._knowledge.overdue(work, before=before, limit=BATCH)
        for document_id in overdue:
            try:
                self.ingest(document_id)
            except ProviderError:
                logger.warning("document waits", extra={"document_id": str(document_id)})
        return len(overdue)

    def _keep(self, owner: Owner, document_id: UUID, *, source: Source, passages: Passages) -> bool:
        """Keep the passages, and what they cost whatever became of the document meanwhile."""
        now = self._clock.now()
        tenant_id, chunks = owner.tenant_id, passages.chunks
        with self._database.work(owner.scope) as work:
            self._usage.record(
                work,
                self._measured(passages.made, at=now, ref="ingest"),
                agency_id=owner.agency_id,
                tenant_id=tenant_id,
                document_id=document_id,
            )
            if self._knowledge.lock(work, tenant_id, document_id=document_id) != source.sha256:
                logger.info("document changed meanwhile", extra={"document_id": str(document_id)})
                return False
            self._knowledge.replace_chunks(
                work,
                tenant_id,
                document_id=document_id,
                source=source,
                chunks=chunks,
                vectors=passages.made.vectors,
                model=self._embedder.model,
            )
            self._knowledge.finish(
                work,
                tenant_id,
                document_id=document_id,
                chunks=chunks,
                size_bytes=passages.size_bytes,
                now=now,
            )
            ready = DocumentReady(
                document_id=document_id,
                knowledge_base_id=source.knowledge_base_id,
                title=source.title,
                chunk_count=len(chunks),
            )
            self._tell(work, owner, ready, of=document_id)
        return True

    def _tell(self, work: Work, owner: Owner, event: Event, *, of: UUID) -> None:
        now = self._clock.now()
        self._outbox.append(
            work,
            happened(
                event,
                of=of,
                at=now,
                agency_id=owner.agency_id,
                tenant_id=owner.tenant_id,
                version=now.isoformat(),
            ),
        )

    def _measured(self, made: Embeddings, *, at: datetime, ref: str) -> Measured:
        return Measured(
            component=Component.EMBEDDING,
            provider=self._embedder.provider,
            model=self._embedder.model,
            unit="token",
            quantity=Decimal(made.tokens),
            at=at,
            ref=ref,
        )

    def _failed(
        self,
        owner: Owner,
        document_id: UUID,
        source: Source,
        *,
        why: tuple[FailureCode, str],
    ) -> Ingested:
        code, reason = why
        with self._database.work(owner.scope) as work:
            if code is not FailureCode.EMBEDDING:  # what it said before is not what it says now
                self._knowledge.delete_chunks(work, owner.tenant_id, document_id=document_id)
            self._knowledge.fail(
                work,
                owner.tenant_id,
                document_id=document_id,
                code=code,
                reason=reason,
                now=self._clock.now(),
            )
            failed = DocumentFailed(
                document_id=document_id,
                knowledge_base_id=source.knowledge_base_id,
                title=source.title,
                code=code.value,
                reason=reason,
            )
            self._tell(work, owner, failed, of=document_id)
        return Ingested(document_id=document_id, chunks=0, failure=code)
