"""Stripe's signature on its webhooks, checked by Stripe's own library."""

from collections.abc import Callable, Sequence
from typing import cast

from aiconnected.kit.errors import ErrorCode, Unauthenticated

TOLERANCE_S = 300  # Stripe's own advice: what is older was recorded and sent again


class StripeSignatureInvalid(Unauthenticated):
    """This was not sent by Stripe, or not just now."""

    code = ErrorCode.AUTH_SIGNATURE_INVALID


def verify(payload: str, signature: str, *, secrets: Sequence[str]) -> None:
    """Raises `StripeSignatureInvalid` unless one of `secrets` has signed: two while one rolls."""
    from stripe import SignatureVerificationError, WebhookSignature  # noqa: PLC0415 -- slow

    check = cast("Callable[[str, str, str, int], bool]", WebhookSignature.verify_header)
    for secret in secrets:
        try:
            check(payload, signature, secret, TOLERANCE_S)
        except SignatureVerificationError:
            continue
        return
    raise StripeSignatureInvalid
