"""Ports and readiness probes."""

import socket
import urllib.error
import urllib.request
from collections.abc import Mapping

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
    "postgres": 54320,
    "valkey": 63790,
}


def choose_ports(*, defaults: bool = True) -> dict[str, int]:
    """A free port for each service: the default one unless it is taken."""
    held: list[socket.socket] = []
    ports: dict[str, int] = {}
    try:
        for name, wanted in DEFAULTS.items():
            taken = _take(wanted) if defaults else None
            holder = taken or _take(0)
            if holder is None:
                raise OSError("no free port")
            held.append(holder)
            ports[name] = holder.getsockname()[1]
    finally:
        for holder in held:
            holder.close()
    return ports


def _take(port: int) -> socket.socket | None:
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
