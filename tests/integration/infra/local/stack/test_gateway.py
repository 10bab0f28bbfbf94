"""The gateway over real containers: one request each, and API Gateway's and Lambda's limits."""

import asyncio
import io
import json
import multiprocessing
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from infra.local.stack.gateway import Gateway
from infra.local.stack.lambda_runtime import Container
from infra.local.stack.proxy import Routes

pytestmark = pytest.mark.integration

APP = """
import json, os, time

class App:
    handler_map = {}

    def __call__(self, event, context):
        body = json.loads(event["body"] or "{}")
        time.sleep(body.get("sleep", 0))
        if body.get("die"):
            os._exit(1)
        if body.get("fail"):
            raise RuntimeError("secret")
        if "answer" in body:
            return body["answer"]
        size = len(event["body"] or "")
        text = "x" * body["size"] if "size" in body else json.dumps([os.getpid(), size])
        left = str(context.get_remaining_time_in_millis())
        return {"statusCode": 200, "headers": {"X-Left": left}, "body": text}

app = App()
"""
MEGABYTE = 1024 * 1024


@pytest.fixture
def containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Container]]:
    """Two containers of an app that does as it is told."""
    (tmp_path / "app.py").write_text(APP)
    monkeypatch.syspath_prepend(str(tmp_path))
    context = multiprocessing.get_context("spawn")
    made = [Container(context) for _ in range(2)]
    yield made
    for container in made:
        container.kill()


@pytest.fixture
async def server(containers: list[Container]) -> AsyncIterator[TestServer]:
    """A gateway that waits two seconds where API Gateway waits 29."""
    gateway = Gateway(
        Routes({"/do": ["GET", "POST"]}), containers=containers, seconds=2, compress_from=1400
    )
    server = TestServer(gateway.application())
    async with server:
        await asyncio.gather(*(ask(server) for _ in containers))  # both have started
        yield server


async def ask(server: TestServer, path: str = "/do", **order: object) -> tuple[int, object]:
    """Status, and the JSON or the length of what came back."""
    return await send(server, json.dumps(order).encode(), path=path)


async def send(server: TestServer, body: bytes, *, path: str = "/do") -> tuple[int, object]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.make_url(path), data=io.BytesIO(body)) as response,
    ):
        text = await response.text()
        return response.status, text if text.startswith("x") else json.loads(text)


def code(answer: tuple[int, object]) -> tuple[int, str]:
    status, envelope = answer
    assert isinstance(envelope, dict)
    assert len(envelope["error"]["request_id"]) == 36
    return status, envelope["error"]["code"]


async def test_requests_are_answered_by_as_many_processes_as_there_are_containers(
    server: TestServer,
) -> None:
    answers = await asyncio.gather(*(ask(server, sleep=0.1) for _ in range(4)))

    processes = {body[0] for _, body in answers if isinstance(body, list)}
    assert ([status for status, _ in answers], len(processes)) == ([200] * 4, 2)


async def test_an_unknown_route_and_a_wrong_method_are_not_found(server: TestServer) -> None:
    assert code(await ask(server, "/undo")) == (404, "RES_NOT_FOUND")
    async with aiohttp.ClientSession() as session, session.put(server.make_url("/do")) as response:
        assert response.status == 404


async def test_a_function_that_is_too_slow_loses_its_container_and_the_next_is_served(
    server: TestServer,
) -> None:
    slow = [ask(server, sleep=30) for _ in range(2)]

    assert [code(answer) for answer in await asyncio.gather(*slow)] == [(504, "SRV_TIMEOUT")] * 2
    status, _ = await ask(server)
    assert status == 200


async def test_a_function_that_raises_or_dies_shows_nothing_of_it(server: TestServer) -> None:
    assert code(await ask(server, fail=True)) == (502, "SRV_EXTERNAL_SERVICE")
    assert code(await ask(server, die=True)) == (502, "SRV_EXTERNAL_SERVICE")
    assert (await ask(server))[0] == 200


async def test_an_answer_without_the_proxys_shape_is_a_bad_gateway(server: TestServer) -> None:
    for answer in ("ok", {}, {"statusCode": "200"}, {"statusCode": 200, "body": {"a": 1}}):
        assert code(await ask(server, answer=answer)) == (502, "SRV_EXTERNAL_SERVICE")


async def test_an_event_and_an_answer_have_at_most_six_megabytes(server: TestServer) -> None:
    def padded(size: int) -> bytes:
        return json.dumps({"pad": "y" * size}).encode()

    assert (await send(server, padded(5 * MEGABYTE)))[0] == 200
    assert code(await send(server, padded(6 * MEGABYTE))) == (413, "RES_TOO_LARGE")
    assert (await ask(server, size=5 * MEGABYTE))[0] == 200
    assert code(await ask(server, size=6 * MEGABYTE)) == (502, "SRV_EXTERNAL_SERVICE")


async def test_a_request_has_at_most_ten_megabytes(server: TestServer) -> None:
    answer = await send(server, b"z" * (10 * MEGABYTE + 1))

    assert code(answer) == (413, "RES_TOO_LARGE")


async def test_a_caller_who_leaves_does_not_free_a_busy_container(server: TestServer) -> None:
    leaving = [asyncio.create_task(ask(server, sleep=0.6)) for _ in range(2)]
    await asyncio.sleep(0.2)
    for task in leaving:
        task.cancel()

    answers = await asyncio.gather(*(ask(server) for _ in range(4)))

    assert [status for status, _ in answers] == [200] * 4


async def test_a_function_knows_how_long_it_has_left(server: TestServer) -> None:
    async with aiohttp.ClientSession() as session, session.post(server.make_url("/do")) as response:
        left = int(response.headers["X-Left"])

    assert 0 < left <= 2000


@pytest.mark.parametrize(
    ("size", "accepted", "encoding"),
    [
        (1399, "gzip", None),
        (1400, "gzip", "gzip"),
        (1400, "br", None),
        (50_000, "br, gzip", "gzip"),
    ],
)
async def test_a_long_answer_is_compressed_for_whoever_takes_it(
    server: TestServer, size: int, accepted: str, encoding: str | None
) -> None:
    async with (
        aiohttp.ClientSession(headers={"Accept-Encoding": accepted}) as session,
        session.post(server.make_url("/do"), json={"size": size}) as response,
    ):
        assert response.headers.get("Content-Encoding") == encoding
        assert await response.text() == "x" * size
