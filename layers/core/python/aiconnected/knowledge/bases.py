"""Service of knowledge bases: which there are, and which documents are in them."""

from uuid import UUID

from aiconnected.db import Work
from aiconnected.knowledge.errors import DocumentNotFound, KnowledgeBaseNotFound
from aiconnected.knowledge.models import Document, KnowledgeBase
from aiconnected.knowledge.repository import KnowledgeRepository


class KnowledgeBaseService:
    """Works within the caller's unit of work, whose scope says which bases there are."""

    def __init__(self, knowledge: KnowledgeRepository) -> None:
        self._knowledge = knowledge

    def all(self, work: Work, *, tenant_id: UUID | None = None) -> list[KnowledgeBase]:
        """Bases within the scope, of one tenant when it is named."""
        return self._knowledge.bases(work, tenant_id=tenant_id)

    def get(self, work: Work, base_id: UUID) -> KnowledgeBase:
        """One base; raises `KnowledgeBaseNotFound`, also for one outside the scope."""
        found = self._knowledge.bases(work, base_id=base_id)
        if not found:
            raise KnowledgeBaseNotFound
        return found[0]

    def document(self, work: Work, base_id: UUID, *, document_id: UUID) -> Document:
        """A document of the base; raises `KnowledgeBaseNotFound` or `DocumentNotFound`."""
        base = self.get(work, base_id)
        document = self._knowledge.get(work, base.tenant_id, document_id=document_id)
        if document is None or document.knowledge_base_id != base_id:
            raise DocumentNotFound
        return document
