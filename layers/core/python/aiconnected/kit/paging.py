"""Pages of long lists: by offset, or by a cursor that stays right while rows arrive (PRD 16.1)."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last row of a page in a list ordered by time and id, both descending."""

    at: datetime
    id: UUID

    def encode(self) -> str:
        """Opaque text for the next request."""
        content = json.dumps([self.at.isoformat(), self.id.hex]).encode()
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read what `encode` wrote; anything else is `Invalid`."""
        try:
            content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            at, identifier = json.loads(content)
            cursor = cls(at=datetime.fromisoformat(at), id=UUID(hex=identifier))
        except (ValueError, TypeError, AttributeError, binascii.Error) as exc:
            raise _invalid("cursor", "This cursor was not made by this service.") from exc
        if cursor.at.tzinfo is None:
            raise _invalid("cursor", "This cursor was not made by this service.")
        return cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What of a list is asked for: `limit` rows after `cursor`, or after the first `offset`."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    cursor: Cursor | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise _invalid("limit", f"limit is 1 to {MAX_LIMIT}.", ErrorCode.VAL_OUT_OF_RANGE)
        if self.offset < 0:
            raise _invalid("offset", "offset is 0 or more.", ErrorCode.VAL_OUT_OF_RANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Rows of a list. `total` is None where counting would cost too much."""

    items: tuple[T, ...]
    next_cursor: Cursor | None = None
    total: int | None = None

    @classmethod
    def of(
        cls, rows: Sequence[T], *, limit: int, key: Callable[[T], Cursor], total: int | None = None
    ) -> "Page[T]":
        """The first `limit` of `rows`, which a repository fetched with one row more."""
        items = tuple(rows[:limit])
        more = len(rows) > limit
        return cls(items=items, next_cursor=key(items[-1]) if more else None, total=total)


def _invalid(field: str, message: str, code: ErrorCode = ErrorCode.VAL_INVALID_FORMAT) -> Invalid:
    return Invalid(code=code, details=[FieldError(field=field, code=code, message=message)])
