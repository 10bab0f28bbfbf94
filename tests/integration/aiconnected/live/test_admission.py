"""Admission on a real Valkey: never one call too many, and no seat that is lost for ever."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from aiconnected.calls.models import RefusalReason
from aiconnected.kit.ids import new_id
from aiconnected.live.admission import Admission, Lease, Limits, Seat
from aiconnected.live.connection import connect

pytestmark = pytest.mark.integration

AGENCY, TENANT = new_id(), new_id()
ROOMY = Limits(tenant=100, agency=100)


@pytest.fixture
def admission(redis_url: str) -> Admission:
    return Admission(connect(redis_url))


def admitted(
    admission: Admission, *, limits: Limits, tenant: UUID = TENANT, call: UUID | None = None
) -> Lease | RefusalReason:
    return admission.reserve(AGENCY, tenant, call=call or new_id(), limits=limits)


def test_of_fifty_calls_at_once_as_many_are_admitted_as_there_are_seats(
    admission: Admission,
) -> None:
    limits = Limits(tenant=7, agency=100)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: admitted(admission, limits=limits), range(50)))

    assert sum(isinstance(answer, Lease) for answer in answers) == 7
    assert answers.count(RefusalReason.TENANT_FULL) == 43


def test_the_agencys_limit_counts_all_its_tenants(admission: Admission) -> None:
    limits = Limits(tenant=5, agency=2)
    for tenant in (TENANT, new_id()):
        assert isinstance(admitted(admission, limits=limits, tenant=tenant), Lease)

    assert admitted(admission, limits=limits, tenant=new_id()) is RefusalReason.AGENCY_FULL


def test_a_call_that_asks_again_has_its_seat_though_the_house_is_full(
    admission: Admission,
) -> None:
    call, limits = new_id(), Limits(tenant=1, agency=1)
    admitted(admission, limits=limits, call=call)

    assert isinstance(admitted(admission, limits=limits, call=call), Lease)
    assert admitted(admission, limits=limits) is RefusalReason.TENANT_FULL


def test_a_released_seat_is_free_and_releasing_again_frees_no_other(admission: Admission) -> None:
    calls, limits = [new_id(), new_id()], Limits(tenant=2, agency=2)
    for call in calls:
        admitted(admission, limits=limits, call=call)
    seat = Seat(agency_id=AGENCY, tenant_id=TENANT, call_id=calls[0])

    admission.release(seat)
    admission.release(seat)

    assert isinstance(admitted(admission, limits=limits), Lease)
    assert admitted(admission, limits=limits) is RefusalReason.TENANT_FULL


def test_a_seat_that_has_run_out_is_free(admission: Admission, redis_url: str) -> None:
    call, limits = new_id(), Limits(tenant=1, agency=1)
    admitted(admission, limits=limits, call=call)
    with connect(redis_url) as redis:
        for key in Seat(agency_id=AGENCY, tenant_id=TENANT, call_id=call).keys:
            redis.zadd(key, {str(call): 1})

    assert isinstance(admitted(admission, limits=limits), Lease)


def test_a_confirmed_seat_lasts_longer_than_a_reservation(
    admission: Admission, redis_url: str
) -> None:
    call = new_id()
    reserved = admitted(admission, limits=ROOMY, call=call)
    assert isinstance(reserved, Lease)

    confirmed = admission.confirm(reserved.seat, owner="host:1:a")
    (renewed,) = admission.renew([reserved.seat])

    assert reserved.expires_at < confirmed.expires_at <= renewed.expires_at
    with connect(redis_url) as redis:
        assert all(80 < redis.ttl(key) <= 90 for key in reserved.seat.keys)


def test_a_live_call_takes_its_seat_anew_when_redis_has_forgotten_it(
    admission: Admission, redis_url: str
) -> None:
    seat = Seat(agency_id=AGENCY, tenant_id=TENANT, call_id=new_id())

    admission.renew([seat])

    assert admitted(admission, limits=Limits(tenant=1, agency=9)) is RefusalReason.TENANT_FULL


def test_without_redis_every_call_is_admitted_and_counted_as_degraded() -> None:
    admission = Admission(connect("redis://127.0.0.1:1/0"))
    seat = Seat(agency_id=AGENCY, tenant_id=TENANT, call_id=new_id())

    leases = [
        admitted(admission, limits=Limits(tenant=0, agency=0)),
        admission.confirm(seat, owner="a"),
    ]
    admission.release(seat)

    assert all(isinstance(lease, Lease) and lease.degraded for lease in leases)
    assert admission.degraded == 3
