"""Errors of appointments.

NotFound
├── SlotNotFound
└── AppointmentNotFound
Conflict
└── SlotTaken
Invalid
└── NameMissing
"""

from aiconnected.kit.errors import Conflict, ErrorCode, Invalid, NotFound


class SlotNotFound(NotFound):
    """There is no such time on offer."""


class AppointmentNotFound(NotFound):
    """There is no such appointment."""


class SlotTaken(Conflict):
    """Somebody else has just booked this time."""

    code = ErrorCode.RES_ALREADY_EXISTS


class NameMissing(Invalid):
    """An appointment needs a name."""

    code = ErrorCode.VAL_REQUIRED
