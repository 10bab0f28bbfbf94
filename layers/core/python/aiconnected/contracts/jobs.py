"""Work that one plane leaves in a queue for another; handlers are idempotent by envelope id."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue

from aiconnected.contracts.envelope import Body
from aiconnected.contracts.facts import CallEnded

__all__ = [
    "CallEnded",
    "DeliveryDue",
    "DocumentAdded",
    "EventHappened",
    "EventReceived",
    "MailKind",
    "MailRequested",
]


class DocumentAdded(Body):
    """A document waits to be chunked and embedded."""

    TYPE: ClassVar[str] = "document.added"
    document_id: UUID


class MailKind(StrEnum):
    """What a mail is about."""

    EMAIL_VERIFICATION = "email_verification"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a word
    INVITATION = "invitation"
    NOTICE = "notice"  # what it says stands in the message


class MailRequested(Body):
    """Somebody is to get a mail. Links and their secrets are made when it leaves, never before."""

    TYPE: ClassVar[str] = "mail.requested"
    kind: MailKind
    email: str
    invitation_id: UUID | None = None
    subject: str = ""  # of a notice, as is what follows
    paragraphs: tuple[str, ...] = ()


class EventHappened(Body):
    """An event of the catalogue, on its way to those who listen; the envelope's id is its own."""

    TYPE: ClassVar[str] = "webhook.event"
    event: str  # its type
    data: dict[str, JsonValue]


class DeliveryDue(Body):
    """A webhook is to be sent now."""

    TYPE: ClassVar[str] = "webhook.delivery"
    delivery_id: UUID


class EventReceived(Body):
    """A vendor's event is stored and waits to be worked on."""

    TYPE: ClassVar[str] = "event.received"
    received_event_id: UUID
