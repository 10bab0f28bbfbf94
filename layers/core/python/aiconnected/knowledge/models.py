"""Documents and the passages found in them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DocumentStatus(StrEnum):
    """Where a document stands on its way to being found."""

    PENDING = "pending"  # waits for its job
    PROCESSING = "processing"  # is being cut and embedded
    READY = "ready"
    FAILED = "failed"  # `failure_reason` says why


class DocumentSource(StrEnum):
    """How a document came."""

    TEXT = "text"
    FILE = "file"
    URL = "url"


class FailureCode(StrEnum):
    """Why a document cannot be searched."""

    EMPTY = "empty"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """A collection of documents that a tenant's agents ask."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    is_default: bool
    created_at: datetime
    document_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document without its text."""

    id: UUID
    agency_id: UUID
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document that answers a question, with what to cite."""

    id: UUID
    document_id: UUID
    title: str  # of the document
    heading: str  # title and headings that it stands under, ` > ` between them
    text: str
    score: float  # cosine with the question, 0 to 1; 0 when searched by words alone
    fused: float  # reciprocal-rank fusion of vector and words: what the passages are ordered by
