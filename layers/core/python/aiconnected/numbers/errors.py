"""Errors of telephone numbers.

Invalid
└── ReleaseUnconfirmed
NotFound
└── NumberNotFound
Forbidden
└── FieldOfTheAgency
Conflict
├── NumberTaken
└── NotForSale
RuleBroken
├── AgentOfAnother
├── ConnectionOfAnother
├── CarrierCannot
└── ClientSuspended
"""

from collections.abc import Iterable

from aiconnected.kit.errors import (
    Conflict,
    ErrorCode,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    RuleBroken,
)


class NumberNotFound(NotFound):
    """There is no such number."""


class NumberTaken(Conflict):
    """The number is in use already."""

    code = ErrorCode.RES_ALREADY_EXISTS


class NotForSale(Conflict):
    """The carrier does not sell this number, or not any more."""


class CarrierCannot(RuleBroken):
    """The number's carrier cannot do this."""


class ClientSuspended(RuleBroken):
    """The client is suspended."""

    code = ErrorCode.BIZ_INVALID_STATE


class AgentOfAnother(RuleBroken):
    """The agent is not one of the number's client."""

    def __init__(self) -> None:
        message = "The number's client has no such agent."
        detail = FieldError(field="agent_id", code=self.code, message=message)
        super().__init__(details=[detail])


class ConnectionOfAnother(RuleBroken):
    """The number cannot hang on this connection."""

    def __init__(self) -> None:
        message = "The number's place has no such connection to its carrier."
        detail = FieldError(field="carrier_connection_id", code=self.code, message=message)
        super().__init__(details=[detail])


class FieldOfTheAgency(Forbidden):
    """These fields are the agency's to change."""

    code = ErrorCode.AUTHZ_ROLE_REQUIRED

    def __init__(self, *, fields: Iterable[str]) -> None:
        message = "Only the agency changes this field."
        super().__init__(
            details=[
                FieldError(field=name, code=self.code, message=message) for name in sorted(fields)
            ]
        )


class ReleaseUnconfirmed(Invalid):
    """Confirm the release: the header X-Confirm-Release holds the number."""

    def __init__(self, *, given: bool) -> None:
        code = ErrorCode.VAL_INVALID_FORMAT if given else ErrorCode.VAL_REQUIRED
        message = "This is not the number." if given else "Repeat the number here."
        detail = FieldError(field="X-Confirm-Release", code=code, message=message)
        super().__init__(code=code, details=[detail])
