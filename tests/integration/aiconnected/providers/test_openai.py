"""The embedder against the OpenAI-compatible server: vectors, and errors that say what to do."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from aiconnected.kit.errors import ProviderError, ProviderTimeout
from aiconnected.kit.ids import new_id
from aiconnected.knowledge.ports import DIMENSIONS
from aiconnected.providers.openai import BATCH, OpenAIEmbedder
from infra.local.stack.network import free_port

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[4]
START_S = 60.0


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """A server with its model loaded."""
    port = free_port()
    command = [sys.executable, "-m", "infra.local.vendors.openai", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _until_ready(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _until_ready(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"{address}/health").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)  # another process: it can only be asked
    pytest.fail("the OpenAI-compatible server did not start")


@pytest.fixture
def embedder(origin: str) -> Iterator[OpenAIEmbedder]:
    embedder = OpenAIEmbedder(api_key="test-key", base_url=f"{origin}/v1", timeout_s=2)
    yield embedder
    embedder.close()


def arm(origin: str, tag: str, kind: str, **more: object) -> None:
    order = {"match": {"call": tag}, "kind": kind, "at": "first", **more}
    httpx.post(f"{origin}/faults", json=order).raise_for_status()


def likeness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_texts_of_one_meaning_are_nearer_than_others(embedder: OpenAIEmbedder) -> None:
    made = embedder.embed(
        ["What are your opening hours?", "When do you open?", "A crown costs $1,250."], tag="t"
    )

    assert [len(vector) for vector in made.vectors] == [DIMENSIONS] * 3
    assert made.tokens > 10
    hours, when, crown = made.vectors
    assert likeness(hours, when) > likeness(hours, crown)


def test_more_texts_than_fit_one_request_come_back_in_order(embedder: OpenAIEmbedder) -> None:
    texts = [f"number {n}" for n in range(BATCH + 2)]

    made = embedder.embed(texts, tag="t")

    assert len(made.vectors) == len(texts)
    (last,) = embedder.embed(texts[-1:], tag="t").vectors
    assert likeness(made.vectors[-1], last) > 0.999


def test_the_tag_reaches_the_server(embedder: OpenAIEmbedder, origin: str) -> None:
    tag = str(new_id())
    embedder.embed(["x"], tag=tag)

    assert httpx.get(f"{origin}/journal", params={"call": tag}).json()


@pytest.mark.parametrize(("status", "retryable"), [(429, True), (500, True), (400, False)])
def test_an_error_says_whether_to_come_again(
    embedder: OpenAIEmbedder, origin: str, status: int, retryable: bool
) -> None:
    tag = str(new_id())
    arm(origin, tag, "error", status=status)

    with pytest.raises(ProviderError) as caught:
        embedder.embed(["x"], tag=tag)

    assert caught.value.retryable is retryable
    assert str(status) in caught.value.message


def test_a_server_that_does_not_answer_is_a_timeout(embedder: OpenAIEmbedder, origin: str) -> None:
    tag = str(new_id())
    arm(origin, tag, "stall", ms=0)

    with pytest.raises(ProviderTimeout) as caught:
        embedder.embed(["x"], tag=tag)

    assert caught.value.retryable


def test_a_server_that_hangs_up_is_worth_another_try(embedder: OpenAIEmbedder, origin: str) -> None:
    tag = str(new_id())
    arm(origin, tag, "drop")

    with pytest.raises(ProviderError) as caught:
        embedder.embed(["x"], tag=tag)

    assert caught.value.retryable


def test_a_wrong_key_is_not(origin: str) -> None:
    embedder = OpenAIEmbedder(api_key="invalid", base_url=f"{origin}/v1")

    with pytest.raises(ProviderError) as caught:
        embedder.embed(["x"], tag="t")

    assert not caught.value.retryable
    embedder.close()
