"""Knowledge bases and documents as they are given and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aiconnected.knowledge.models import DocumentSource, DocumentStatus
from chalicelib.schemas.envelopes import Given, Shown, Text


class DocumentGiven(Given):
    """A document as text. The service refuses one of more than a million bytes."""

    title: Annotated[Text, Field(min_length=1, max_length=500)]
    content: Annotated[Text, Field(min_length=1)]
    content_type: Literal["text/markdown", "text/plain"] = "text/markdown"


class DocumentShown(Shown):
    """A document without its text."""

    id: UUID
    tenant_id: UUID
    knowledge_base_id: UUID
    title: str
    source: DocumentSource
    content_type: str
    size_bytes: int
    status: DocumentStatus
    failure_code: str | None
    failure_reason: str | None
    chunk_count: int
    token_count: int
    created_at: datetime
    processed_at: datetime | None


class KnowledgeBaseShown(Shown):
    """A collection of documents that an agent asks."""

    id: UUID
    tenant_id: UUID
    name: str
    is_default: bool
    document_count: int
    created_at: datetime
