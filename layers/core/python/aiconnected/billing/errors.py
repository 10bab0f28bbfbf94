"""Errors of billing.

NotFound
├── PlanNotFound
├── RateNotFound
├── SubscriptionNotFound
├── InvoiceNotFound
└── BillingEventNotFound
Conflict
├── PlanCodeTaken
└── RateExists
RuleBroken
├── PlanInUse
├── RateInForce
├── SubscriptionRequired
└── BillingUnknown
"""

from aiconnected.kit.errors import Conflict, ErrorCode, NotFound, RuleBroken


class PlanNotFound(NotFound):
    """There is no such plan."""


class RateNotFound(NotFound):
    """There is no such rate."""


class SubscriptionNotFound(NotFound):
    """There is no such subscription."""


class InvoiceNotFound(NotFound):
    """There is no such invoice."""


class BillingEventNotFound(NotFound):
    """There is no such billing event."""


class PlanCodeTaken(Conflict):
    """Another plan has this code."""

    code = ErrorCode.RES_ALREADY_EXISTS


class RateExists(Conflict):
    """There is a rate for the same thing from the same moment on."""

    code = ErrorCode.RES_ALREADY_EXISTS


class PlanInUse(RuleBroken):
    """Somebody is subscribed to the plan."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class RateInForce(RuleBroken):
    """A rate that is or was in force stays as it is: add another from a later moment on."""

    code = ErrorCode.BIZ_INVALID_STATE


class SubscriptionRequired(RuleBroken):
    """Your plan does not include this."""

    code = ErrorCode.BIZ_SUBSCRIPTION_REQUIRED


class BillingUnknown(RuleBroken):
    """The payment provider's event names a customer or a price that we do not know yet."""
