"""HTML as markdown: headings, lists, tables and paragraphs; not what only decorates or runs."""

from html.parser import HTMLParser

_SILENT = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "object", "head", "nav", "footer",
    "form", "button", "select", "textarea",
})  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "source", "col", "area"})
_BREAKS = frozenset({
    "p", "div", "section", "article", "main", "header", "aside", "ul", "ol", "table", "blockquote",
    "pre", "dl", "dt", "dd", "figure", "figcaption", "address", "body", "br", "hr",
})  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}


class _Reader(HTMLParser):
    """Collects blocks. Unclosed tags are HTML's daily bread, so that only silence is counted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._words: list[str] = []
        self._prefix = ""
        self._silent: list[str] = []
        self._cells: list[str] | None = None
        self._rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if self._silent or tag in _SILENT:
            if tag in _SILENT and tag not in _VOID:
                self._silent.append(tag)
            return
        if tag in _HEADINGS:
            self._flush(_HEADINGS[tag] + " ")
        elif tag == "li":
            self._flush("- ")
        elif tag == "table":
            self._flush()
            self._rows = 0
        elif tag == "tr":
            self._flush()
            self._cells = []
        elif tag in {"td", "th"}:
            self._cell()
        elif tag in _BREAKS and self._cells is None:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
            return
        if tag == "tr" and self._cells is not None:
            self._row()
        elif (tag in _BREAKS or tag in _HEADINGS or tag == "li") and self._cells is None:
            self._flush()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        if self._cells is not None:
            self._row()
        self._flush()

    def _flush(self, prefix: str = "") -> None:
        words = " ".join("".join(self._words).split())
        if words:
            self.blocks.append(self._prefix + words)
        self._words, self._prefix = [], prefix

    def _cell(self) -> None:
        """The cell before is over; what stands outside a row is prose."""
        words = " ".join("".join(self._words).split()).replace("|", "/")
        if self._cells is not None and (words or self._cells):
            self._cells.append(words)
        elif self._cells is None and words:
            self.blocks.append(words)
        self._words = []

    def _row(self) -> None:
        self._cell()
        cells, self._cells = self._cells or [], None
        if not cells:
            return
        line = "| " + " | ".join(cells) + " |"
        if self._rows == 0:
            self.blocks.append(line + "\n|" + " --- |" * len(cells))
        else:
            self.blocks[-1] += "\n" + line
        self._rows += 1


def markdown_of(html: str) -> str:
    """The text that a reader of the page would see, roughly."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n\n".join(reader.blocks)
