"""Documents and the passages found in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.listing import Field, Kind, Listable


class DocumentStatus(StrEnum):
    """Where a document stands on its way to being found."""

    UPLOADING = "uploading"  # waits for its file
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
    UNREADABLE = "unreadable"  # not what it says it is, or broken
    PROTECTED = "protected"  # by a password
    TOO_LARGE = "too_large"  # unpacked, or too much work
    UNSUPPORTED = "unsupported"  # a type that we do not read
    MISSING = "missing"  # the file is not where it should be
    UNREACHABLE = "unreachable"  # the page cannot be fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """A collection of documents that a tenant's agents ask."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    name: str
    description: str
    is_default: bool
    created_at: datetime
    updated_at: datetime
    document_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBase:
    """What makes a knowledge base."""

    agency_id: UUID
    tenant_id: UUID
    name: str
    description: str = ""
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document without its text."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID
    knowledge_base_id: UUID
    title: str
    source: DocumentSource
    source_url: str | None
    content_type: str
    size_bytes: int
    status: DocumentStatus
    failure_code: str | None
    failure_reason: str | None
    chunk_count: int
    token_count: int
    metadata: Mapping[str, object]
    created_at: datetime
    updated_at: datetime
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


KNOWLEDGE_BASES = Listable(
    Field(name="id", kind=Kind.ID, column="b.id", type="uuid"),
    Field(name="tenant_id", kind=Kind.ID, column="b.tenant_id", type="uuid"),
    Field(name="name", kind=Kind.TEXT, column="b.name", type="text", sorts=True),
    Field(name="is_default", kind=Kind.FLAG, column="b.is_default", type="boolean"),
    Field(
        name="created_at", kind=Kind.MOMENT, column="b.created_at", type="timestamptz", sorts=True
    ),
    order="created_at",
    search=("b.name", "b.description"),
)
DOCUMENTS = Listable(
    Field(name="id", kind=Kind.ID, column="d.id", type="uuid"),
    Field(name="title", kind=Kind.TEXT, column="d.title", type="text", sorts=True),
    Field(
        name="status",
        kind=Kind.WORD,
        column="d.status",
        type="document_status_enum",
        choices=tuple(DocumentStatus),
        sorts=True,
    ),
    Field(
        name="source",
        kind=Kind.WORD,
        column="d.source",
        type="document_source_enum",
        choices=tuple(DocumentSource),
    ),
    Field(name="content_type", kind=Kind.TEXT, column="d.content_type", type="text"),
    Field(name="size_bytes", kind=Kind.NUMBER, column="d.size_bytes", type="numeric", sorts=True),
    Field(
        name="created_at", kind=Kind.MOMENT, column="d.created_at", type="timestamptz", sorts=True
    ),
    order="-created_at",
    search=("d.title",),
)
