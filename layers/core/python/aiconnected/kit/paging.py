"""Pages of long lists (PRD 16.1); what may be asked of a list is `aiconnected.kit.listing`."""

from dataclasses import dataclass
from typing import Generic, TypeVar

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Rows of a list. `after` is the cursor of what follows; `total` None where not counted."""

    items: tuple[T, ...]
    after: str | None = None
    total: int | None = None
