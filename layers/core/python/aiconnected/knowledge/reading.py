"""Reading of documents: from what was given to text, wherever it lies and whatever it is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aiconnected.kit.errors import ProviderError
from aiconnected.knowledge.errors import DocumentUnreadable
from aiconnected.knowledge.formats import format_of
from aiconnected.knowledge.models import DocumentSource, FailureCode
from aiconnected.knowledge.repository import Source
from aiconnected.outside.client import OutsideClient, OutsideRequest
from aiconnected.outside.errors import AddressRefused, OutsideTooLarge
from aiconnected.providers.object_store import ObjectStore

SECONDS = 30.0  # for a parser, start included
FETCH_SECONDS = 15.0
MAX_PAGE = 10_000_000  # bytes
_MODULE = "aiconnected.knowledge.extraction"
_TOO_MUCH = "The document takes too much work to read."


class DocumentReader:
    """Reads. Files and pages are parsed in a process of their own, within limits."""

    def __init__(self, *, objects: ObjectStore, outside: OutsideClient) -> None:
        self._objects, self._outside = objects, outside

    def read(self, source: Source) -> tuple[str, int]:
        """The document's text as markdown, and its size in bytes as it was given.

        Raises `DocumentUnreadable`, or ProviderError when it is worth trying again.
        """
        match source.source:
            case DocumentSource.TEXT:
                text = source.content or ""
                return text, len(text.encode())
            case DocumentSource.FILE:
                return self._file(source)
            case DocumentSource.URL:
                return self._page(source)

    def _file(self, source: Source) -> tuple[str, int]:
        if source.bucket is None or source.key is None:
            raise DocumentUnreadable(FailureCode.MISSING, "The file is not there.")
        with TemporaryDirectory() as folder:
            path = Path(folder, "document")
            try:
                self._objects.get(path, bucket=source.bucket, key=source.key)
            except ProviderError as exc:
                if exc.retryable:
                    raise
                raise DocumentUnreadable(FailureCode.MISSING, "The file is not there.") from exc
            return extracted(path, source.content_type), path.stat().st_size

    def _page(self, source: Source) -> tuple[str, int]:
        headers = {"Accept": "text/html, text/markdown, text/plain, application/pdf;q=0.9"}
        request = OutsideRequest(url=source.source_url or "", headers=headers)
        try:
            answer = self._outside.send(request, seconds=FETCH_SECONDS, limit=MAX_PAGE)
        except AddressRefused as exc:
            raise DocumentUnreadable(FailureCode.UNREACHABLE, exc.message) from exc
        except OutsideTooLarge as exc:
            raise DocumentUnreadable(FailureCode.TOO_LARGE, "The page is too large.") from exc
        except ProviderError as exc:
            raise DocumentUnreadable(FailureCode.UNREACHABLE, exc.message) from exc
        if not answer.ok:
            reason = f"The page answers with status {answer.status}."
            raise DocumentUnreadable(FailureCode.UNREACHABLE, reason)
        content_type = format_of(answer.headers.get("content-type", ""))
        if content_type is None:
            reason = "The page is of a type that cannot be read."
            raise DocumentUnreadable(FailureCode.UNSUPPORTED, reason)
        with TemporaryDirectory() as folder:
            path = Path(folder, "document")
            path.write_bytes(answer.body)
            return extracted(path, content_type), len(answer.body)


def extracted(path: Path, content_type: str, *, seconds: float = SECONDS) -> str:
    """The text of a file; raises `DocumentUnreadable`."""
    command = [sys.executable, "-m", _MODULE, content_type, str(path)]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=seconds, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as exc:
        raise DocumentUnreadable(FailureCode.TOO_LARGE, _TOO_MUCH) from exc
    answer: dict[str, str] = json.loads(done.stdout)
    if "text" not in answer:
        raise DocumentUnreadable(FailureCode(answer["code"]), answer["reason"])
    return answer["text"]
