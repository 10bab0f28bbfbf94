"""Values of credentials."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class CredentialProvider(StrEnum):
    """Whose service a credential opens."""

    ANTHROPIC = "anthropic"
    ASSEMBLYAI = "assemblyai"
    CARTESIA = "cartesia"
    DEEPGRAM = "deepgram"
    DEEPSEEK = "deepseek"
    ELEVENLABS = "elevenlabs"
    GOOGLE = "google"
    GOTO = "goto"
    GROQ = "groq"
    LIVEKIT = "livekit"
    OPENAI = "openai"
    RESEMBLE = "resemble"
    RINGCENTRAL = "ringcentral"
    RUNPOD = "runpod"
    STRIPE = "stripe"
    TWILIO = "twilio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential as it is shown: that there is one, and how its secret ends."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None  # None is for all clients of the agency
    provider: CredentialProvider
    name: str
    hint: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    """What makes a credential."""

    provider: CredentialProvider
    name: str
    secret: str = field(repr=False)


CREDENTIALS = Listable(
    Field(name="id", kind=Kind.ID, column="c.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="c.tenant_id", type="uuid", nullable=True),
    Field(
        name="provider",
        kind=Kind.WORD,
        column="c.provider",
        type="text",
        choices=tuple(CredentialProvider),
        sorts=True,
    ),
    Field(name="name", kind=Kind.TEXT, column="c.name", type="text", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="c.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("c.name",),
)
