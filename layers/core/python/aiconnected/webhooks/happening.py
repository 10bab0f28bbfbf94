"""Events on their way: whoever knows that something happened leaves it in the outbox."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from aiconnected.contracts.catalogue import Event
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import EventHappened


def happened(
    event: Event,
    *,
    of: UUID,
    at: datetime,
    agency_id: UUID,
    tenant_id: UUID,
    call_id: UUID | None = None,
    version: str = "",
) -> Envelope:
    """The message for the outbox, within the transaction of what it tells of.

    The same event of the same resource (`of`) has the same id, so that a job which runs again
    announces nothing twice; `version` tells apart what may happen to a resource more than once.
    """
    envelope = Envelope.of(
        EventHappened(event=event.TYPE, data=event.model_dump(mode="json")),
        at=at,
        agency_id=agency_id,
        tenant_id=tenant_id,
        call_id=call_id,
    )
    name = f"{event.TYPE}:{of}:{version}"
    return envelope.model_copy(update={"id": uuid5(NAMESPACE_URL, name)})
