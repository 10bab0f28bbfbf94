"""The parts of agents as they are given and shown: prompts, voices, personalities, lines."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.agents.models import LineKind
from chalicelib.schemas.agents import Language, Model, Name, Note, Provider
from chalicelib.schemas.envelopes import Given, JsonObject, Shown, Text

_Whose = Annotated[UUID | None, Field(description="Whose; an agency's people must say it.")]
_Content = Annotated[
    Text, Field(min_length=1, max_length=50_000, description="{{name}} stands for a variable.")
]
_Category = Annotated[Text, Field(min_length=1, max_length=100)]
_Variables = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")],
        Annotated[Text, Field(max_length=1000)],
    ],
    Field(max_length=50, description="Values of the template's own variables by name."),
]
_Rate = Annotated[Decimal, Field(ge=Decimal("0.5"), le=2, decimal_places=2)]
_Persona = Annotated[Text, Field(min_length=1, max_length=20_000)]
_Disclosure = Annotated[Text, Field(max_length=2000)]
_Line = Annotated[Text, Field(min_length=1, max_length=2000)]
_Position = Annotated[int, Field(ge=0, le=1000)]


class PromptPut(Given):
    """The whole of a prompt template."""

    name: Name
    content: _Content
    description: Note = ""
    category: _Category = "general"
    variables: _Variables = Field(default_factory=dict[str, str])
    is_default: bool = False


class PromptGiven(PromptPut):
    """A new prompt template."""

    tenant_id: _Whose = None


class PromptChanged(Given):
    """What is to change."""

    name: Name = ""
    content: _Content = ""
    description: Note = ""
    category: _Category = ""
    variables: _Variables = Field(default_factory=dict[str, str])
    is_default: bool = False


class PromptShown(Shown):
    """A prompt template."""

    id: UUID
    tenant_id: UUID
    name: str
    description: str
    category: str
    content: str
    variables: dict[str, str]
    is_default: bool
    created_at: datetime
    updated_at: datetime


class PreviewAsked(Given):
    """Values to fill the template with, before its own; others are shown as examples."""

    variables: _Variables = Field(default_factory=dict[str, str])


class PreviewShown(Shown):
    """A template, filled."""

    text: str
    variables: dict[str, str] = Field(description="Every value that the text was filled with.")


class VoiceGiven(Given):
    """A new voice."""

    name: Name
    provider: Provider
    model: Model
    speaking_rate: _Rate = Decimal(1)
    settings: JsonObject = Field(default_factory=dict[str, object])
    is_default: bool = False
    tenant_id: _Whose = None


class VoiceChanged(Given):
    """What is to change."""

    name: Name = ""
    provider: Provider = ""
    model: Model = ""
    speaking_rate: _Rate = Decimal(1)
    settings: JsonObject = Field(default_factory=dict[str, object])
    is_default: bool = False


class VoiceShown(Shown):
    """A voice."""

    id: UUID
    tenant_id: UUID
    name: str
    provider: str
    model: str
    speaking_rate: float
    settings: dict[str, object]
    is_default: bool
    created_at: datetime
    updated_at: datetime


class PersonalityGiven(Given):
    """A new personality."""

    name: Name
    persona: _Persona
    disclosure: _Disclosure = Field(default="", description="That it is no human; that it records.")
    settings: JsonObject = Field(default_factory=dict[str, object])
    is_default: bool = False
    tenant_id: _Whose = None


class PersonalityChanged(Given):
    """What is to change."""

    name: Name = ""
    persona: _Persona = ""
    disclosure: _Disclosure = ""
    settings: JsonObject = Field(default_factory=dict[str, object])
    is_default: bool = False


class PersonalityShown(Shown):
    """Who an agent is."""

    id: UUID
    tenant_id: UUID
    name: str
    persona: str
    disclosure: str
    settings: dict[str, object]
    is_default: bool
    created_at: datetime
    updated_at: datetime


class GreetingGiven(Given):
    """A new line known by heart."""

    kind: LineKind
    content: _Line
    position: _Position = 0
    language: Language = "en-US"
    agent_id: UUID | None = Field(
        default=None, description="Null: of all agents that have no such line."
    )
    tenant_id: _Whose = None


class GreetingChanged(Given):
    """What is to change."""

    kind: LineKind = LineKind.OPEN
    content: _Line = ""
    position: _Position = 0
    language: Language = "en-US"


class GreetingShown(Shown):
    """A line known by heart."""

    id: UUID
    tenant_id: UUID
    agent_id: UUID | None
    kind: LineKind
    position: int
    language: str
    content: str
    created_at: datetime
    updated_at: datetime
