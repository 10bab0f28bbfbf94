"""Repository of API keys: every SQL statement about one."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.api_keys.models import API_KEYS, ApiKey, Bearer, NewApiKey
from aiconnected.auth.models import Place
from aiconnected.db import Queries, Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)


class ApiKeyRepository:
    """Reads and writes API keys."""

    def bearer(self, work: Work, key_hash: bytes) -> Bearer | None:
        """What a request with the key is decided by, in the platform's scope."""
        return work.row(SQL["bearer"], Bearer, key_hash=key_hash)

    def use(self, work: Work, key_id: UUID, *, now: datetime, ip: str | None) -> None:
        """Remember when and whence it was used."""
        work.run(SQL["use"], key_id=key_id, now=now, ip=ip)

    def by_id(self, work: Work, key_id: UUID) -> ApiKey | None:
        """The key, unless outside the scope."""
        return work.row(SQL["by_id"], ApiKey, key_id=key_id)

    def lock(self, work: Work, key_id: UUID) -> ApiKey | None:
        """The key, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], ApiKey, key_id=key_id)

    def page(self, work: Work, wanted: ListQuery) -> Page[ApiKey]:
        """Those that were asked for."""
        return page(work, SQL["page"], ApiKey, of=API_KEYS, wanted=wanted)

    def insert(
        self,
        work: Work,
        key_id: UUID,
        *,
        at: Place,
        new: NewApiKey,
        prefix: str,
        key_hash: bytes,
    ) -> None:
        """Keep a key's hash."""
        columns = asdict(new) | asdict(at)
        columns["permissions"] = [permission.value for permission in new.permissions]
        work.run(SQL["insert"], id=key_id, prefix=prefix, key_hash=key_hash, **columns)

    def replace(self, work: Work, key_id: UUID, *, prefix: str, key_hash: bytes) -> None:
        """Keep another key's hash in its place."""
        work.run(SQL["replace"], key_id=key_id, prefix=prefix, key_hash=key_hash)

    def revoke(self, work: Work, key_id: UUID, *, now: datetime) -> None:
        """Refuse it from now on."""
        work.run(SQL["revoke"], key_id=key_id, now=now)
