"""Values of idempotency keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A request that is to be answered once: whose it is, its key, and what it asks for."""

    actor_id: UUID
    key: str
    agency_id: UUID | None
    tenant_id: UUID | None
    route: str
    request_sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An HTTP answer. `replayed` says that it is the first one given again."""

    status: int
    headers: Mapping[str, list[str]]
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a key."""

    request_sha256: bytes
    begun_at: datetime
    status: int | None
    sealed_answer: bytes | None
