"""Errors of webhooks.

NotFound
├── EndpointNotFound
└── DeliveryNotFound
RuleBroken
├── TooManyEndpoints
└── EndpointNotActive
"""

from aiconnected.kit.errors import ErrorCode, NotFound, RuleBroken


class EndpointNotFound(NotFound):
    """There is no such webhook endpoint."""


class DeliveryNotFound(NotFound):
    """There is no such delivery."""


class TooManyEndpoints(RuleBroken):
    """There are as many webhook endpoints as there may be."""

    code = ErrorCode.BIZ_QUOTA_EXCEEDED


class EndpointNotActive(RuleBroken):
    """The endpoint is paused or disabled: make it active first."""

    code = ErrorCode.BIZ_INVALID_STATE
