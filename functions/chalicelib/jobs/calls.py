"""The jobs of a call that has ended: its transcript, its bill, its audio."""

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import CallEnded, RecordingWritten
from aiconnected.kit.errors import Invalid
from chalicelib.services import Services


def finish(services: Services, envelope: Envelope) -> None:
    """Finalise an ended call; make its recording playable once the call plane has stored it."""
    match envelope.read(CallEnded, RecordingWritten):
        case CallEnded():
            services.finaliser.finalise(envelope)
        case RecordingWritten():
            encode(services, envelope)


def encode(services: Services, envelope: Envelope) -> None:
    """Make the call's recording playable; raises `Invalid` when no call is named."""
    if envelope.call_id is None or envelope.tenant_id is None or envelope.agency_id is None:
        raise Invalid("The message does not say whose recording it is.")
    services.recordings.encode(
        agency_id=envelope.agency_id, tenant_id=envelope.tenant_id, call_id=envelope.call_id
    )
