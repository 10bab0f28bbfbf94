"""Agents, versions and parts as they are listed and shown, and what may be asked of the lists."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aiconnected.agents.models import LineKind, VersionStatus
from aiconnected.kit.listing import Field, Kind, Listable


class AgentStatus(StrEnum):
    """Whether an agent answers."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent, and which of its versions answers."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    slug: str
    description: str
    status: AgentStatus
    metadata: dict[str, object]
    published_version: int | None
    has_draft: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an agent. Its parts are named as they were when it was drafted."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID
    version: int
    status: VersionStatus
    language: str
    system_prompt_id: UUID
    voice_configuration_id: UUID
    agent_personality_id: UUID
    llm_provider: str
    llm_model: str
    max_tokens: int
    stt_provider: str
    stt_model: str
    turn_preset: str
    tools: tuple[str, ...]
    custom_function_ids: tuple[UUID, ...]
    retrieval: bool
    record: bool
    max_duration_s: int
    snapshot: dict[str, object] | None  # None while it is a draft
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt template with its own variables."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    description: str
    category: str
    content: str
    variables: dict[str, str]
    is_default: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    provider: str
    model: str
    speaking_rate: Decimal
    settings: dict[str, object]
    is_default: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """Who an agent is."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    persona: str
    disclosure: str
    settings: dict[str, object]
    is_default: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """A line known by heart; of all agents of the tenant when `agent_id` is None."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID | None
    kind: LineKind
    position: int
    language: str
    content: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHoliday:
    """A holiday as it is kept."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    day: date
    name: str
    opens: time | None  # both or neither; None is closed
    closes: time | None
    created_at: datetime
    updated_at: datetime

    @property
    def starts_at(self) -> datetime:
        """The day as lists are sorted by it."""
        return datetime.combine(self.day, time(), UTC)


def _common(alias: str) -> tuple[Field, ...]:
    return (
        Field(name="id", kind=Kind.ID, column=f"{alias}.id", type="uuid"),
        Field(name="tenant_id", kind=Kind.ID, column=f"{alias}.tenant_id", type="uuid"),
        Field(
            name="created_at",
            kind=Kind.MOMENT,
            column=f"{alias}.created_at",
            type="timestamptz",
            sorts=True,
        ),
        Field(
            name="updated_at",
            kind=Kind.MOMENT,
            column=f"{alias}.updated_at",
            type="timestamptz",
            sorts=True,
        ),
    )


def _name(alias: str) -> Field:
    return Field(name="name", kind=Kind.TEXT, column=f"{alias}.name", type="text", sorts=True)


def _default(alias: str) -> Field:
    return Field(name="is_default", kind=Kind.FLAG, column=f"{alias}.is_default", type="boolean")


AGENTS = Listable(
    *_common("g"),
    _name("g"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="g.status",
        type="agent_status_enum",
        choices=tuple(AgentStatus),
        sorts=True,
    ),
    order="-created_at",
    search=("g.name", "g.slug", "g.description"),
)
VERSIONS = Listable(
    Field(name="id", kind=Kind.ID, column="v.id", type="uuid"),
    Field(name="version", kind=Kind.NUMBER, column="v.version", type="numeric", sorts=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="v.status",
        type="agent_version_status_enum",
        choices=tuple(VersionStatus),
    ),
    Field(
        name="published_at",
        kind=Kind.MOMENT,
        column="v.published_at",
        type="timestamptz",
        nullable=True,
    ),
    order="-version",
)
PROMPTS = Listable(
    *_common("p"),
    _name("p"),
    _default("p"),
    Field(name="category", kind=Kind.TEXT, column="p.category", type="text", sorts=True),
    order="name",
    search=("p.name", "p.description", "p.content"),
)
VOICES = Listable(
    *_common("c"),
    _name("c"),
    _default("c"),
    Field(name="provider", kind=Kind.TEXT, column="c.provider", type="text"),
    Field(name="model", kind=Kind.TEXT, column="c.model", type="text"),
    order="name",
    search=("c.name", "c.model"),
)
PERSONALITIES = Listable(
    *_common("q"), _name("q"), _default("q"), order="name", search=("q.name", "q.persona")
)
GREETINGS = Listable(
    *_common("r"),
    Field(name="agent_id", kind=Kind.ID, column="r.agent_id", type="uuid", nullable=True),
    Field(
        name="kind",
        kind=Kind.WORD,
        column="r.kind",
        type="greeting_kind_enum",
        choices=tuple(LineKind),
        sorts=True,
    ),
    Field(name="position", kind=Kind.NUMBER, column="r.position", type="numeric", sorts=True),
    Field(name="language", kind=Kind.TEXT, column="r.language", type="text"),
    order="kind",
    search=("r.content",),
)
HOLIDAYS = Listable(
    Field(name="id", kind=Kind.ID, column="h.id", type="uuid"),
    Field(name="name", kind=Kind.TEXT, column="h.name", type="text"),
    Field(
        name="day",
        kind=Kind.MOMENT,
        column="(h.day::timestamp AT TIME ZONE 'UTC')",
        type="timestamptz",
        sorts=True,
        attribute="starts_at",
    ),
    order="day",
    search=("h.name",),
)
