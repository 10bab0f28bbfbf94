"""What names an event, and the answer that is kept for whoever sends it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKey:
    """The provider's own id of an event, or what else names it once, such as `voice:CA…`."""

    provider: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """An HTTP answer. `replayed` says that this is the first one given again."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    replayed: bool = False
