"""Cutting of a document into passages small enough to be found and whole enough to be understood.

A passage never crosses a heading. Prose is cut between sentences, with the last of them repeated at
the start of the next passage; a line of a list or a table is never cut, and a table's head is
repeated above its rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

_TOKEN = re.compile(r"\w+|[^\w\s]")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^(=+|-{3,})\s*$")
_UNDERLINED = 2  # lines of a heading written above a rule
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")
_RULE = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)*\s*:?-{2,}:?\s*\|?\s*$")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|St|Prof|No|vs|approx|e\.g|i\.e|a\.m|p\.m)\.$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Lengths in tokens, counted as words and punctuation marks."""

    limit: int = 200
    overlap: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage and the headings it stands under, outermost first."""

    position: int  # from 0
    headings: tuple[str, ...]
    text: str
    tokens: int

    @property
    def heading(self) -> str:
        """The headings as one line."""
        return " > ".join(self.headings)

    @property
    def context(self) -> str:
        """What is embedded: a row "Monday 8 to 5" means little without "Opening hours"."""
        return f"{self.heading}\n{self.text}" if self.headings else self.text


class _Kind(StrEnum):
    SENTENCE = "sentence"
    LINE = "line"  # of a list or a table: stands on a line of its own
    HEAD = "head"  # a table's head, repeated above its rows


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: _Kind
    text: str

    @property
    def tokens(self) -> int:
        return count_tokens(self.text)


@dataclass(slots=True)
class _Section:
    headings: tuple[str, ...]
    pieces: list[_Piece] = field(default_factory=list)


def count_tokens(text: str) -> int:
    """Words and punctuation marks: within a fifth of what embedding models count for English."""
    return len(_TOKEN.findall(text))


def chunk(text: str, *, title: str = "", sizes: Sizes | None = None) -> list[Chunk]:
    """The passages of a markdown or plain text document, in order; none of an empty one."""
    sizes = sizes or Sizes()
    chunks: list[Chunk] = []
    for section in _sections(text, title):
        for body in _packed(section.pieces, sizes):
            made = Chunk(
                position=len(chunks),
                headings=section.headings,
                text=body,
                tokens=count_tokens(body),
            )
            chunks.append(made)
    return chunks


def _sections(text: str, title: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = [(0, title)] if title else []
    section = _Section(_names(path))
    for block in _blocks(text):
        heading = _heading(block)
        if heading is None:
            section.pieces.extend(_pieces(block))
            continue
        if section.pieces:
            yield section
        level, name = heading
        path = [step for step in path if step[0] < level and step[1] != name] + [(level, name)]
        section = _Section(_names(path))
    if section.pieces:
        yield section


def _names(path: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(name for _, name in path)


def _blocks(text: str) -> Iterator[list[str]]:
    """Runs of lines between blank lines; a heading is a block of its own."""
    block: list[str] = []
    for raw in [*text.replace("\r\n", "\n").expandtabs(4).split("\n"), ""]:
        line = raw.rstrip()
        if line and not _HEADING.match(line):
            block.append(line)
            if len(block) == _UNDERLINED and _UNDERLINE.match(line) and not _ITEM.match(block[0]):
                yield block
                block = []
            continue
        if block:
            yield block
            block = []
        if line:
            yield [line]


def _heading(block: list[str]) -> tuple[int, str] | None:
    if len(block) == 1 and (found := _HEADING.match(block[0])):
        return len(found[1]), found[2]
    if len(block) == _UNDERLINED and "|" not in block[0] and (found := _UNDERLINE.match(block[1])):
        return (1 if found[1][0] == "=" else 2), block[0].strip()
    return None


def _pieces(block: list[str]) -> Iterator[_Piece]:
    if len(block) > 1 and "|" in block[0] and _RULE.match(block[1]):
        yield _Piece(_Kind.HEAD, block[0].strip())
        yield from (_Piece(_Kind.LINE, line.strip()) for line in block[2:])
        return
    prose: list[str] = []
    for line in block:
        if _ITEM.match(line) or "|" in line:
            yield from _sentences(prose)
            prose = []
            yield _Piece(_Kind.LINE, line.strip())
        else:
            prose.append(line.strip())
    yield from _sentences(prose)


def _sentences(lines: list[str]) -> Iterator[_Piece]:
    kept = ""
    for part in _SENTENCE_END.split(" ".join(lines)):
        kept = f"{kept} {part}".strip()
        if not _ABBREVIATION.search(kept):
            yield from ([_Piece(_Kind.SENTENCE, kept)] if kept else [])
            kept = ""
    if kept:
        yield _Piece(_Kind.SENTENCE, kept)


def _packed(pieces: list[_Piece], sizes: Sizes) -> Iterator[str]:
    """Bodies of at most `sizes.limit` tokens; each after the first opens with some of the last."""
    body: list[_Piece] = []
    head: _Piece | None = None
    for piece in _fitting(pieces, sizes.limit):
        head = piece if piece.kind is _Kind.HEAD else head if piece.kind is _Kind.LINE else None
        if body and sum(p.tokens for p in body) + piece.tokens > sizes.limit:
            yield _joined(body)
            body = _carried(body, piece, sizes=sizes, head=head)
        body.append(piece)
    if body and any(piece.kind is not _Kind.HEAD for piece in body):
        yield _joined(body)


def _carried(
    body: list[_Piece], piece: _Piece, *, sizes: Sizes, head: _Piece | None
) -> list[_Piece]:
    if piece.kind is not _Kind.SENTENCE:
        fits = head is not None and head is not piece and head.tokens + piece.tokens <= sizes.limit
        return [head] if fits and head else []
    room = min(sizes.overlap, sizes.limit - piece.tokens)
    carried: list[_Piece] = []
    for earlier in reversed(body):
        room -= earlier.tokens
        if earlier.kind is not _Kind.SENTENCE or room < 0:
            break
        carried.insert(0, earlier)
    return carried


def _fitting(pieces: list[_Piece], limit: int) -> Iterator[_Piece]:
    """Pieces of at most `limit` tokens: one that is longer is cut between words."""
    for piece in pieces:
        if piece.tokens <= limit:
            yield piece
            continue
        kept: list[str] = []
        size = 0
        for word in _words(piece.text, limit):
            length = count_tokens(word)
            if kept and size + length > limit:
                yield _Piece(piece.kind, " ".join(kept))
                kept, size = [], 0
            kept.append(word)
            size += length
        yield _Piece(piece.kind, " ".join(kept))


def _words(text: str, limit: int) -> Iterator[str]:
    for word in text.split():
        tokens = _TOKEN.findall(word)
        for start in range(0, len(tokens), limit):
            yield word if len(tokens) <= limit else "".join(tokens[start : start + limit])


def _joined(body: list[_Piece]) -> str:
    text = ""
    for before, piece in zip([None, *body], body, strict=False):
        prose = before is not None and before.kind is piece.kind is _Kind.SENTENCE
        text += ("" if before is None else " " if prose else "\n") + piece.text
    return text
