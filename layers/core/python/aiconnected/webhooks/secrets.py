"""Secrets that sign webhooks, as they are kept: sealed for their agency."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from aiconnected.webhooks.deliveries import Claimed

if TYPE_CHECKING:
    from aiconnected.sealing.service import Sealer


class WebhookSecrets:
    """Seals and opens."""

    def __init__(self, sealer: "Sealer") -> None:
        self._sealer = sealer

    def seal(self, secret: str, *, agency_id: UUID) -> bytes:
        """As it is kept."""
        return self._sealer.seal(secret.encode(), context=_context(agency_id))

    def of(self, claimed: Claimed, *, now: datetime) -> list[str]:
        """What signs this delivery, newest first: two while a secret is being replaced."""
        kept = [claimed.sealed_secret]
        until = claimed.previous_secret_expires_at
        if claimed.previous_sealed_secret is not None and until is not None and now < until:
            kept.append(claimed.previous_sealed_secret)
        context = _context(claimed.agency_id)
        return [self._sealer.open(sealed, context=context).decode() for sealed in kept]


def _context(agency_id: UUID) -> dict[str, str]:
    return {"purpose": "webhook_secret", "agency_id": str(agency_id)}
