"""Agents and their versions as they are given and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.agents.models import VersionStatus
from aiconnected.agents.views import AgentStatus
from chalicelib.schemas.envelopes import Given, JsonObject, Shown, Slug, Text

Name = Annotated[Text, Field(min_length=1, max_length=255)]
Note = Annotated[Text, Field(max_length=5000)]
Language = Annotated[
    str, Field(max_length=20, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47")
]
Provider = Annotated[Text, Field(min_length=1, max_length=50)]
Model = Annotated[
    Text, Field(min_length=1, max_length=100, description="Of the catalogue: GET /models.")
]
_Tools = Annotated[
    tuple[Annotated[Text, Field(max_length=100)], ...],
    Field(max_length=50, description="Such as end_call; see GET /models."),
]
_Functions = Annotated[tuple[UUID, ...], Field(max_length=50, description="Custom functions.")]


class AgentGiven(Given):
    """A new agent; its content is a version, drafted and published."""

    name: Name = Field(description="What the agent calls itself.")
    slug: Slug | None = Field(default=None, description="Default: made of the name.")
    description: Note = ""
    is_active: bool = True
    metadata: JsonObject = Field(default_factory=dict[str, object])
    tenant_id: UUID | None = Field(
        default=None, description="Whose; an agency's people must say it."
    )


class AgentPut(Given):
    """The whole of an agent, without its versions."""

    name: Name
    slug: Slug
    description: Note = ""
    status: AgentStatus = AgentStatus.ACTIVE
    metadata: JsonObject = Field(default_factory=dict[str, object])


class AgentChanged(Given):
    """What is to change."""

    name: Name = ""
    slug: Slug = ""
    description: Note = ""
    status: AgentStatus = AgentStatus.ACTIVE
    metadata: JsonObject = Field(default_factory=dict[str, object])


class AgentShown(Shown):
    """An agent, and which of its versions answers."""

    id: UUID
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


class DraftGiven(Given):
    """The whole of an agent's next version; parts that are left out are the client's defaults."""

    system_prompt_id: UUID | None = None
    voice_configuration_id: UUID | None = None
    agent_personality_id: UUID | None = None
    llm_model: Model
    llm_provider: Provider | None = Field(default=None, description="Default: by the model's name.")
    max_tokens: Annotated[int, Field(ge=16, le=8192)] = 1024
    stt_model: Model = "nova-3"
    stt_provider: Provider | None = None
    turn_preset: Annotated[str, Field(pattern=r"^(fast|default)$")] = "default"
    language: Language = "en-US"
    tools: _Tools = ()
    custom_function_ids: _Functions = ()
    retrieval: bool = Field(default=True, description="Ask the knowledge base.")
    record: bool = True
    max_duration_s: Annotated[int, Field(ge=30, le=14_400)] = 1800


class VersionShown(Shown):
    """A version of an agent; `snapshot` is what was frozen when it was published."""

    id: UUID
    agent_id: UUID
    tenant_id: UUID
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
    tools: list[str]
    custom_function_ids: list[UUID]
    retrieval: bool
    record: bool
    max_duration_s: int
    snapshot: dict[str, object] | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ModelShown(Shown):
    """A model that agents may be made of; a name that ends in * stands for all that begin so."""

    kind: str
    provider: str
    name: str


class CatalogueShown(Shown):
    """What agents may be made of."""

    models: list[ModelShown]
    tools: list[str]
    turn_presets: list[str]
    variables: list[str] = Field(description="What every template may name.")
