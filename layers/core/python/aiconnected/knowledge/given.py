"""Documents as people give them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """A document as it is given: plain text or markdown."""

    title: str
    text: str
    content_type: str = "text/markdown"
    knowledge_base_id: UUID | None = None  # None is the tenant's default base
    metadata: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDocument:
    """A document as a file, which lies in the object store or is on its way there."""

    knowledge_base_id: UUID
    filename: str
    size_bytes: int
    bucket: str
    title: str = ""  # the file's name where it is empty
    sha256: str = ""  # of what has been given already
    uploaded: bool = True
    metadata: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDocument:
    """A document as the address of a page, which the job fetches."""

    knowledge_base_id: UUID
    url: str
    title: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict[str, object])
