"""Imports as people ask for them; a job reads them in, see `aiconnected.imports.job`."""

from datetime import timedelta
from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Work
from aiconnected.imports.errors import ImportNotFound, NotUploaded
from aiconnected.imports.models import CONTENT_TYPE, Import, ImportStatus
from aiconnected.imports.repository import ImportRepository
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.providers.object_store import ObjectStore

UPLOAD_TIME = timedelta(hours=1)


class ImportService:
    """What can be done with an import."""

    def __init__(
        self,
        imports: ImportRepository,
        *,
        agencies: AgencyService,
        objects: ObjectStore,
        audit: AuditService,
        bucket: str,
    ) -> None:
        self._imports, self._agencies = imports, agencies
        self._objects, self._audit, self._bucket = objects, audit, bucket

    def ask(self, work: Work, agency_id: UUID, *, size_bytes: int, slug: str | None) -> Import:
        """Announce an export of so many bytes; `slug` takes the place of its own.

        Raises `AgencyNotFound`.
        """
        self._agencies.get(work, agency_id)
        import_id = new_id()
        self._imports.insert(
            work,
            import_id,
            agency_id=agency_id,
            slug=slug,
            bucket=self._bucket,
            object_key=f"{agency_id}/imports/{import_id}.zip",
            size_bytes=size_bytes,
        )
        self._record(work, "import.requested", agency_id=agency_id, import_id=import_id)
        return self.get(work, agency_id, import_id=import_id)

    def page(self, work: Work, agency_id: UUID, *, wanted: ListQuery) -> Page[Import]:
        """The agency's imports; raises `AgencyNotFound`."""
        self._agencies.get(work, agency_id)
        return self._imports.page(work, agency_id, wanted=wanted)

    def get(self, work: Work, agency_id: UUID, *, import_id: UUID) -> Import:
        """The import; raises `AgencyNotFound`, `ImportNotFound`."""
        self._agencies.get(work, agency_id)
        found = self._imports.by_id(work, agency_id, import_id=import_id)
        if found is None:
            raise ImportNotFound
        return found

    def upload_url(self, found: Import) -> str:
        """Where its file is to be put."""
        return self._objects.presign_put(
            bucket=found.bucket,
            key=found.object_key,
            content_type=CONTENT_TYPE,
            size_bytes=found.size_bytes,
            ttl=UPLOAD_TIME,
        )

    def uploaded(self, work: Work, agency_id: UUID, *, import_id: UUID) -> Import:
        """Its file has been put; saying so twice is once.

        Raises `ImportNotFound`, `NotUploaded`, `ProviderError`.
        """
        found = self.get(work, agency_id, import_id=import_id)
        if found.status is not ImportStatus.UPLOADING:
            return found
        if self._objects.size(bucket=found.bucket, key=found.object_key) != found.size_bytes:
            raise NotUploaded
        if self._imports.uploaded(work, found):
            self._record(work, "import.uploaded", agency_id=agency_id, import_id=import_id)
        return self.get(work, agency_id, import_id=import_id)

    def _record(self, work: Work, action: str, *, agency_id: UUID, import_id: UUID) -> None:
        change = Change(action=action, resource_type="import", resource_id=import_id)
        self._audit.record(work, change, agency_id=agency_id)
