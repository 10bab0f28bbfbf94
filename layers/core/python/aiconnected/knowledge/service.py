"""Service of knowledge: makes documents findable, and finds."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from aiconnected.contracts.facts import Component
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ProviderError
from aiconnected.knowledge.chunking import Chunk, chunk
from aiconnected.knowledge.models import FailureCode, Passage
from aiconnected.knowledge.ports import Embedder, Embeddings
from aiconnected.knowledge.repository import KnowledgeRepository, Owner, Source
from aiconnected.tenants.scopes import TenantScopes
from aiconnected.usage.models import Measured
from aiconnected.usage.service import UsageService

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


class KnowledgeService:
    """Opens its own units of work: none is held while a provider is waited for."""

    def __init__(
        self,
        knowledge: KnowledgeRepository,
        *,
        database: Database,
        scopes: TenantScopes,
        embedder: Embedder,
        usage: UsageService,
        clock: Clock,
    ) -> None:
        self._knowledge = knowledge
        self._database = database
        self._scopes = scopes
        self._embedder = embedder
        self._usage = usage
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
        chunks = chunk(source.content or "", title=source.title)
        if not chunks:
            reason = "The document holds no text."
            return self._failed(owner, document_id, code=FailureCode.EMPTY, reason=reason)
        try:
            made = self._embedder.embed([piece.context for piece in chunks], tag=str(document_id))
        except ProviderError as exc:
            failed = self._failed(
                owner, document_id, code=FailureCode.EMBEDDING, reason=exc.message
            )
            if exc.retryable:
                raise
            return failed
        kept = self._keep(owner, document_id, source=source, chunks=chunks, made=made)
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

    def _keep(
        self,
        owner: Owner,
        document_id: UUID,
        *,
        source: Source,
        chunks: Sequence[Chunk],
        made: Embeddings,
    ) -> bool:
        """Keep the passages, and what they cost whatever became of the document meanwhile."""
        now = self._clock.now()
        tenant_id = owner.tenant_id
        with self._database.work(owner.scope) as work:
            self._usage.record(
                work,
                self._measured(made, at=now),
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
                vectors=made.vectors,
                model=self._embedder.model,
            )
            self._knowledge.finish(work, tenant_id, document_id=document_id, chunks=chunks, now=now)
        return True

    def _measured(self, made: Embeddings, *, at: datetime) -> Measured:
        return Measured(
            component=Component.EMBEDDING,
            provider=self._embedder.provider,
            model=self._embedder.model,
            unit="token",
            quantity=Decimal(made.tokens),
            at=at,
            ref="ingest",
        )

    def _failed(
        self, owner: Owner, document_id: UUID, *, code: FailureCode, reason: str
    ) -> Ingested:
        with self._database.work(owner.scope) as work:
            if code is FailureCode.EMPTY:
                self._knowledge.delete_chunks(work, owner.tenant_id, document_id=document_id)
            self._knowledge.fail(
                work,
                owner.tenant_id,
                document_id=document_id,
                code=code,
                reason=reason,
                now=self._clock.now(),
            )
        return Ingested(document_id=document_id, chunks=0, failure=code)
