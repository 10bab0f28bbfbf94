"""The guarded HTTP client: for every URL that somebody else has given us (design.md §8).

No proxy of the environment, no cookies, no kept connections; redirects are followed by GET alone
and each is checked anew; time and size have one cap for all of it.
"""

import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property

import httpcore2

from aiconnected.outside.errors import OutsideFailed, OutsideTimeout, OutsideTooLarge
from aiconnected.outside.network import Deadline, GuardedBackend, Resolver, system_resolver
from aiconnected.outside.urls import PUBLIC, Rules, Target, check_url, read_url

MAX_REDIRECTS = 3
DEFAULT_LIMIT = 1_000_000
DEFAULT_SECONDS = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Seconds of one connect, read or write.
_WAITS = dict.fromkeys(("connect", "read", "write", "pool"), 10.0)
# What may be told to another host than the one it was meant for.
_PLAIN_HEADERS = frozenset({"accept", "accept-language", "user-agent"})
_PIECE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRequest:
    """What is sent. Header names are the caller's own; `Host` and lengths are not theirs to set."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAnswer:
    """What came back. `url` is where it came from after redirects; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    cut: bool = False  # the body went on

    @property
    def ok(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- the class of success


class OutsideClient:
    """Safe to share between threads."""

    def __init__(
        self,
        *,
        rules: Rules = PUBLIC,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules, self._resolver, self._given_tls = rules, resolver, tls

    def check(self, url: str) -> None:
        """Raises `AddressRefused` for a URL that we should never call."""
        check_url(url, rules=self._rules)

    def send(
        self,
        request: OutsideRequest,
        *,
        seconds: float = DEFAULT_SECONDS,
        limit: int = DEFAULT_LIMIT,
        cut: bool = False,
    ) -> OutsideAnswer:
        """The answer of the other side, within `seconds` and `limit` bytes of (unpacked) body.

        With `cut`, a longer body is cut there; else it raises `OutsideTooLarge`. Raises
        `AddressRefused`, `OutsideFailed`, `OutsideTimeout`.
        """
        deadline = Deadline(seconds)
        target = read_url(request.url, rules=self._rules)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._exchange(request, target, deadline=deadline, limit=limit, cut=cut)
            location = answer.headers.get("location")
            if request.method != "GET" or answer.status not in _REDIRECTS or not location:
                return answer
            following = target.follow(location, rules=self._rules)
            if following.origin != target.origin:
                request = replace(request, headers=_plain(request.headers))
            target = following
        raise OutsideFailed("The other side redirects without end.")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()

    def _exchange(
        self,
        request: OutsideRequest,
        target: Target,
        *,
        deadline: Deadline,
        limit: int,
        cut: bool,
    ) -> OutsideAnswer:
        try:
            with (
                closing(self._pool(deadline)) as pool,
                pool.stream(
                    request.method,
                    _url(target),
                    headers=_headers(request, target),
                    content=request.content,
                    extensions={"timeout": _WAITS},
                ) as response,
            ):
                headers = _received(response.headers)
                body, more = _body(response.iter_stream(), headers, limit=limit)
        except httpcore2.TimeoutException as exc:
            raise OutsideTimeout from exc
        except (httpcore2.NetworkError, httpcore2.ProtocolError, zlib.error, ssl.SSLError) as exc:
            raise OutsideFailed from exc
        if more and not cut:
            raise OutsideTooLarge
        return OutsideAnswer(
            status=response.status, headers=headers, body=body, url=target.url, cut=more
        )

    def _pool(self, deadline: Deadline) -> httpcore2.ConnectionPool:
        """For one exchange: nothing is kept open."""
        backend = GuardedBackend(rules=self._rules, resolver=self._resolver, deadline=deadline)
        return httpcore2.ConnectionPool(
            ssl_context=self._tls, max_connections=1, retries=0, network_backend=backend
        )


def _url(target: Target) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )


def _headers(request: OutsideRequest, target: Target) -> list[tuple[str, str]]:
    given = {name.lower(): value for name, value in request.headers.items()}
    for ours in ("host", "content-length", "transfer-encoding", "connection", "accept-encoding"):
        given.pop(ours, None)
    if request.content or request.method in {"POST", "PUT", "PATCH"}:
        given["content-length"] = str(len(request.content))
    given.setdefault("user-agent", "Voice/1")
    return [
        ("host", target.authority),
        ("connection", "close"),
        ("accept-encoding", "gzip, identity;q=0.5"),
        *given.items(),
    ]


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _PLAIN_HEADERS}


def _received(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The last of each name; what is not text is read as Latin-1, as HTTP has it."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _body(packed: Iterable[bytes], headers: Mapping[str, str], *, limit: int) -> tuple[bytes, bool]:
    """The body unpacked up to `limit`, and whether it goes on."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        pieces: Iterator[bytes] = iter(packed)
    elif encoding in {"gzip", "x-gzip"}:
        pieces = _unpacked(packed)
    else:
        raise OutsideFailed("The other side packs its answer in a way that was not asked for.")
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            return bytes(body[:limit]), True
    return bytes(body), False


def _unpacked(packed: Iterable[bytes]) -> Iterator[bytes]:
    """A piece at a time, each of a bounded size: whoever reads on decides how much there is."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: gzip
    for given in packed:
        piece = given
        while piece and not unpacker.eof:
            yield unpacker.decompress(piece, _PIECE)
            piece = unpacker.unconsumed_tail
