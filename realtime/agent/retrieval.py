"""Passages for what the caller says: embedded, searched, and fetched ahead of the turn's end."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
)

from aiconnected.kit.errors import ProviderError, ProviderTimeout
from realtime.agent.ports import Knowledge, Passage, Retrieved

PROVIDER = "openai"
OURSELVES = "aiconnected"  # whom a search blames that its own database held up
_KEPT = 8  # results of one turn's interim transcripts

Search = asyncio.Task[Sequence[Passage] | ProviderError]
Lookup = Callable[[str, Sequence[float]], Awaitable[Sequence[Passage]]]


class Embedding(Protocol):
    """Makes vectors of text."""

    async def embed(self, text: str, *, user: str) -> tuple[list[float], int]:
        """The vector and the tokens it cost; raises `ProviderError`."""
        ...


class Embedder:
    """Vectors of text from OpenAI; `http` is shared per process."""

    def __init__(
        self, *, url: str, api_key: str, model: str, http: DefaultAsyncHttpxClient, timeout: float
    ) -> None:
        self.model = model
        self._client = AsyncOpenAI(
            base_url=url, api_key=api_key, http_client=http, max_retries=0, timeout=timeout
        )

    async def embed(self, text: str, *, user: str) -> tuple[list[float], int]:
        """The vector and the tokens it cost; raises `ProviderError`."""
        try:
            answer = await self._client.embeddings.create(
                model=self.model, input=text, user=user, encoding_format="float"
            )
        except APITimeoutError as exc:
            raise ProviderTimeout(provider=PROVIDER, retryable=True) from exc
        except APIConnectionError as exc:
            raise ProviderError(provider=PROVIDER, retryable=True) from exc
        except APIStatusError as exc:
            retryable = exc.status_code == 429 or exc.status_code >= 500  # noqa: PLR2004 -- RFC 9110 §15.6
            raise ProviderError(
                f"http_{exc.status_code}", provider=PROVIDER, retryable=retryable
            ) from exc
        return answer.data[0].embedding, answer.usage.total_tokens


class KnowledgeSearch:
    """`Knowledge` from an embedder and a search by text and vector, within one deadline."""

    def __init__(self, embedder: Embedding, lookup: Lookup, *, user: str, timeout: float) -> None:
        self._embedder, self._lookup = embedder, lookup
        self._user, self._timeout = user, timeout

    async def search(self, text: str) -> Retrieved:
        """Passages for a caller's words; raises `ProviderError`."""
        blamed = PROVIDER
        try:
            async with asyncio.timeout(self._timeout):
                vector, tokens = await self._embedder.embed(text, user=self._user)
                blamed = OURSELVES
                passages = await self._lookup(text, vector)
        except TimeoutError as exc:
            raise ProviderTimeout("retrieval_timeout", provider=blamed, retryable=True) from exc
        return Retrieved(passages=passages, embedding_tokens=tokens)


class Prefetch:
    """Starts a search as soon as words are known; a final that says the same reuses it.

    `spent` is told the tokens of every search, `failed` what an answer has to do without.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        spent: Callable[[int], None],
        failed: Callable[[ProviderError], None],
    ) -> None:
        self._knowledge, self._spent, self._failed = knowledge, spent, failed
        self._searches: dict[str, Search] = {}
        self._running: set[Search] = set()
        self._wanted: set[str] = set()

    def begin(self, text: str) -> None:
        """Search for `text` in the background unless that is under way."""
        key = same_words(text)
        if not key or key in self._searches:
            return
        search = asyncio.create_task(self._search(text), name="retrieval")
        self._running.add(search)
        search.add_done_callback(self._running.discard)
        self._searches[key] = search
        self._supersede(key)
        while len(self._searches) > _KEPT:
            oldest = next(iter(self._searches))
            self._searches.pop(oldest).cancel()
            self._wanted.discard(oldest)

    def _supersede(self, key: str) -> None:
        """Give up searches for what the caller has meanwhile said more of."""
        for other in [known for known, search in self._searches.items() if not search.done()]:
            if other != key and other not in self._wanted:
                self._searches.pop(other).cancel()

    async def passages(self, text: str) -> Sequence[Passage] | None:
        """Passages for `text`; None when the search failed, twice if it began ahead."""
        key = same_words(text)
        early = key in self._searches
        found = await self._found(text, key)
        if isinstance(found, ProviderError) and early and found.retryable:
            found = await self._found(text, key)
        if isinstance(found, ProviderError):
            self._failed(found)
            return None
        return found

    async def _found(self, text: str, key: str) -> Sequence[Passage] | ProviderError:
        self.begin(text)
        search = self._searches.get(key)
        if search is None:
            return ()
        self._wanted.add(key)
        await asyncio.wait({search})
        return () if search.cancelled() else search.result()

    async def close(self) -> None:
        """Give up what is under way."""
        running = tuple(self._running)
        for search in running:
            search.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._searches.clear()

    async def _search(self, text: str) -> Sequence[Passage] | ProviderError:
        try:
            found = await self._knowledge.search(text)
        except ProviderError as exc:
            self._searches.pop(same_words(text), None)  # asked again, it is tried again
            return exc
        self._spent(found.embedding_tokens)
        return found.passages


def same_words(text: str) -> str:
    """`text` without case, punctuation and spacing: equal for transcripts that say the same."""
    return " ".join(re.findall(r"[\w']+", text.lower()))
