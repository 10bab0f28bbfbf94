"""Searches begun while the caller still speaks."""

import asyncio
from collections.abc import Sequence

import pytest

from aiconnected.kit.errors import ProviderError, ProviderTimeout
from realtime.agent.ports import Passage, Retrieved
from realtime.agent.retrieval import KnowledgeSearch, Prefetch, same_words

pytestmark = pytest.mark.unit


class Library:
    """Takes 0.2 s; `failures` searches fail first."""

    def __init__(self, *, failures: int = 0) -> None:
        self.asked: list[str] = []
        self.failures = failures

    async def search(self, text: str) -> Retrieved:
        self.asked.append(text)
        await asyncio.sleep(0.2)
        if self.failures:
            self.failures -= 1
            raise ProviderError(provider="openai", retryable=True)
        found = Passage(id="1", title="", text=text, score=1.0)
        return Retrieved(passages=[found], embedding_tokens=7)


class Desk:
    """A prefetch with what it spends and fails."""

    def __init__(self, library: Library) -> None:
        self.spent: list[int] = []
        self.failed: list[ProviderError] = []
        self.prefetch = Prefetch(library, spent=self.spent.append, failed=self.failed.append)


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_words_that_prove_final_cost_no_second_search() -> None:
    library = Library()
    desk = Desk(library)
    desk.prefetch.begin("what time do you close")
    await asyncio.sleep(0.15)
    asked_at = now()

    found = await desk.prefetch.passages("What time do you close?")

    assert found is not None
    assert now() - asked_at == pytest.approx(0.05)
    assert len(library.asked) == 1
    assert desk.spent == [7]


async def test_words_that_went_on_give_up_the_search_for_their_beginning() -> None:
    library = Library()
    desk = Desk(library)
    desk.prefetch.begin("what time")
    await asyncio.sleep(0.1)

    await desk.prefetch.passages("what time do you close")

    assert library.asked == ["what time", "what time do you close"]
    assert desk.spent == [7]


async def test_a_search_that_somebody_waits_for_is_not_given_up() -> None:
    desk = Desk(Library())
    waiting = asyncio.create_task(desk.prefetch.passages("what time do you close"))
    await asyncio.sleep(0.05)

    desk.prefetch.begin("something else")

    assert await waiting


async def test_a_search_that_failed_early_is_tried_again_and_not_counted() -> None:
    library = Library(failures=1)
    desk = Desk(library)
    desk.prefetch.begin("parking")
    await asyncio.sleep(0.3)

    assert await desk.prefetch.passages("parking")
    assert desk.failed == []


async def test_an_answer_goes_without_when_searching_fails() -> None:
    desk = Desk(Library(failures=9))

    assert await desk.prefetch.passages("parking") is None
    assert len(desk.failed) == 1


async def test_closing_leaves_nothing_running() -> None:
    desk = Desk(Library())
    desk.prefetch.begin("parking")
    await asyncio.sleep(0)

    await desk.prefetch.close()

    assert [t.get_name() for t in asyncio.all_tasks() if t.get_name() == "retrieval"] == []


class SlowEmbedder:
    model = "m"

    async def embed(self, text: str, *, user: str) -> tuple[list[float], int]:
        await asyncio.sleep(5)
        return [1.0], len(text)


async def test_retrieval_keeps_its_deadline() -> None:
    async def lookup(text: str, vector: Sequence[float]) -> Sequence[Passage]:
        return ()

    search = KnowledgeSearch(SlowEmbedder(), lookup, user="call", timeout=0.8)
    began = now()

    with pytest.raises(ProviderTimeout) as failed:
        await search.search("parking")

    assert now() - began == pytest.approx(0.8)
    assert failed.value.provider == "openai"


async def test_a_search_that_our_own_database_holds_up_blames_ourselves() -> None:
    class QuickEmbedder:
        async def embed(self, text: str, *, user: str) -> tuple[list[float], int]:
            return [0.0], 1

    async def lookup(text: str, vector: Sequence[float]) -> Sequence[Passage]:
        await asyncio.sleep(10)
        return ()

    search = KnowledgeSearch(QuickEmbedder(), lookup, user="call", timeout=0.8)

    with pytest.raises(ProviderTimeout) as failed:
        await search.search("parking")

    assert failed.value.provider == "aiconnected"


def test_the_same_words_are_the_same_whatever_their_dress() -> None:
    assert same_words("What time  do you CLOSE?") == same_words("what time do you close")
    assert same_words("We can't.") == "we can't"
