"""The words of one reply as the model writes them, readable from the start as often as need be."""

import asyncio
import re
from collections.abc import AsyncIterator

_CLAUSE = re.compile(r"[.!?]\s|.{12,}?[,;:]\s", re.DOTALL)  # a voice may begin with so much


class Script:
    """Written once, read by each attempt to say it."""

    def __init__(self) -> None:
        self._tokens: list[str] = []
        self._more = asyncio.Event()
        self.text = ""
        self.complete = False
        self.speakable = asyncio.Event()  # enough for a voice to begin with

    def add(self, token: str) -> None:
        self._tokens.append(token)
        self.text += token
        if _CLAUSE.search(self.text):
            self.speakable.set()
        self._more.set()

    def end(self) -> None:
        self.complete = True
        self.speakable.set()
        self._more.set()

    async def read(self) -> AsyncIterator[str]:
        index = 0
        while True:
            while index < len(self._tokens):
                yield self._tokens[index]
                index += 1
            if self.complete:
                return
            self._more.clear()
            await self._more.wait()
