"""Ports and readiness probes."""

import random
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
DEFAULTS: Mapping[str, int] = {
    "api": 8000,
    "realtime": 8080,
    "twilio": 8101,
    "deepgram": 8102,
    "anthropic": 8103,
    "openai": 8104,
    "supervisor": 8109,
    "localstack": 4566,
    "postgres": 15432,
    "valkey": 16379,
}
_FIRST_FREE = 20000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_TRIES = 200


def choose_ports(*, defaults: bool = True) -> dict[str, int]:
    """A free port for each service: the default one unless it is taken."""
    held: list[socket.socket] = []
    ports: dict[str, int] = {}
    try:
        for name, wanted in DEFAULTS.items():
            holder = (_hold(wanted) if defaults else None) or _hold_any()
            held.append(holder)
            ports[name] = holder.getsockname()[1]
    finally:
        for holder in held:
            holder.close()
    return ports


def free_port() -> int:
    """A port that nobody listens on at this moment; raises OSError when none is found.

    It lies below those that the kernel gives to outgoing connections: a server that is down for a
    while finds its port as it left it, and no client can meet itself there.
    """
    with _hold_any() as holder:
        return holder.getsockname()[1]


def _hold_any() -> socket.socket:
    try:
        ephemeral = int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        ephemeral = 32768  # Linux's own default
    last = max(ephemeral, _FIRST_FREE + 1000)
    for _ in range(_TRIES):
        port = random.randrange(_FIRST_FREE, last)  # noqa: S311 -- no secret
        if holder := _hold(port):
            return holder
    raise OSError("no free port")


def _hold(port: int) -> socket.socket | None:
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((HOST, port))
    except OSError:
        holder.close()
        return None
    return holder


def url(port: int, *, scheme: str = "http") -> str:
    """Origin of a service."""
    return f"{scheme}://{HOST}:{port}"


def answers(address: str, *, timeout: float = 1.0) -> bool:
    """Whether a GET of `address` answers 200."""
    try:
        with urllib.request.urlopen(address, timeout=timeout) as response:  # noqa: S310 -- loopback
            return response.status == 200  # noqa: PLR2004
    except (urllib.error.URLError, OSError, ValueError):
        return False
