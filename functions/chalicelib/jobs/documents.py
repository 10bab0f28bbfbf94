"""The job of a document that has been added: it becomes findable."""

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DocumentAdded
from chalicelib.services import Services


def ingest(services: Services, envelope: Envelope) -> None:
    """Cut, embed and keep the document; a document that is ready already costs nothing."""
    services.knowledge.ingest(envelope.read(DocumentAdded).document_id)
