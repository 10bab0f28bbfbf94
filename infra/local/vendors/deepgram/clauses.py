"""Where streamed text may be cut for synthesis: after a sentence, or early after a first clause."""

import re

_LEAST_CLAUSE = 12  # characters; shorter ones sound chopped and buy no time
_SENTENCE_END = re.compile(r"[.!?]+[\"')\]’]*(?=\s)")
_CLAUSE_END = re.compile(r"(?<=\w\w)[,;:](?=\s)")
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|No|vs|[ap]\.m|[A-Z])\.)$")


class Clauses:
    """Collects text until a piece is worth speaking."""

    def __init__(self) -> None:
        self._text = ""
        self._begun = False  # a piece of this utterance has left

    def add(self, text: str) -> list[str]:
        """Return the pieces that are complete now.

        The white space after a stop is waited for: "$29." may become "$29.50".
        """
        self._text += text
        pieces: list[str] = []
        while (end := self._boundary()) is not None:
            piece, self._text = self._text[:end].strip(), self._text[end:]
            if piece:
                pieces.append(piece)
                self._begun = True
        return pieces

    def flush(self) -> str:
        """Return what is left; the next text begins a new utterance."""
        rest = self._text.strip()
        self.clear()
        return rest

    def clear(self) -> None:
        self._text, self._begun = "", False

    def _boundary(self) -> int | None:
        for match in _SENTENCE_END.finditer(self._text):
            if not _ABBREVIATION.search(self._text[: match.end()]):
                return min(match.end(), self._first_clause() or match.end())
        return self._first_clause()

    def _first_clause(self) -> int | None:
        if self._begun:
            return None
        ends = (match.end() for match in _CLAUSE_END.finditer(self._text))
        return next((end for end in ends if end >= _LEAST_CLAUSE), None)
