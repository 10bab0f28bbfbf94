"""Errors of appointments.

NotFound
├── SlotNotFound
└── AppointmentNotFound
Conflict
├── SlotTaken
└── SlotOffered
Invalid
└── NameMissing
RuleBroken
├── AppointmentSettled
├── SlotKept
├── SlotOver
├── SlotUnbookable
└── ForeignCall
"""

from aiconnected.kit.errors import Conflict, ErrorCode, FieldError, Invalid, NotFound, RuleBroken


class SlotNotFound(NotFound):
    """There is no such time on offer."""


class AppointmentNotFound(NotFound):
    """There is no such appointment."""


class SlotTaken(Conflict):
    """Somebody else has just booked this time."""

    code = ErrorCode.RES_ALREADY_EXISTS


class SlotOffered(Conflict):
    """This time is on offer already."""

    code = ErrorCode.RES_ALREADY_EXISTS


class NameMissing(Invalid):
    """An appointment needs a name."""

    code = ErrorCode.VAL_REQUIRED

    def __init__(self) -> None:
        super().__init__(details=[_of("customer_name", self.code, "Say who comes.")])


class AppointmentSettled(RuleBroken):
    """The appointment is over or cancelled: this cannot be changed."""

    code = ErrorCode.BIZ_INVALID_STATE


class SlotKept(RuleBroken):
    """An appointment is kept in this time: cancel or move it first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class SlotOver(RuleBroken):
    """A time that is over cannot be offered."""

    def __init__(self) -> None:
        super().__init__(details=[_of("starts_at", self.code, "This is past.")])


class SlotUnbookable(RuleBroken):
    """The client offers no such time, or it is over."""

    def __init__(self) -> None:
        super().__init__(details=[_of("slot_id", self.code, "This cannot be booked.")])


class ForeignCall(RuleBroken):
    """The appointment names a call that its client does not have."""

    def __init__(self) -> None:
        super().__init__(details=[_of("call_id", self.code, "The client has no such one.")])


def _of(field: str, code: ErrorCode, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)
