"""Custom functions and what was called, as they are given and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.functions.models import FunctionCallStatus, HttpMethod
from chalicelib.schemas.envelopes import Given, JsonObject, Shown, Text

_Name = Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
_Description = Annotated[Text, Field(max_length=2000)]
_Address = Annotated[Text, Field(min_length=1, max_length=2000, description="https only.")]
_Headers = Annotated[
    dict[str, Annotated[Text, Field(max_length=2000)]],
    Field(max_length=20, description="Kept sealed and never shown again; their names are."),
]
_Timeout = Annotated[int, Field(ge=100, le=20_000)]
_Retries = Annotated[int, Field(ge=0, le=3)]
_SCHEMA = Field(
    description="JSON Schema of the arguments, an object.",
    examples=[{"type": "object", "properties": {"order": {"type": "string"}}}],
)
_Parameters = Annotated[JsonObject, _SCHEMA]


def _no_parameters() -> dict[str, object]:
    return {"type": "object", "properties": {}}


class FunctionPut(Given):
    """The whole of a function; headers that are left out are gone."""

    name: _Name
    webhook_url: _Address
    description: _Description = ""
    parameters: _Parameters = Field(default_factory=_no_parameters)
    method: HttpMethod = HttpMethod.POST
    headers: _Headers = Field(default_factory=dict[str, str])
    timeout_ms: _Timeout = 5000
    retries: _Retries = 1
    is_active: bool = True


class FunctionGiven(FunctionPut):
    """A new function."""

    tenant_id: UUID | None = Field(
        default=None, description="Whose; an agency's people must say it."
    )


class FunctionChanged(Given):
    """What is to change."""

    name: _Name = ""
    webhook_url: _Address = ""
    description: _Description = ""
    parameters: _Parameters = Field(default_factory=_no_parameters)
    method: HttpMethod = HttpMethod.POST
    headers: _Headers = Field(default_factory=dict[str, str])
    timeout_ms: _Timeout = 5000
    retries: _Retries = 1
    is_active: bool = True


class FunctionShown(Shown):
    """A custom function."""

    id: UUID
    tenant_id: UUID
    name: str
    description: str
    parameters: dict[str, object]
    webhook_url: str
    method: HttpMethod
    header_names: list[str]
    timeout_ms: int
    retries: int
    is_active: bool
    created_at: datetime
    updated_at: datetime


class FunctionMade(FunctionShown):
    """A custom function with the secret that signs its requests, shown this once."""

    signing_secret: str


class FunctionCallShown(Shown):
    """One use of a tool in a call."""

    id: UUID
    tenant_id: UUID
    call_id: UUID
    custom_function_id: UUID | None = Field(description="Null for what every agent can do.")
    function_name: str
    status: FunctionCallStatus
    code: str = Field(description="Why it failed; empty when it did not.")
    arguments: dict[str, object]
    result: str
    duration_ms: float
    called_at: datetime
