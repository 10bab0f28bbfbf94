"""Connections to checked addresses: names are resolved once, and what was checked is connected to.

A `NetworkBackend` of httpcore is the whole of it: TLS and `Host` keep the name, the socket gets the
address. Every wait ends at one deadline, so that an answer in drops cannot hold us.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from httpcore2 import (
    SOCKET_OPTION,
    ConnectError,
    ConnectTimeout,
    NetworkBackend,
    NetworkStream,
    ReadTimeout,
    SyncBackend,
    WriteTimeout,
)

from aiconnected.outside.errors import AddressRefused, OutsideFailed, OutsideTimeout
from aiconnected.outside.urls import Rules

_PIECE = 16_384  # bytes written between two looks at the clock


# Names and ports to addresses; raises OSError.
Resolver = Callable[[str, int], Sequence[str]]


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The host's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Deadline:
    """A moment by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Seconds left, not more than `most`; not positive once it is over."""
        left = self._ends - time.monotonic()
        return left if most is None else min(left, most)


class GuardedBackend(NetworkBackend):
    """Connects to public addresses only, and forgets all at a deadline."""

    def __init__(self, *, rules: Rules, resolver: Resolver, deadline: Deadline) -> None:
        self._rules, self._resolver, self._deadline = rules, resolver, deadline
        self._sockets = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 -- httpcore's own signature
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Raises `AddressRefused` when one of the host's addresses is not allowed.

        One is enough to refuse: a name that is public and private at once is a rebinding.
        """
        addresses = self._resolve(host, port)
        if not all(self._rules.allowed(address) for address in addresses):
            raise AddressRefused
        failure: Exception = OutsideFailed("The name has no address.")
        for address in addresses:
            left = self._deadline.left(timeout)
            if left <= 0:
                raise ConnectTimeout
            try:
                stream = self._sockets.connect_tcp(address, port, left, None, socket_options)
            except ConnectError as exc:
                failure = exc
            else:
                return GuardedStream(stream, self._deadline)
        raise failure

    def _resolve(self, host: str, port: int) -> list[str]:
        """In a thread: nothing else puts an end to the system's resolver."""
        found: list[str] = []
        failed: list[OSError] = []

        def ask() -> None:
            try:
                found.extend(dict.fromkeys(self._resolver(host, port)))
            except (OSError, UnicodeError) as exc:
                failed.append(OSError(str(exc)))

        asking = threading.Thread(target=ask, name="resolve", daemon=True)
        asking.start()
        asking.join(max(0.0, self._deadline.left()))
        if asking.is_alive():
            raise OutsideTimeout
        if failed:
            raise OutsideFailed("The name cannot be resolved.") from failed[0]
        return found


class GuardedStream(NetworkStream):
    """A stream whose every wait ends at the deadline."""

    def __init__(self, stream: NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most `max_bytes`."""
        return self._stream.read(max_bytes, self._left(timeout, ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of `buffer`, in pieces: a peer that reads in drops is waited for no longer."""
        for start in range(0, len(buffer), _PIECE):
            piece = buffer[start : start + _PIECE]
            self._stream.write(piece, self._left(timeout, WriteTimeout))

    def close(self) -> None:
        """Give the socket back."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        """TLS by the name that was asked for."""
        left = self._left(timeout, ConnectTimeout)
        return GuardedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        """What the socket says of itself."""
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, late: Callable[[], Exception]) -> float:
        left = self._deadline.left(timeout)
        if left <= 0:
            raise late()
        return left
