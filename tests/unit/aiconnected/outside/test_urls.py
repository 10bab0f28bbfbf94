"""URLs and addresses that tenants give: the corpus of what must never be called."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.kit.errors import ErrorCode
from aiconnected.outside import check_url
from aiconnected.outside.addresses import is_public
from aiconnected.outside.errors import AddressRefused
from aiconnected.outside.urls import Rules, read_url

pytestmark = pytest.mark.unit

GOOD = {
    "https://example.com": "https://example.com/",
    "https://EXAMPLE.com./a?b=c#d": "https://example.com/a?b=c",
    "https://hooks.example.co.uk:8443/x": "https://hooks.example.co.uk:8443/x",
    "https://xn--bcher-kva.example/": "https://xn--bcher-kva.example/",
    "https://8.8.8.8/": "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/": "https://[2606:4700:4700::1111]/",
    "https://example.com:443/": "https://example.com/",
}
BAD = (
    "",
    "example.com",
    "//example.com/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:70/_x",
    "javascript:alert(1)",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://example.com@127.0.0.1/",
    "https://127.0.0.1:80@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com:22/",
    "https://example.com:6379/",
    "https://example.com:99999/",
    "https://example.com:/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: evil",
    "https://example.com/\0",
    "https://ⓔⓧample.com/",
    "https://bücher.example/",
    "https://-example.com/",
    "https://example..com/",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 127 + "com/",
    "https://example.com/" + "a" * 2000,
    "https://localhost/",
    "https://LOCALHOST./",
    "https://metadata/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://db.internal/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1.:8443/",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.0.0.1/",
    "https://100.64.0.1/",
    "https://100.100.100.200/latest/meta-data/",
    "https://168.63.129.16/",
    "https://169.254.169.254/latest/meta-data/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.0.0.192/",
    "https://192.168.1.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::ffff:0:8.8.8.8]/",
    "https://[::8.8.8.8]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:808:808::]/",
    "https://[3fff::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[ff02::1]/",
    "https://[::1",
    "https://[v1.x]/",
)


@pytest.mark.parametrize("url", GOOD)
def test_an_address_of_the_public_internet_is_taken_and_rebuilt(url: str) -> None:
    assert read_url(url).url == GOOD[url]


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_must_not_be_called_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_url(url)

    assert refused.value.error_code is ErrorCode.VAL_INVALID_URL


@given(st.text())
def test_whatever_is_given_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}/", f"https://example.com{text}"):
        try:
            target = read_url(url)
        except AddressRefused:
            continue
        assert read_url(target.url) == target


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_an_ipv6_one_is_refused_whatever_it_is(address: IPv4Address) -> None:
    number = int(address)
    for prefix, shift in ((0, 0), (0xFFFF << 32, 0), (0x64FF9B << 96, 0), (0x2002 << 112, 80)):
        assert not is_public(str(IPv6Address(prefix | number << shift)))


@given(st.ip_addresses())
def test_no_address_is_public_that_python_knows_to_be_private(
    address: IPv4Address | IPv6Address,
) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast


def test_what_is_no_address_is_not_public() -> None:
    assert not is_public("example.com")


def test_the_local_stack_may_call_itself_and_nothing_else_of_its_network() -> None:
    rules = Rules.local()

    assert read_url("http://127.0.0.1:5000/x", rules=rules).port == 5000
    assert read_url("http://localhost:5000/", rules=rules).host == "localhost"
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://127.0.0.2/"):
        with pytest.raises(AddressRefused):
            read_url(url, rules=rules)


def test_a_redirect_is_read_by_the_same_rules() -> None:
    start = read_url("https://example.com/a/b")

    assert start.follow("../c", rules=Rules()).url == "https://example.com/c"
    assert start.follow("//example.org", rules=Rules()).url == "https://example.org/"
    for location in ("http://example.com/", "https://169.254.169.254/", "https://[", "//u@x.com"):
        with pytest.raises(AddressRefused):
            start.follow(location, rules=Rules())
