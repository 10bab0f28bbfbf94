"""Orders to a running supervisor over loopback HTTP: what fault tests and the operator use."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue

from infra.local.stack.network import HOST

_PATH_PARTS = 3  # /services/<name>/<verb>


class Verb(StrEnum):
    """What a service can be ordered to."""

    KILL = "kill"
    DOWN = "down"
    START = "start"
    TERM = "term"


@dataclass(slots=True)
class Order:
    """`verb` for one service; the sender waits until it has been carried out."""

    service: str
    verb: Verb
    _done: threading.Event = field(default_factory=threading.Event)

    def done(self) -> None:
        """It has been carried out."""
        self._done.set()

    def wait(self, seconds: float) -> bool:
        """Wait for that."""
        return self._done.wait(seconds)


class Control:
    """`GET /services`, `POST /services/<name>/<verb>`; orders are for the supervisor's thread."""

    def __init__(self, port: int, *, status: Callable[[], dict[str, dict[str, object]]]) -> None:
        self._orders: SimpleQueue[Order] = SimpleQueue()
        handler = _handler(self._orders, status)
        self._server = ThreadingHTTPServer((HOST, port), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def orders(self) -> Iterator[Order]:
        """What has come in since the last look."""
        while True:
            try:
                yield self._orders.get_nowait()
            except Empty:
                return

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def _handler(
    orders: SimpleQueue[Order], status: Callable[[], dict[str, dict[str, object]]]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200 if self.path == "/services" else 404, status())

        def do_POST(self) -> None:
            parts = self.path.strip("/").split("/")
            if len(parts) != _PATH_PARTS or parts[1] not in status() or parts[2] not in {*Verb}:
                self._answer(404, {"error": {"message": "no such service or order"}})
                return
            order = Order(parts[1], Verb(parts[2]))
            orders.put(order)
            self._answer(200 if order.wait(20) else 504, status())

        def _answer(self, code: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's name
            """Nothing to say."""

    return Handler
