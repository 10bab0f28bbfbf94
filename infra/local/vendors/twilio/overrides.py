"""Connection overrides of a webhook URL: the fragment `#ct=&rt=&tt=&rc=&rp=`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

from infra.local.vendors.twilio.errors import RETRY_POLICY_INVALID, CallError

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})
RANGES = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}
IGNORED = frozenset({"e", "sni"})  # egress edge and TLS name: nothing to choose on one machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Times in seconds; `retry_on` names the failures that are worth one of `retries` further
    attempts.
    """

    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})

    def retry(self, failure: str) -> bool:
        return failure in self.retry_on or "all" in self.retry_on


def split(url: str) -> tuple[str, Overrides]:
    """Return the URL that is requested and signed, and how to request it.

    Raises CallError 11243 for a parameter or value Twilio does not know.
    """
    bare, fragment = urldefrag(url)
    given = dict(parse_qsl(fragment, keep_blank_values=True))
    numbers = {name: _number(name, given[name], url=url) for name in RANGES if name in given}
    policies = frozenset(given.get("rp", "ct").split(","))
    if not policies <= POLICIES or not set(given) <= set(RANGES) | IGNORED | {"rp"}:
        raise CallError(RETRY_POLICY_INVALID, "HTTP retry policy is invalid", url=url)
    return bare, Overrides(
        connect_timeout=numbers.get("ct", 5000) / 1000,
        read_timeout=numbers.get("rt", 15000) / 1000,
        total_timeout=numbers.get("tt", 15000) / 1000,
        retries=numbers.get("rc", 1),
        retry_on=policies,
    )


def _number(name: str, text: str, *, url: str) -> int:
    low, high = RANGES[name]
    if not text.isdecimal() or not low <= int(text) <= high:
        raise CallError(RETRY_POLICY_INVALID, f"{name} is not between {low} and {high}", url=url)
    return int(text)
