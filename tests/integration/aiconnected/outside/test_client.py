"""The guarded client against real servers on loopback, with resolvers that say what they like."""

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aiconnected.outside.client import OutsideClient, OutsideRequest
from aiconnected.outside.errors import (
    AddressRefused,
    OutsideFailed,
    OutsideTimeout,
    OutsideTooLarge,
)
from aiconnected.outside.urls import Rules
from tests.fixtures.certificates import Certificates

pytestmark = pytest.mark.integration

LOCAL = Rules.local()


@dataclass(slots=True)
class Site:
    """A server that answers a path by what stands in `pages`, and remembers what it was asked."""

    port: int = 0
    pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(
        default_factory=dict[str, Callable[[BaseHTTPRequestHandler], None]]
    )
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(
        default_factory=list[tuple[str, str, dict[str, str], bytes]]
    )

    def url(self, path: str, host: str = "site.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def page(
    body: bytes = b"hello", status: int = 200, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def serving(site: Site, context: ssl.SSLContext | None = None) -> Generator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.command, self.path, headers, self.rfile.read(length)))
            with suppress(OSError):
                site.pages.get(self.path, page(status=404))(self)

        do_GET = do_POST = handle_any  # noqa: N815 -- the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        yield running


def to_loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def client(resolver: Callable[[str, int], Sequence[str]] = to_loopback) -> OutsideClient:
    return OutsideClient(rules=LOCAL, resolver=resolver)


def test_an_answer_comes_back_with_status_headers_and_body(site: Site) -> None:
    site.pages["/a?b=c"] = page(b"hello", X_Made="here")

    answer = client().send(OutsideRequest(url=site.url("/a?b=c")))

    assert (answer.status, answer.body, answer.headers["x-made"], answer.ok) == (
        200,
        b"hello",
        "here",
        True,
    )
    assert site.asked[0][2]["host"] == f"site.example:{site.port}"


def test_a_body_is_posted_whole_with_the_callers_headers(site: Site) -> None:
    site.pages["/in"] = page(status=204)
    content = b"x" * 300_000

    request = OutsideRequest(
        url=site.url("/in"), method="POST", headers={"X-A": "1", "Host": "evil"}, content=content
    )
    answer = client().send(request)

    method, _, headers, body = site.asked[0]
    assert (answer.status, method, body == content, headers["x-a"]) == (204, "POST", True, "1")
    assert headers["host"] != "evil"


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["169.254.169.254"], ["127.0.0.2"], ["::ffff:127.0.0.1"], ["fe80::1%lo"]],
)
def test_a_name_that_leads_inside_is_refused(site: Site, addresses: list[str]) -> None:
    asking = client(lambda _host, _port: addresses)

    with pytest.raises(AddressRefused):
        asking.send(OutsideRequest(url=site.url("/")))

    assert site.asked == []


def test_one_bad_address_among_good_ones_is_enough_to_refuse(site: Site) -> None:
    asking = client(lambda _host, _port: ["127.0.0.1", "192.168.0.1"])

    with pytest.raises(AddressRefused):
        asking.send(OutsideRequest(url=site.url("/")))

    assert site.asked == []


def test_a_rebound_name_is_connected_to_where_it_was_checked(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    site.pages["/"] = page(b"first")
    asking = client(rebinding)

    assert asking.send(OutsideRequest(url=site.url("/"))).body == b"first"
    assert asked == ["site.example"]
    with pytest.raises(AddressRefused):
        asking.send(OutsideRequest(url=site.url("/")))


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    rules = Rules(
        schemes=LOCAL.schemes,
        any_port=True,
        inside_names=True,
        allowed=lambda address: address.startswith("127."),
    )
    site.pages["/"] = page(b"second")
    asking = OutsideClient(rules=rules, resolver=lambda _h, _p: ["127.0.0.9", "127.0.0.1"])

    assert asking.send(OutsideRequest(url=site.url("/"))).body == b"second"


def test_redirects_are_followed_three_times_and_no_more(site: Site) -> None:
    for number in range(5):
        site.pages[f"/{number}"] = page(status=302, Location=f"/{number + 1}")
    site.pages["/4"] = page(b"end")

    assert client().send(OutsideRequest(url=site.url("/1"))).body == b"end"
    with pytest.raises(OutsideFailed):
        client().send(OutsideRequest(url=site.url("/0")))


def test_a_redirect_inside_is_refused_by_name_and_by_address(site: Site) -> None:
    site.pages["/meta"] = page(status=302, Location="http://169.254.169.254/latest/meta-data/")
    site.pages["/name"] = page(status=302, Location=f"http://inside.example:{site.port}/")

    def split(host: str, _port: int) -> Sequence[str]:
        return ["10.0.0.7"] if host == "inside.example" else ["127.0.0.1"]

    for path in ("/meta", "/name"):
        with pytest.raises(AddressRefused):
            client(split).send(OutsideRequest(url=site.url(path)))


def test_a_redirect_elsewhere_takes_no_secret_along(site: Site) -> None:
    site.pages["/"] = page(status=307, Location=f"http://other.example:{site.port}/there")
    site.pages["/there"] = page()
    headers = {"Authorization": "Bearer secret", "X-Api-Key": "secret", "Accept": "text/html"}

    client().send(OutsideRequest(url=site.url("/"), headers=headers))

    assert site.asked[0][2]["authorization"] == "Bearer secret"
    told = site.asked[1][2]
    assert told["accept"] == "text/html"
    assert "secret" not in str(told)


def test_a_post_is_never_redirected(site: Site) -> None:
    site.pages["/"] = page(status=307, Location="/there")

    answer = client().send(OutsideRequest(url=site.url("/"), method="POST", content=b"x"))

    assert (answer.status, len(site.asked)) == (307, 1)


def test_a_body_over_the_limit_is_refused_or_cut(site: Site) -> None:
    site.pages["/"] = page(b"x" * 5000)
    request = OutsideRequest(url=site.url("/"))

    with pytest.raises(OutsideTooLarge):
        client().send(request, limit=4999)
    cut = client().send(request, limit=4999, cut=True)
    assert (len(cut.body), cut.cut) == (4999, True)
    assert not client().send(request, limit=5000).cut


def test_a_gzip_body_is_unpacked_as_far_as_the_limit_goes(site: Site) -> None:
    site.pages["/small"] = page(gzip.compress(b"hello" * 100), Content_Encoding="gzip")
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    site.pages["/bomb"] = page(bomb, Content_Encoding="gzip")

    assert client().send(OutsideRequest(url=site.url("/small"))).body == b"hello" * 100
    cut = client().send(OutsideRequest(url=site.url("/bomb")), limit=100_000, cut=True)
    assert (len(cut.body), cut.cut) == (100_000, True)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_a_packing_that_was_not_asked_for_is_refused(site: Site, encoding: str) -> None:
    site.pages["/"] = page(b"x", Content_Encoding=encoding)

    with pytest.raises(OutsideFailed):
        client().send(OutsideRequest(url=site.url("/")))


def test_broken_gzip_is_a_failure(site: Site) -> None:
    site.pages["/"] = page(b"not gzip at all", Content_Encoding="gzip")

    with pytest.raises(OutsideFailed):
        client().send(OutsideRequest(url=site.url("/")))


def test_an_answer_in_drops_ends_at_the_deadline(site: Site) -> None:
    released = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not released.wait(0.05):
            handler.wfile.write(b".")

    site.pages["/"] = drip
    started = time.monotonic()
    with pytest.raises(OutsideTimeout):
        client().send(OutsideRequest(url=site.url("/")), seconds=0.5)
    released.set()

    assert time.monotonic() - started < 5


def test_a_resolver_that_hangs_ends_at_the_deadline(site: Site) -> None:
    released = threading.Event()

    def hanging(_host: str, _port: int) -> Sequence[str]:
        released.wait(30)
        return []

    with pytest.raises(OutsideTimeout):
        client(hanging).send(OutsideRequest(url=site.url("/")), seconds=0.2)
    released.set()


def test_a_name_without_an_address_is_a_failure(site: Site) -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("NXDOMAIN")

    with pytest.raises(OutsideFailed):
        client(unknown).send(OutsideRequest(url=site.url("/")))
    with pytest.raises(OutsideFailed):
        client(lambda _h, _p: []).send(OutsideRequest(url=site.url("/")))


def test_what_is_not_http_is_a_failure(site: Site) -> None:
    def garbage(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"garbage\r\n\r\n")

    site.pages["/"] = garbage

    with pytest.raises(OutsideFailed):
        client().send(OutsideRequest(url=site.url("/")))


def test_proxies_of_the_environment_are_not_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/"] = page(b"direct")

    assert client().send(OutsideRequest(url=site.url("/"))).body == b"direct"


def test_tls_is_checked_by_the_name_and_not_by_the_address(certificates: Certificates) -> None:
    with serving(Site(), certificates.server("site.example")) as site:
        site.pages["/"] = page(b"private")
        asking = OutsideClient(rules=LOCAL, resolver=to_loopback, tls=certificates.client())

        good = asking.send(OutsideRequest(url=site.url("/", scheme="https")))
        assert good.body == b"private"
        with pytest.raises(OutsideFailed):
            asking.send(OutsideRequest(url=site.url("/", "other.example", "https")))


def test_the_systems_resolver_is_used_when_none_is_given(site: Site) -> None:
    site.pages["/"] = page(b"here")

    answer = OutsideClient(rules=LOCAL).send(OutsideRequest(url=site.url("/", "127.0.0.1")))

    assert answer.body == b"here"


def test_production_calls_nothing_on_this_host(site: Site) -> None:
    with pytest.raises(AddressRefused):
        OutsideClient().send(OutsideRequest(url=site.url("/", scheme="https")))
    with pytest.raises(AddressRefused):
        OutsideClient(resolver=to_loopback).send(OutsideRequest(url="https://site.example/"))
