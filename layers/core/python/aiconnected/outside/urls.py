"""URLs that tenants give: read once, strictly, and never again by anybody else's rules.

What is connected to is built from the parts read here, so that no second reading of the same text
can find another host in it (Orange Tsai, "A New Era of SSRF", 2017).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urljoin, urlsplit

from aiconnected.outside.addresses import is_loopback, is_public
from aiconnected.outside.errors import AddressRefused

MAX_URL = 2000
_PORTS = {"https": 443, "http": 80}
# RFC 3986's characters; anything else is percent-encoded by whoever means well.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_DIGITS = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST_HOST = 253
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "onion")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What may be called. The default is production's: https, its own port, the public internet."""

    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] = frozenset({443, 8443})
    any_port: bool = False
    allowed: Callable[[str], bool] = is_public  # whether an address may be connected to
    inside_names: bool = False  # `localhost` and its like

    @classmethod
    def local(cls) -> "Rules":
        """The local stack's: this host too, by http and at any port."""
        return cls(
            schemes=frozenset({"https", "http"}),
            any_port=True,
            allowed=lambda address: is_public(address) or is_loopback(address),
            inside_names=True,
        )


PUBLIC = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads, in parts."""

    scheme: str
    host: str  # a name in lower case, or an address without brackets
    port: int
    path: str  # with the query, as it goes into the request line

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """As the `Host` header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole, rebuilt."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def follow(self, location: str, *, rules: Rules) -> "Target":
        """Where a redirect leads; raises `AddressRefused`."""
        try:
            joined = urljoin(self.url, location)
        except ValueError as exc:
            raise AddressRefused("This is not a URL.") from exc
        return read_url(joined, rules=rules)


def check_url(url: str, *, rules: Rules = PUBLIC) -> None:
    """Raises `AddressRefused` (VAL_INVALID_URL) for a URL that we should never call.

    Names are not resolved here: that is checked whenever one is called, by the client.
    """
    read_url(url, rules=rules)


def read_url(url: str, *, rules: Rules = PUBLIC) -> Target:
    """The parts of a URL; raises `AddressRefused`."""
    if len(url) > MAX_URL or not _CHARACTERS.fullmatch(url):
        raise AddressRefused("This is not a URL.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise AddressRefused("This is not a URL.") from exc
    scheme = parts.scheme.lower()
    if scheme not in rules.schemes:
        known = " or ".join(sorted(rules.schemes, reverse=True))
        raise AddressRefused(f"Give a URL that starts with {known}.")
    if "@" in parts.netloc:
        raise AddressRefused("Give no user name or password in a URL.")
    if not parts.hostname or parts.netloc.endswith(":"):
        raise AddressRefused("This is not a URL.")
    port = _PORTS[scheme] if port is None else port
    if not rules.any_port and port not in rules.ports | {_PORTS[scheme]}:
        raise AddressRefused("This port is not one that we call.")
    host = _host(parts.hostname, bracketed="[" in parts.netloc, rules=rules)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=scheme, host=host, port=port, path=path)


def _host(text: str, *, bracketed: bool, rules: Rules) -> str:
    """The host, a literal address already checked."""
    host = text.lower().removesuffix(".")
    address = _address(host, bracketed=bracketed)
    if address is not None:
        if not rules.allowed(address):
            raise AddressRefused
        return address
    labels = host.split(".")
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("This is not the name of a host.")
    if _DIGITS.fullmatch(labels[-1]):  # 0x7f.1, 2130706433: addresses as inet_aton reads them
        raise AddressRefused("This is not the name of a host.")
    inside = len(labels) == 1 or any(host.endswith(f".{name}") for name in _INSIDE)
    if inside and not rules.inside_names:
        raise AddressRefused
    return host


def _address(host: str, *, bracketed: bool) -> str | None:
    """The address that a host is, if it is one; only the one way of writing it is read."""
    try:
        return str(IPv6Address(host) if bracketed else IPv4Address(host))
    except ValueError:
        if bracketed:
            raise AddressRefused("This is not an address.") from None
        return None
