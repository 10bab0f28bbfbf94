"""What each carrier can do with numbers and calls (G11): one table that code and API read."""

from dataclasses import dataclass
from enum import StrEnum

from aiconnected.calls.models import Carrier
from aiconnected.numbers.errors import CarrierCannot


class OrderBy(StrEnum):
    """How a number is ordered."""

    NUMBER = "number"  # one that a search has found
    AREA_CODE = "area_code"  # the carrier chooses within it
    NOTHING = "nothing"  # numbers come from elsewhere


class Release(StrEnum):
    """How a number is given back."""

    AT_ONCE = "at_once"
    OPERATOR = "operator"  # calls are led elsewhere at once, a person ends the contract
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Of one carrier."""

    carrier: Carrier
    search: bool
    order: OrderBy
    release: Release
    outbound: bool
    transfer: bool
    hold: bool
    recording: bool  # at the carrier; our own is made of every call


CAPABILITIES = {
    each.carrier: each
    for each in (
        Capabilities(
            carrier=Carrier.TWILIO,
            search=True,
            order=OrderBy.NUMBER,
            release=Release.AT_ONCE,
            outbound=True,
            transfer=True,
            hold=True,
            recording=True,
        ),
        Capabilities(
            carrier=Carrier.GOTO,
            search=False,
            order=OrderBy.AREA_CODE,
            release=Release.OPERATOR,
            outbound=False,
            transfer=True,
            hold=True,
            recording=True,
        ),
        Capabilities(
            carrier=Carrier.RINGCENTRAL,
            search=False,
            order=OrderBy.NOTHING,
            release=Release.NOTHING,
            outbound=False,
            transfer=True,
            hold=True,
            recording=False,
        ),
        Capabilities(
            carrier=Carrier.BROWSER,
            search=False,
            order=OrderBy.NOTHING,
            release=Release.NOTHING,
            outbound=False,
            transfer=False,
            hold=False,
            recording=False,
        ),
    )
}


def releasable(carrier: Carrier) -> Release:
    """How the carrier takes a number back; raises `CarrierCannot` when it does not."""
    release = CAPABILITIES[carrier].release
    if release is Release.NOTHING:
        raise CarrierCannot
    return release
