"""Values of custom functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class HttpMethod(StrEnum):
    """How a function's webhook is called."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"


class FunctionCallStatus(StrEnum):
    """How a call of a function ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFunction:
    """A function of a tenant's: its headers and its secret are kept sealed, and never shown."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    description: str
    parameters: Mapping[str, object]  # JSON Schema of the arguments
    webhook_url: str
    method: HttpMethod
    header_names: tuple[str, ...]
    timeout_ms: int
    retries: int
    is_active: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFunction:
    """What makes a function."""

    name: str
    webhook_url: str
    description: str = ""
    parameters: dict[str, object] = field(default_factory=dict[str, object])
    method: HttpMethod = HttpMethod.POST
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    timeout_ms: int = 5000
    retries: int = 1
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedParts:
    """What is kept sealed of a function."""

    sealed_headers: bytes | None
    sealed_secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """One use of a tool in a call, an agent's own or a tenant's function."""

    id: UUID
    tenant_id: UUID
    call_id: UUID
    custom_function_id: UUID | None  # None for what every agent can do
    function_name: str
    status: FunctionCallStatus
    code: str  # why it failed; empty when it did not
    arguments: dict[str, object]
    result: str
    duration_ms: float
    called_at: datetime


FUNCTIONS = Listable(
    Field(name="id", kind=Kind.ID, column="f.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="f.tenant_id", type="uuid"),
    Field(name="name", kind=Kind.TEXT, column="f.name", type="text", sorts=True),
    Field(name="is_active", kind=Kind.FLAG, column="f.is_active", type="boolean"),
    Field(
        name="created_at", kind=Kind.MOMENT, column="f.created_at", type="timestamptz", sorts=True
    ),
    Field(
        name="updated_at", kind=Kind.MOMENT, column="f.updated_at", type="timestamptz", sorts=True
    ),
    order="name",
    search=("f.name", "f.description"),
)
FUNCTION_CALLS = Listable(
    Field(name="id", kind=Kind.ID, column="l.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="l.tenant_id", type="uuid"),
    Field(name="call_id", kind=Kind.ID, column="l.call_id", type="uuid"),
    Field(
        name="custom_function_id",
        kind=Kind.ID,
        column="l.custom_function_id",
        type="uuid",
        nullable=True,
    ),
    Field(name="function_name", kind=Kind.TEXT, column="l.function_name", type="text"),
    Field(
        name="status",
        kind=Kind.WORD,
        column="l.status",
        type="function_call_status_enum",
        choices=tuple(FunctionCallStatus),
    ),
    Field(name="called_at", kind=Kind.MOMENT, column="l.called_at", type="timestamptz", sorts=True),
    order="-called_at",
)
