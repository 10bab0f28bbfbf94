"""The stack's Valkey: starts, keeps what it is told to keep through a crash, says why it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from infra.local.stack.valkey import Valkey, ValkeyFailed

pytestmark = pytest.mark.integration


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    valkey = Valkey(tmp_path / "valkey", persist=True)
    valkey.start()
    yield valkey
    valkey.stop()


def test_it_keeps_its_data_through_a_crash(server: Valkey) -> None:
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        client.set("greeting", "hello")
        client.execute_command("WAITAOF", 1, 0, 1000)

        server.kill()
        assert server.pid is None
        assert not server.ready()
        server.start()

        assert client.get("greeting") == "hello"
    assert server.pid is not None


def test_stopping_twice_is_once(server: Valkey) -> None:
    server.stop()
    server.stop()

    assert server.pid is None


def test_a_start_that_cannot_succeed_tells_why(server: Valkey, tmp_path: Path) -> None:
    second = Valkey(tmp_path / "second", port=server.port)
    server.kill()
    server.start()

    with pytest.raises(ValkeyFailed, match="Address already in use"):
        second.start()
