"""Values of agents: their parts, their versions, and what a call gets of them."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aiconnected.calls.models import AgentConfig, Holiday, OpeningHours


class LineKind(StrEnum):
    """What a line known by heart is for (`greetings.kind`)."""

    OPEN = "open"  # greeting in business hours
    AFTER_HOURS = "after_hours"  # greeting outside them
    HOLIDAY = "holiday"  # greeting on a holiday
    FILLER = "filler"
    STILL_THERE = "still_there"
    APOLOGY = "apology"
    HANDOVER = "handover"
    FAREWELL = "farewell"


class VersionStatus(StrEnum):
    """Life of a version: a published one never changes, only gives way to the next."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line the agent speaks by heart; a template as a prompt is."""

    kind: LineKind
    content: str
    position: int = 0
    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a configuration row is."""

    agency_id: UUID
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgent:
    """An agent before its first version."""

    name: str
    slug: str
    description: str = ""
    is_active: bool = True
    metadata: dict[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrompt:
    """A prompt template with its own variables."""

    name: str
    content: str
    variables: dict[str, str]
    description: str = ""
    category: str = "general"
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoice:
    """A voice."""

    name: str
    provider: str
    model: str
    speaking_rate: Decimal = Decimal(1)
    settings: dict[str, object] = field(default_factory=dict[str, object])
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPersonality:
    """Who the agent is."""

    name: str
    persona: str
    disclosure: str = ""
    settings: dict[str, object] = field(default_factory=dict[str, object])
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A draft: what it is made of, by reference, and how it hears, thinks and waits."""

    system_prompt_id: UUID
    voice_configuration_id: UUID
    agent_personality_id: UUID
    llm_provider: str
    llm_model: str
    max_tokens: int
    stt_provider: str
    stt_model: str
    turn_preset: str = "default"
    language: str = "en-US"
    tools: tuple[str, ...] = ()
    custom_function_ids: tuple[UUID, ...] = ()
    retrieval: bool = True
    record: bool = True
    max_duration_s: int = 1800


# What agents can do besides speaking (realtime.agent.tools); custom functions come on top.
TOOLS = frozenset({
    "search_knowledge", "business_hours", "check_availability", "book_appointment",
    "transfer_call", "end_call",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft with its parts as they are now: what publishing freezes."""

    id: UUID
    agent_id: UUID
    agent_name: str
    version: int
    language: str
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
    updated_at: datetime
    gone: tuple[str, ...]  # parts that have been deleted since
    prompt: str
    variables: dict[str, str]
    persona: str
    disclosure: str
    voice_provider: str
    voice_model: str
    speaking_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """A published version as it was frozen."""

    id: UUID
    agent_id: UUID
    version: int
    snapshot: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A published version that a number leads to."""

    tenant_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAgent:
    """What a call gets: the agent rendered for it, and the business it speaks for."""

    agent_version_id: UUID
    config: AgentConfig
    tenant_name: str
    timezone: str
    transfer_number: str | None
    hours: tuple[OpeningHours, ...]
    holidays: tuple[Holiday, ...]
