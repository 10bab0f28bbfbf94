"""Service of knowledge bases: which there are, and which documents are in them."""

from collections.abc import Mapping
from uuid import UUID

from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.knowledge.catalogue import CatalogueRepository
from aiconnected.knowledge.errors import (
    DocumentNotFound,
    KnowledgeBaseNameTaken,
    KnowledgeBaseNotEmpty,
    KnowledgeBaseNotFound,
)
from aiconnected.knowledge.models import Document, KnowledgeBase, NewBase


class KnowledgeBaseService:
    """Works within the caller's unit of work, whose scope says which bases there are."""

    def __init__(
        self, catalogue: CatalogueRepository, *, audit: AuditService, clock: Clock
    ) -> None:
        self._catalogue, self._audit, self._clock = catalogue, audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[KnowledgeBase]:
        """Bases within the scope."""
        return self._catalogue.bases(work, wanted)

    def get(self, work: Work, base_id: UUID) -> KnowledgeBase:
        """One base; raises `KnowledgeBaseNotFound`, also for one outside the scope."""
        found = self._catalogue.base(work, base_id)
        if found is None:
            raise KnowledgeBaseNotFound
        return found

    def add(self, work: Work, new: NewBase) -> KnowledgeBase:
        """Make a base; as the default one it takes the other's place.

        Raises `KnowledgeBaseNameTaken`.
        """
        base_id = new_id()
        try:
            with work.savepoint():
                if new.is_default:
                    self._catalogue.clear_default(work, new.tenant_id)
                self._catalogue.insert_base(work, base_id, new=new)
        except UniqueViolation as exc:
            raise KnowledgeBaseNameTaken from exc
        base = self.get(work, base_id)
        self._record(work, "knowledge_base.created", base)
        return base

    def change(
        self,
        work: Work,
        base_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> KnowledgeBase:
        """The base with `changes` by field; made the default one, it takes the other's place.

        Raises `KnowledgeBaseNotFound`, `Stale`, `KnowledgeBaseNameTaken`.
        """
        before = self._locked(work, base_id)
        expected.check(before)
        found = differences(before, changes)
        values = {name: after for name, (_, after) in found.items()}
        try:
            with work.savepoint():
                if values.get("is_default"):
                    self._catalogue.clear_default(work, before.tenant_id)
                self._catalogue.change_base(work, before.tenant_id, base_id=base_id, changes=values)
        except UniqueViolation as exc:
            raise KnowledgeBaseNameTaken from exc
        if found:
            self._record(work, "knowledge_base.updated", before, changes=found)
        return self.get(work, base_id)

    def delete(self, work: Work, base_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete an empty base.

        Raises `KnowledgeBaseNotFound`, `Stale`, `KnowledgeBaseNotEmpty`.
        """
        base = self._locked(work, base_id)
        expected.check(base)
        if self._catalogue.has_documents(work, base.tenant_id, base_id=base_id):
            raise KnowledgeBaseNotEmpty
        self._catalogue.delete_base(work, base.tenant_id, base_id=base_id, now=self._clock.now())
        self._record(work, "knowledge_base.deleted", base)

    def document(self, work: Work, base_id: UUID, *, document_id: UUID) -> Document:
        """A document of the base; raises `KnowledgeBaseNotFound` or `DocumentNotFound`."""
        base = self.get(work, base_id)
        document = self._catalogue.document(work, base.tenant_id, document_id=document_id)
        if document is None or document.knowledge_base_id != base_id:
            raise DocumentNotFound
        return document

    def _locked(self, work: Work, base_id: UUID) -> KnowledgeBase:
        base = self._catalogue.lock_base(work, base_id)
        if base is None:
            raise KnowledgeBaseNotFound
        return base

    def _record(
        self,
        work: Work,
        action: str,
        base: KnowledgeBase,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action,
            resource_type="knowledge_base",
            resource_id=base.id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=base.agency_id, tenant_id=base.tenant_id)
