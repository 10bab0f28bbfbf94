"""The parts that agents are made of: prompts, voices, personalities and lines, kept alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from aiconnected.agents.views import (
    GREETINGS,
    PERSONALITIES,
    PROMPTS,
    VOICES,
    Greeting,
    Personality,
    Prompt,
    Voice,
)
from aiconnected.db import Queries, Query, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import Listable, ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)


class Part(Protocol):
    """A part of a tenant's."""

    @property
    def id(self) -> UUID: ...
    @property
    def agency_id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID: ...
    @property
    def updated_at(self) -> datetime: ...


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartQueries:
    """The statements of one kind. Lines have no default, and no draft names them."""

    page: Query
    one: Query
    lock: Query
    change: Query
    delete: Query
    gives_way: Query | None = None
    default: Query | None = None
    drafted: Query | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKind(Generic[P]):
    """One kind of part. `name` is what the audit log calls it."""

    name: str
    row: type[P]
    listable: Listable
    columns: frozenset[str]
    sql: PartQueries = field(repr=False)


class PartRepository(Generic[P]):
    """Reads and writes parts of one kind."""

    def __init__(self, kind: PartKind[P]) -> None:
        self._kind, self._sql = kind, kind.sql

    def page(self, work: Work, wanted: ListQuery) -> Page[P]:
        """Those that were asked for, within the scope."""
        return page(work, self._sql.page, self._kind.row, of=self._kind.listable, wanted=wanted)

    def by_id(self, work: Work, part_id: UUID) -> P | None:
        """The part, unless deleted."""
        return work.row(self._sql.one, self._kind.row, id=part_id)

    def lock(self, work: Work, part_id: UUID) -> P | None:
        """The part, unless deleted, kept from other writers until the transaction ends."""
        return work.row(self._sql.lock, self._kind.row, id=part_id)

    def change(self, work: Work, part: Part, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation."""
        change(
            work,
            self._sql.change,
            changes=changes,
            columns=self._kind.columns,
            tenant_id=part.tenant_id,
            id=part.id,
        )

    def delete(self, work: Work, part: Part, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(self._sql.delete, tenant_id=part.tenant_id, id=part.id, now=now)

    def make_room_for_default(self, work: Work, tenant_id: UUID) -> None:
        """No part of the tenant's is the default any more."""
        if self._sql.gives_way is not None:
            work.run(self._sql.gives_way, tenant_id=tenant_id)

    def default(self, work: Work, tenant_id: UUID) -> UUID | None:
        """The part that agents are made of that name no other."""
        if self._sql.default is None:
            return None
        return work.value(self._sql.default, UUID, tenant_id=tenant_id)

    def is_drafted(self, work: Work, part: Part) -> bool:
        """Whether a draft is made of it."""
        if self._sql.drafted is None:
            return False
        return bool(work.value(self._sql.drafted, bool, tenant_id=part.tenant_id, id=part.id))


PROMPT = PartKind(
    name="system_prompt",
    row=Prompt,
    listable=PROMPTS,
    columns=frozenset({"name", "description", "category", "content", "variables", "is_default"}),
    sql=PartQueries(
        page=SQL["prompts_page"],
        one=SQL["prompt"],
        lock=SQL["lock_prompt"],
        change=SQL["change_prompt"],
        delete=SQL["delete_prompt"],
        gives_way=SQL["prompt_gives_way"],
        default=SQL["default_prompt"],
        drafted=SQL["prompt_drafted"],
    ),
)
VOICE = PartKind(
    name="voice_configuration",
    row=Voice,
    listable=VOICES,
    columns=frozenset({"name", "provider", "model", "speaking_rate", "settings", "is_default"}),
    sql=PartQueries(
        page=SQL["voices_page"],
        one=SQL["voice"],
        lock=SQL["lock_voice"],
        change=SQL["change_voice"],
        delete=SQL["delete_voice"],
        gives_way=SQL["voice_gives_way"],
        default=SQL["default_voice"],
        drafted=SQL["voice_drafted"],
    ),
)
PERSONALITY = PartKind(
    name="agent_personality",
    row=Personality,
    listable=PERSONALITIES,
    columns=frozenset({"name", "persona", "disclosure", "settings", "is_default"}),
    sql=PartQueries(
        page=SQL["personalities_page"],
        one=SQL["personality"],
        lock=SQL["lock_personality"],
        change=SQL["change_personality"],
        delete=SQL["delete_personality"],
        gives_way=SQL["personality_gives_way"],
        default=SQL["default_personality"],
        drafted=SQL["personality_drafted"],
    ),
)
GREETING = PartKind(
    name="greeting",
    row=Greeting,
    listable=GREETINGS,
    columns=frozenset({"agent_id", "kind", "position", "language", "content"}),
    sql=PartQueries(
        page=SQL["greetings_page"],
        one=SQL["greeting"],
        lock=SQL["lock_greeting"],
        change=SQL["change_greeting"],
        delete=SQL["delete_greeting"],
    ),
)
