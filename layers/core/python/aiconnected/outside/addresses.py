"""Which IP addresses are the public internet: everything that is not is named here.

Sources: the IANA special-purpose address registries for IPv4 and IPv6, and what clouds answer their
own machines on. `ipaddress.is_global` is not enough: it changes between versions of Python, calls
multicast global, and looks through none of the ways in which IPv6 carries an IPv4 address.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_REFUSED_V4 = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # "this network"
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local; the metadata of AWS, Google and Azure
        "172.16.0.0/12",
        "192.0.0.0/24",  # IETF protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# What is handed out to anybody. Mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local,
# link-local and multicast addresses lie outside it.
_GLOBAL_UNICAST = ip_network("2000::/3")
_REFUSED_V6 = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether `address` (without a zone) is one that anybody on the internet may have."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _public_v4(parsed) if isinstance(parsed, IPv4Address) else _public_v6(parsed)


def is_loopback(address: str) -> bool:
    """Whether it is this host by its usual names."""
    return address in {"127.0.0.1", "::1"}


def _public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _REFUSED_V4)


def _public_v6(address: IPv6Address) -> bool:
    return (
        address.scope_id is None
        and address in _GLOBAL_UNICAST
        and not any(address in network for network in _REFUSED_V6)
    )
