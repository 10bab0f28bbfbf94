"""A person's files as documents of a client: read, given to the control plane, waited for."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from infra.local.cli.errors import BadDocument, RecordUnavailable
from infra.local.cli.records import ControlPlane

CONTENT_TYPES = {".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain"}
_POLL = 0.1  # seconds
_WITHIN = 60.0  # seconds in which a document must have been read
_BASES = "/api/v1/knowledge-bases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document as it is given."""

    title: str
    content: str
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """A document that can be searched."""

    title: str
    chunks: int
    seconds: float


def read(path: Path) -> Draft:
    """A text or markdown file; its title is its first heading, else its name.

    Raises BadDocument.
    """
    content_type = CONTENT_TYPES.get(path.suffix.casefold())
    if content_type is None:
        kinds = ", ".join(CONTENT_TYPES)
        raise BadDocument(f"{path}: only {kinds} can be taken in for now")
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise BadDocument(f"{path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise BadDocument(f"{path}: is not UTF-8 text") from exc
    if not content.strip():
        raise BadDocument(f"{path}: holds no text")
    return Draft(title=_title(content, path), content=content, content_type=content_type)


def _title(content: str, path: Path) -> str:
    first = content.strip().partition("\n")[0]
    heading = first.lstrip("# ").strip() if first.startswith("#") else ""
    return heading or path.stem


async def ingest(plane: ControlPlane, draft: Draft) -> Ingested:
    """Add the document to the client's own base and wait until it can be searched.

    Raises BadDocument when it cannot be read, RecordUnavailable when the control plane fails.
    """
    began = time.monotonic()
    documents = f"{_BASES}/{await _base(plane)}/documents"
    body = {"title": draft.title, "content": draft.content, "content_type": draft.content_type}
    added = cast("dict[str, Any]", await plane.request("POST", documents, json=body))
    while (document := await _seen(plane, f"{documents}/{added['id']}"))["status"] != "ready":
        if document["status"] == "failed":
            raise BadDocument(f"{draft.title}: {document['failure_reason']}")
        if time.monotonic() - began > _WITHIN:
            raise RecordUnavailable(f"{draft.title} is still {document['status']}")
        await asyncio.sleep(_POLL)
    return Ingested(
        title=draft.title, chunks=document["chunk_count"], seconds=time.monotonic() - began
    )


async def _base(plane: ControlPlane) -> str:
    """The default base, else any."""
    listed = cast("list[dict[str, Any]]", await plane.request("GET", _BASES))
    bases = sorted(listed, key=lambda base: not base["is_default"])
    if not bases:
        raise RecordUnavailable("the client has no knowledge base")
    return bases[0]["id"]


async def _seen(plane: ControlPlane, path: str) -> dict[str, Any]:
    return cast("dict[str, Any]", await plane.request("GET", path))
