"""Readers of files by format: each gives markdown, with headings and tables kept."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from aiconnected.knowledge.extraction.html import markdown_of
from aiconnected.knowledge.formats import CSV, DOCX, HTML, MARKDOWN, PDF, PLAIN

MAX_PAGES = 2_000
MAX_UNPACKED = 200_000_000  # bytes of a DOCX, which is a ZIP
MAX_ROWS = 50_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Unreadable(Exception):
    """A file that cannot be read. `code` is one of the knowledge's failure codes."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def read(content_type: str, path: Path) -> str:
    """The file's text as markdown; raises `Unreadable`, or whatever a parser raises."""
    reader = _READERS.get(content_type)
    if reader is None:
        raise Unreadable("unsupported", "Documents of this type cannot be read.")
    return reader(path).replace("\0", "")


def decoded(content: bytes) -> str:
    """Text by its byte order mark, as UTF-8, or as what Windows writes."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _text(path: Path) -> str:
    text = decoded(path.read_bytes())
    if "\0" in text[:4096]:
        raise Unreadable("unreadable", "The file is not text.")
    return text


def _html(path: Path) -> str:
    return markdown_of(_text(path))


def _csv(path: Path) -> str:
    text = _text(path)
    try:
        dialect = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text), dialect):
        if len(rows) == MAX_ROWS:
            raise Unreadable("too_large", "The table has too many rows.")
        if any(cell.strip() for cell in row):
            rows.append(row)
    return table(rows)


def _pdf(path: Path) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 -- one format a process
    from pypdf.errors import FileNotDecryptedError  # noqa: PLC0415

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("protected", "The document is protected by a password.")
    try:
        if len(reader.pages) > MAX_PAGES:
            raise Unreadable("too_large", "The document has too many pages.")
        pages = [page.extract_text(extraction_mode="layout") for page in reader.pages]
    except FileNotDecryptedError as exc:
        raise Unreadable("protected", "The document is protected by a password.") from exc
    return "\n\n".join(_columns(page) for page in pages)


def _columns(page: str) -> str:
    """Runs of blanks set columns apart: rows of a table stay rows, prose becomes prose."""
    lines: list[str] = []
    for line in page.splitlines():
        cells = [cell for cell in line.strip().split("   ") if cell.strip()]
        if len(cells) > 1:
            lines.append("| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |")
        else:
            lines.append(" ".join(line.split()))
    return "\n".join(lines)


def _docx(path: Path) -> str:
    from docx import Document  # noqa: PLC0415 -- one format a process
    from docx.table import Table  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise Unreadable("too_large", "The document is too large unpacked.")
    except zipfile.BadZipFile as exc:
        raise Unreadable("unreadable", "The file is not a Word document.") from exc
    document = Document(str(path))
    parts: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            parts.append(table([[cell.text for cell in row.cells] for row in block.rows]))
        else:
            style = (block.style.name if block.style is not None else "") or ""
            parts.append(_paragraph(style, block.text))
    return "\n\n".join(part for part in parts if part.strip())


def _paragraph(style: str, text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return ""
    if style == "Title":
        return f"# {words}"
    level = style.removeprefix("Heading ")
    if style.startswith("Heading ") and level.isdigit():
        return f"{'#' * min(int(level), 6)} {words}"
    return f"- {words}" if style.startswith("List") else words


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a table of markdown; the first is its head."""
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    return "\n".join(_lines(rows, width))


def _lines(rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    for number, row in enumerate(rows):
        cells = [" ".join(cell.split()).replace("|", "/") for cell in row]
        yield "| " + " | ".join(cells + [""] * (width - len(cells))) + " |"
        if number == 0:
            yield "|" + " --- |" * width


_READERS: dict[str, Callable[[Path], str]] = {
    MARKDOWN: _text,
    PLAIN: _text,
    HTML: _html,
    CSV: _csv,
    PDF: _pdf,
    DOCX: _docx,
}
