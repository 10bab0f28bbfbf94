"""Formats of documents that can be read: by a file's ending, and by a content type."""

MARKDOWN = "text/markdown"
PLAIN = "text/plain"
HTML = "text/html"
CSV = "text/csv"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
URL_TYPE = "text/uri-list"  # of a page that has not been fetched

TYPES_BY_SUFFIX = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": PLAIN,
    ".html": HTML,
    ".htm": HTML,
    ".csv": CSV,
    ".pdf": PDF,
    ".docx": DOCX,
}
READABLE = frozenset(TYPES_BY_SUFFIX.values())
_ALIASES = {"application/xhtml+xml": HTML, "text/x-markdown": MARKDOWN, "application/csv": CSV}


def format_of(content_type: str) -> str | None:
    """The format that a `Content-Type` names; None when we cannot read it."""
    name = content_type.partition(";")[0].strip().lower()
    name = _ALIASES.get(name, name)
    return name if name in READABLE else None
