"""Events that vendors have sent, as they are shown."""

from datetime import datetime
from uuid import UUID

from aiconnected.received.models import ReceivedStatus
from chalicelib.schemas.envelopes import Shown


class ReceivedShown(Shown):
    """An event without its body."""

    id: UUID
    provider: str
    external_event_id: str
    kind: str
    status: ReceivedStatus
    attempts: int
    last_error: str | None
    received_at: datetime
    processed_at: datetime | None


class ReceivedWithBody(ReceivedShown):
    """An event with what was sent."""

    body: str | None
