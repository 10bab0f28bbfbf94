"""Knowledge bases and documents as they are given and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from aiconnected.knowledge.models import DocumentSource, DocumentStatus
from chalicelib.schemas.envelopes import Given, JsonObject, Shown, Text

Title = Annotated[Text, Field(min_length=1, max_length=500)]
_Name = Annotated[Text, Field(min_length=1, max_length=255)]
_Description = Annotated[Text, Field(max_length=5_000)]


class BaseGiven(Given):
    """A new knowledge base; a client's own people may leave the client out."""

    tenant_id: UUID | None = None
    name: _Name
    description: _Description = ""
    is_default: bool = Field(default=False, description="Where a document goes that names no base.")


class BaseChanged(Given):
    """What is to change of a knowledge base."""

    name: _Name = ""
    description: _Description = ""
    is_default: Literal[True] = Field(default=True, description="It takes the other's place.")


class DocumentGiven(Given):
    """A document as text. The service refuses one of more than a million bytes."""

    title: Title
    content: Annotated[Text, Field(min_length=1)]
    content_type: Literal["text/markdown", "text/plain"] = "text/markdown"
    metadata: JsonObject = Field(default_factory=dict)


class PageGiven(Given):
    """A page of the web, which is fetched and read."""

    url: Annotated[Text, Field(min_length=1, max_length=2000, examples=["https://example.com/faq"])]
    title: Annotated[Text, Field(max_length=500)] = ""
    metadata: JsonObject = Field(default_factory=dict)


class UploadGiven(Given):
    """A file that is put to the object store: .pdf .docx .txt .md .html .csv, 25 MB at most."""

    filename: Annotated[Text, Field(min_length=1, max_length=255, examples=["prices.pdf"])]
    size_bytes: Annotated[int, Field(ge=0, le=10**10)]
    title: Annotated[Text, Field(max_length=500)] = ""
    metadata: JsonObject = Field(default_factory=dict)


class DocumentChanged(Given):
    """What is to change of a document. Another title or text is processed anew."""

    title: Title = ""
    content: Annotated[Text, Field(min_length=1)] = ""
    metadata: JsonObject = Field(default_factory=dict)


class DocumentShown(Shown):
    """A document without its text."""

    id: UUID
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
    metadata: dict[str, JsonValue]
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None


class UploadShown(Shown):
    """Where the file is put: PUT it to `url` with these headers, then complete the document."""

    url: str
    headers: dict[str, str]
    expires_at: datetime


class DocumentToUpload(Shown):
    """A document that waits for its file."""

    document: DocumentShown
    upload: UploadShown


class KnowledgeBaseShown(Shown):
    """A collection of documents that an agent asks."""

    id: UUID
    tenant_id: UUID
    name: str
    description: str
    is_default: bool
    document_count: int
    created_at: datetime
    updated_at: datetime


class QuestionGiven(Given):
    """What is looked for."""

    query: Annotated[Text, Field(min_length=1, max_length=2_000)]
    limit: Annotated[int, Field(ge=1, le=20)] = 5
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.0


class PassageShown(Shown):
    """A piece of a document that answers the question, and where it stands."""

    id: UUID
    document_id: UUID
    title: str
    heading: str
    text: str
    score: float = Field(description="Likeness to the question, 0 to 1; 0 when found by words.")
    rank: float = Field(description="What passages are ordered by; compares within one search.")
