"""Versions of a resource as HTTP tells them apart: entity tags (RFC 9110 §8.8.3, §13.1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aiconnected.kit.errors import Conflict, ErrorCode

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Stale(Conflict):
    """The resource has changed since you read it: read it again."""

    code = ErrorCode.RES_PRECONDITION_FAILED


class Versioned(Protocol):
    """Something that says when it last changed."""

    @property
    def updated_at(self) -> datetime: ...


def etag(resource: Versioned) -> str:
    """The resource's entity tag: the microsecond of its last change."""
    return f'"{(resource.updated_at - _EPOCH) // _MICROSECOND:x}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Which versions of a resource a request may change; no tags are any."""

    tags: frozenset[str] = frozenset()

    @classmethod
    def read(cls, if_match: str | None) -> "Expected":
        """An `If-Match` header: `*`, or one tag or several."""
        tags = frozenset(tag.strip() for tag in (if_match or "*").split(","))
        return cls() if "*" in tags else cls(tags=tags)

    def check(self, resource: Versioned) -> None:
        """Raises `Stale`. The caller holds the row's lock, so that of two writers one is told."""
        if self.tags and etag(resource) not in self.tags:
            raise Stale


ANY = Expected()
