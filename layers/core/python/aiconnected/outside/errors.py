"""Errors of the outside.

Invalid
└── AddressRefused
ProviderError
├── OutsideFailed
├── OutsideTooLarge
└── ProviderTimeout
    └── OutsideTimeout
"""

from aiconnected.kit.errors import ErrorCode, Invalid, ProviderError, ProviderTimeout

PROVIDER = "outside"


class AddressRefused(Invalid):
    """This address is not one that we call."""

    code = ErrorCode.VAL_INVALID_URL


class OutsideFailed(ProviderError):
    """The other side did not answer as HTTP has it."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, provider=PROVIDER, retryable=True)


class OutsideTooLarge(ProviderError):
    """The other side's answer is too large."""

    def __init__(self) -> None:
        super().__init__(provider=PROVIDER, retryable=False)


class OutsideTimeout(ProviderTimeout):
    """The other side did not answer in time."""

    def __init__(self) -> None:
        super().__init__(provider=PROVIDER, retryable=True)
