"""Passages that the request carries, cut into statements short enough to be spoken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MOST = 5  # passages beyond this are not read

# A prompt may speak of "<knowledge>": a block is what stands between the two nearest tags.
_KNOWLEDGE = re.compile(
    r"<knowledge\b[^>]*>((?:(?!<knowledge\b).)*?)</knowledge>", re.DOTALL | re.IGNORECASE
)
_PASSAGE = re.compile(
    r"<passage\b((?:[^>\"]|\"[^\"]*\")*)>(.*?)</passage>", re.DOTALL | re.IGNORECASE
)
_TITLE = re.compile(r"title=\"([^\"]*)\"")
_BULLET = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^#{1,6}\s*(.+?)\s*#*$")
_RULE = re.compile(r"^[\s|:+=_-]+$")
_LABELLED = re.compile(r"^([^:.!?]{2,70}):\s+(\S.*)$")
_QUESTION = re.compile(r"^(?:Q|Question)\s*[:.]\s*(.+)$", re.IGNORECASE)
_REPLY = re.compile(r"^(?:A|Answer)\s*[:.]\s*(.+)$", re.IGNORECASE)
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
# A full stop ends a sentence unless it belongs to an abbreviation, an initial or a number.
_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Ave|Rd|No|Inc|Ltd|Co|Jr|Sr|vs|approx|incl|etc|e\.g|i\.e)|\b[A-Z])\.$"
)
_HALF_DAY = re.compile(r"\b[ap]\.?m\.$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One retrieved passage as the request holds it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The smallest thing that can be answered with: a sentence, or one line of a list or table.

    `context` is what it stands under (title, heading, question); `label` is the left side of a
    "label: value" line, or "".
    """

    text: str
    context: str
    label: str
    passage: int


def read_passages(text: str) -> list[Passage] | None:
    """Return the passages of the last `<knowledge>` block, or None where there is no such block."""
    blocks = _KNOWLEDGE.findall(text)
    if not blocks:
        return None
    return [
        Passage(title=_title(attributes), text=unescape(body).strip())
        for attributes, body in _PASSAGE.findall(blocks[-1])
    ][:MOST]


def without_passages(text: str) -> str:
    """Return the text around the `<knowledge>` blocks."""
    return _KNOWLEDGE.sub(" ", text).strip()


def statements(passages: list[Passage]) -> list[Statement]:
    """Return the statements of the first five passages in reading order, none twice."""
    found: dict[str, Statement] = {}
    for number, passage in enumerate(passages[:MOST]):
        for statement in _Reader(title=passage.title, passage=number).read(passage.text):
            found.setdefault(statement.text, statement)
    return list(found.values())


def plain(text: str) -> str:
    """Return text without Markdown marks, with single spaces."""
    return " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split())


def sentences(text: str) -> list[str]:
    """Cut prose into sentences; "Dr. Ruiz", "5 p.m. on Friday" and "1.5" stay whole."""
    parts: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if parts and _continues(parts[-1], piece):
            parts[-1] = f"{parts[-1]} {piece}"
        elif piece:
            parts.append(piece)
    return parts


def _continues(before: str, after: str) -> bool:
    if _ABBREVIATED.search(before):
        return True
    return bool(_HALF_DAY.search(before)) and not after[:1].isupper()


def _title(attributes: str) -> str:
    match = _TITLE.search(attributes)
    return unescape(match.group(1)).strip() if match else ""


class _Reader:
    """Walks the lines of one passage, remembering the heading and table head it stands under."""

    def __init__(self, *, title: str, passage: int) -> None:
        self._title = title
        self._passage = passage
        self._heading = ""
        self._columns: list[str] = []

    def read(self, text: str) -> Iterator[Statement]:
        prose: list[str] = []
        for line in [*text.splitlines(), ""]:
            special = list(self._special(line.strip()))
            if special or not line.strip() or self._is_structure(line.strip()):
                yield from self._prose(" ".join(prose))
                prose = []
                yield from special
                self._enter(line.strip())
            else:
                prose.append(plain(line))

    def _special(self, line: str) -> Iterator[Statement]:
        """Statements of a line that stands for itself: a table row, a bullet, a labelled value."""
        if line.startswith("|"):
            yield from self._row(line)
        elif reply := _REPLY.match(line):
            yield from self._prose(plain(reply.group(1)))
        elif _BULLET.match(line):
            yield from self._line(plain(_BULLET.sub("", line)))
        elif _LABELLED.match(line) and not _QUESTION.match(line):
            yield from self._line(plain(line))

    def _is_structure(self, line: str) -> bool:
        return bool(
            _HEADING.match(line)
            or _QUESTION.match(line)
            or line.startswith("|")
            or _RULE.match(line)
            or _is_bare_heading(line)
        )

    def _enter(self, line: str) -> None:
        """Remember what the following lines stand under."""
        if heading := _HEADING.match(line) or _QUESTION.match(line):
            self._heading = plain(heading.group(1))
        elif _is_bare_heading(line):
            self._heading = plain(line).rstrip(":")
        if not line.startswith("|"):
            self._columns = []

    def _row(self, line: str) -> Iterator[Statement]:
        cells = [plain(cell) for cell in line.strip("|").split("|")]
        if _RULE.match(line):
            return
        if not self._columns:
            self._columns = cells
        elif len(cells) == 2:  # noqa: PLR2004  # a name and its value: the head adds nothing
            yield self._statement(f"{cells[0]}: {cells[1]}", label=cells[0])
        elif cells and cells[0]:
            named = zip(self._columns[1:], cells[1:], strict=False)
            values = ", ".join(filter(None, (_cell(column, cell) for column, cell in named)))
            yield self._statement(f"{cells[0]}: {values}", label=cells[0])

    def _line(self, line: str) -> Iterator[Statement]:
        labelled = _LABELLED.match(line)
        if labelled and len(sentences(labelled.group(2))) == 1:
            yield self._statement(line, label=labelled.group(1))
        else:
            yield from self._prose(line)

    def _prose(self, text: str) -> Iterator[Statement]:
        for sentence in sentences(text):
            yield self._statement(sentence, label="")

    def _statement(self, text: str, *, label: str) -> Statement:
        context = ". ".join(part for part in (self._title, self._heading) if part)
        return Statement(text=text, context=context, label=label, passage=self._passage)


def _is_bare_heading(line: str) -> bool:
    """A short line that ends with a colon, or has no end at all and only capitalised main words."""
    if not line or len(line) > 60 or _BULLET.match(line):  # noqa: PLR2004  # longer is prose
        return False
    return line.endswith(":")


def _cell(column: str, cell: str) -> str:
    """Return a cell with its column's name; a dash is nothing, "No" denies the column."""
    answer = cell.lower().strip(".")
    if answer in {"", "-", "–", "—", "n/a"}:
        return ""
    if answer in {"yes", "no"}:
        return column.lower() if answer == "yes" else f"not {column.lower()}"
    return f"{column} {cell}"
