"""Work that one plane leaves in a queue for another; handlers are idempotent by envelope id."""

from typing import ClassVar
from uuid import UUID

from aiconnected.contracts.envelope import Body
from aiconnected.contracts.facts import CallEnded

__all__ = ["CallEnded", "DocumentAdded"]


class DocumentAdded(Body):
    """A document waits to be chunked and embedded."""

    TYPE: ClassVar[str] = "document.added"
    document_id: UUID
