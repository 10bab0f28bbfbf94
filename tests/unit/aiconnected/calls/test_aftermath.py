"""What follows a media stream, for every way in which a call can stand."""

from datetime import UTC, datetime, timedelta

import pytest

from aiconnected.calls.aftermath import Aftermath, DialReason, Next, Standing, decide
from aiconnected.calls.state import CallStatus

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OWNED, LOST = NOW + timedelta(seconds=1), NOW
FALLBACK, TARGET = "+12125550143", "+12125550177"

HANG_UP = Aftermath(next=Next.HANG_UP)
TO_FALLBACK = Aftermath(
    next=Next.DIAL, number=FALLBACK, reason=DialReason.FALLBACK, after_failure=True
)
TO_TARGET = Aftermath(next=Next.DIAL, number=TARGET, reason=DialReason.TRANSFER)


def standing(
    status: CallStatus, *, lease: datetime | None = None, target: str | None = None
) -> Standing:
    return Standing(
        status=status, fallback_number=FALLBACK, transfer_target=target, lease_expires_at=lease
    )


@pytest.mark.parametrize(
    ("status", "lease", "target", "expected"),
    [
        (CallStatus.COMPLETED, None, None, HANG_UP),
        (CallStatus.ABANDONED, None, None, HANG_UP),
        (CallStatus.FAILED, None, None, TO_FALLBACK),
        (CallStatus.FAILED, OWNED, None, TO_FALLBACK),
        (CallStatus.REFUSED, None, None, TO_FALLBACK),
        (CallStatus.RINGING, None, None, TO_FALLBACK),
        (CallStatus.RINGING, OWNED, None, None),
        (CallStatus.IN_PROGRESS, OWNED, None, None),
        (CallStatus.IN_PROGRESS, LOST, None, TO_FALLBACK),
        (CallStatus.ON_HOLD, LOST, None, TO_FALLBACK),
        (CallStatus.TRANSFERRING, OWNED, TARGET, TO_TARGET),
        (CallStatus.TRANSFERRING, LOST, TARGET, TO_TARGET),
        (CallStatus.TRANSFERRING, OWNED, None, None),
        (CallStatus.TRANSFERRING, LOST, None, TO_FALLBACK),
        (CallStatus.TRANSFERRED, None, TARGET, TO_TARGET),
        (CallStatus.TRANSFERRED, None, None, HANG_UP),
        (CallStatus.IN_PROGRESS, OWNED, TARGET, None),
    ],
)
def test_what_follows(
    status: CallStatus, lease: datetime | None, target: str | None, expected: Aftermath | None
) -> None:
    assert decide(standing(status, lease=lease, target=target), now=NOW) == expected


def test_a_client_without_a_telephone_leaves_a_word_and_the_end() -> None:
    failed = Standing(
        status=CallStatus.FAILED, fallback_number=None, transfer_target=None, lease_expires_at=None
    )

    assert decide(failed, now=NOW) == Aftermath(next=Next.HANG_UP, after_failure=True)
