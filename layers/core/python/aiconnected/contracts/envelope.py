"""The envelope around every message between planes, and the tolerant reading of its body."""

import builtins
from datetime import datetime
from typing import Annotated, ClassVar, Self, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from aiconnected.kit.ids import new_id

VERSION = 1
B = TypeVar("B", bound="Body")


class UnknownMessageError(ValueError):
    """A message of a type or version that this reader does not know: skip it or leave it queued."""


class Body(BaseModel):
    """Base of all message bodies: frozen, and deaf to fields of later versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]


class Envelope(BaseModel):
    """`{v, id, type, at, agency_id, tenant_id, call_id, body}` (design.md §9)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Annotated[int, Field(ge=1)] = VERSION
    id: UUID = Field(default_factory=new_id)
    type: str
    at: AwareDatetime
    agency_id: UUID | None = None
    tenant_id: UUID | None = None
    call_id: UUID | None = None
    body: dict[str, JsonValue]

    @classmethod
    def of(
        cls,
        body: Body,
        *,
        at: datetime,
        agency_id: UUID | None,
        tenant_id: UUID | None,
        call_id: UUID | None = None,
    ) -> Self:
        """Wrap `body`; its class gives the type."""
        return cls(
            type=body.TYPE,
            at=at,
            agency_id=agency_id,
            tenant_id=tenant_id,
            call_id=call_id,
            body=body.model_dump(mode="json"),
        )

    def read(self, *kinds: builtins.type[B]) -> B:
        """The body as the one of `kinds` that carries this envelope's type."""
        for kind in kinds:
            if self.type == kind.TYPE and self.v <= VERSION:
                return kind.model_validate(self.body)
        raise UnknownMessageError(f"{self.type} v{self.v}")
