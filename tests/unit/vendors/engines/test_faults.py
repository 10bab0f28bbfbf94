"""Which armed fault strikes whom, and how often."""

import asyncio

import pytest
from pydantic import ValidationError

from infra.local.vendors.engines.faults import Fault, FaultKind, FaultOrder, Faults

pytestmark = pytest.mark.unit


def order(**changes: object) -> FaultOrder:
    body: dict[str, object] = {"match": {"call": "a"}, "kind": "error", "at": "first"}
    return FaultOrder.model_validate(body | changes)


def strike(faults: Faults, **changes: str) -> Fault | None:
    who = {"route": "/v1/speak", "api_key": "key", "call": "a"} | changes
    return faults.strike("first", **who)


def test_a_fault_strikes_as_often_as_armed() -> None:
    faults = Faults()
    faults.arm(order(times=2))

    assert [strike(faults) is not None for _ in range(3)] == [True, True, False]


def test_a_fault_passes_others_by() -> None:
    faults = Faults()
    faults.arm(order(match={"call": "a", "api_key": "key", "route": "/v1/speak"}))

    assert strike(faults, call="b") is None
    assert strike(faults, api_key="other") is None
    assert strike(faults, route="/v1/listen") is None
    assert faults.strike("end", route="/v1/speak", api_key="key", call="a") is None
    assert strike(faults) is not None


@pytest.mark.parametrize("name", ["call", "call_sid", "tag"])
def test_a_call_goes_by_three_names(name: str) -> None:
    faults = Faults()
    faults.arm(order(match={name: "a"}))

    assert strike(faults) is not None


def test_a_route_may_be_a_glob() -> None:
    faults = Faults()
    faults.arm(order(match={"call": "a", "route": "/v1/*"}))

    assert strike(faults, route="/2010-04-01/Accounts") is None
    assert strike(faults) is not None


def test_the_first_armed_strikes_first() -> None:
    faults = Faults()
    faults.arm(order(kind="drop"))
    faults.arm(order(kind="delay"))

    assert [fault.kind for fault in (strike(faults), strike(faults)) if fault] == [
        FaultKind.DROP,
        FaultKind.DELAY,
    ]


def test_a_disarmed_fault_is_forgotten_and_an_unknown_one_is_no_error() -> None:
    faults = Faults()
    faults.disarm(faults.arm(order()))
    faults.disarm("unknown")

    assert strike(faults) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"match": {}},
        {"match": {"route": "/v1/speak"}},
        {"kind": "explode"},
        {"at": "last"},
        {"ms": -1},
        {"status": 200},
        {"times": 0},
        {"colour": "red"},
    ],
)
def test_a_malformed_order_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        order(**changes)


async def test_a_delay_waits_and_a_stall_without_end_never_ends() -> None:
    delay = Fault(id="1", kind=FaultKind.DELAY, at="first", ms=1500, status=500)
    stall = Fault(id="2", kind=FaultKind.STALL, at="first", ms=0, status=500)
    loop = asyncio.get_running_loop()
    start = loop.time()

    await delay.apply_stall()
    await delay.apply_delay()
    assert loop.time() - start == pytest.approx(1.5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3600):
            await stall.apply_stall()
