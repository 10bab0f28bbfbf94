"""Counting requests on a real Valkey: no request too many passes, and none waits for a dead one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from aiconnected.kit.limits import Limit, Standing, Window
from aiconnected.live import keys
from aiconnected.live.connection import connect
from aiconnected.live.rates import PAUSE_S, RateLimiter

pytestmark = pytest.mark.integration

THREE = Limit(window=Window.MINUTE, requests=3)
FIVE = Limit(window=Window.HOUR, requests=5)


@pytest.fixture
def limiter(redis_url: str) -> RateLimiter:
    return RateLimiter(connect(redis_url))


def hit(limiter: RateLimiter, *limits: Limit, subject: str = "user:1") -> Standing:
    standing = limiter.hit(subject, limits)
    assert standing is not None
    return standing


def test_requests_pass_until_the_window_is_full(limiter: RateLimiter) -> None:
    standings = [hit(limiter, THREE) for _ in range(5)]

    assert [each.remaining for each in standings] == [2, 1, 0, 0, 0]
    assert [each.exceeded for each in standings] == [False, False, False, True, True]
    assert all(0 < each.reset_s <= 60 for each in standings)


def test_everybody_has_windows_of_their_own(limiter: RateLimiter) -> None:
    for _ in range(3):
        hit(limiter, THREE)

    assert not hit(limiter, THREE, subject="user:2").exceeded
    assert hit(limiter, THREE).exceeded


def test_the_window_nearest_to_being_full_is_told(limiter: RateLimiter) -> None:
    first = hit(limiter, THREE, FIVE)

    assert (first.limit, first.remaining) == (THREE, 2)


def test_a_refused_request_is_counted_in_no_window(limiter: RateLimiter, redis_url: str) -> None:
    for _ in range(10):
        hit(limiter, THREE, FIVE)

    with redis.Redis.from_url(redis_url) as client:
        assert client.get(keys.rate("user:1", Window.HOUR)) == b"3"


def test_a_full_hour_refuses_although_the_minute_is_not(
    limiter: RateLimiter, redis_url: str
) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set(keys.rate("user:1", Window.HOUR), 5, ex=1800)

    standing = hit(limiter, THREE, FIVE)

    assert (standing.exceeded, standing.limit) == (True, FIVE)
    assert 1790 <= standing.reset_s <= 1800


def test_a_window_begins_anew_when_its_time_is_over(limiter: RateLimiter, redis_url: str) -> None:
    for _ in range(4):
        hit(limiter, THREE)
    with redis.Redis.from_url(redis_url) as client:
        client.delete(keys.rate("user:1", Window.MINUTE))  # as its expiry does

    assert hit(limiter, THREE).remaining == 2


def test_a_counter_never_stays_for_ever(limiter: RateLimiter, redis_url: str) -> None:
    hit(limiter, THREE, FIVE)
    with redis.Redis.from_url(redis_url) as client:
        client.persist(keys.rate("user:1", Window.MINUTE))
        hit(limiter, THREE, FIVE)

        assert 0 < client.pttl(keys.rate("user:1", Window.MINUTE)) <= Window.MINUTE.ms
        assert 0 < client.pttl(keys.rate("user:1", Window.HOUR)) <= Window.HOUR.ms


def test_of_fifty_requests_at_once_as_many_pass_as_may(redis_url: str) -> None:
    limiter = RateLimiter(connect(redis_url))
    limit = Limit(window=Window.MINUTE, requests=7)

    with ThreadPoolExecutor(50) as pool:
        standings = list(pool.map(lambda _: hit(limiter, limit), range(50)))

    assert [each.exceeded for each in standings].count(False) == 7


def test_a_redis_that_is_gone_lets_requests_pass_and_is_not_asked_for_a_while() -> None:
    now = 0.0
    asked: list[float] = []
    client = connect("redis://127.0.0.1:1/0")
    limiter = RateLimiter(client, monotonic=lambda: asked.append(now) or now)

    assert limiter.hit("user:1", [THREE]) is None
    lost = len(asked)
    assert limiter.hit("user:1", [THREE]) is None
    assert len(asked) == lost + 1, "not asked again within the pause"
    now = PAUSE_S
    assert limiter.hit("user:1", [THREE]) is None
    assert len(asked) == lost + 3, "asked again, and lost again"
