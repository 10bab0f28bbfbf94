"""Repository of credentials: every SQL statement about one."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.auth.models import Place
from aiconnected.credentials.models import (
    CREDENTIALS,
    Credential,
    CredentialProvider,
    NewCredential,
)
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = frozenset({"name", "sealed", "hint"})


class CredentialRepository:
    """Reads and writes credentials."""

    def by_id(self, work: Work, credential_id: UUID) -> Credential | None:
        """The credential, unless deleted or outside the scope."""
        return work.row(SQL["by_id"], Credential, credential_id=credential_id)

    def lock(self, work: Work, credential_id: UUID) -> Credential | None:
        """The credential, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], Credential, credential_id=credential_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[Credential]:
        """Those that were asked for."""
        return page(work, SQL["page"], Credential, of=CREDENTIALS, wanted=wanted)

    def insert(
        self,
        work: Work,
        credential_id: UUID,
        *,
        at: Place,
        new: NewCredential,
        sealed: bytes,
        hint: str,
    ) -> None:
        """Add it; raises UniqueViolation when the provider has one of this name."""
        work.run(
            SQL["insert"],
            id=credential_id,
            provider=new.provider,
            name=new.name,
            sealed=sealed,
            hint=hint,
            **asdict(at),
        )

    def change(self, work: Work, credential_id: UUID, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the name is taken."""
        change(work, SQL["change"], changes=changes, columns=_COLUMNS, credential_id=credential_id)

    def delete(self, work: Work, credential_id: UUID, *, now: datetime) -> None:
        """Mark it as deleted, without its secret."""
        work.run(SQL["delete"], credential_id=credential_id, now=now)

    def in_use(self, work: Work, credential_id: UUID) -> bool:
        """Whether a carrier connection names it."""
        return bool(work.value(SQL["in_use"], bool, credential_id=credential_id))

    def sealed(self, work: Work, provider: CredentialProvider, *, at: Place) -> bytes | None:
        """The sealed secret that the place uses with the provider."""
        return work.value(SQL["sealed"], bytes, provider=provider, **asdict(at))
