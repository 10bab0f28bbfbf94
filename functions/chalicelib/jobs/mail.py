"""The job of a mail that was asked for: it leaves, if there still is somebody to get it."""

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import MailKind, MailRequested
from aiconnected.kit.errors import Invalid, NotFound
from aiconnected.mail.models import Letter
from chalicelib.observability import logger
from chalicelib.services import Services


def deliver(services: Services, envelope: Envelope) -> None:
    """Send the mail, if anybody is to get it; raises `ProviderError`, and then it comes again."""
    request = envelope.read(MailRequested)
    try:
        _send(services, request, envelope)
    except NotFound:  # the agency or the client is gone
        logger.info("mail has no sender any more", extra={"kind": request.kind.value})


def _send(services: Services, request: MailRequested, envelope: Envelope) -> None:
    match request.kind:
        case MailKind.EMAIL_VERIFICATION:
            services.account_mails.verification(request.email, asked_at=envelope.at)
        case MailKind.PASSWORD_RESET:
            services.account_mails.reset(request.email, asked_at=envelope.at)
        case MailKind.INVITATION:
            if request.invitation_id is None:
                raise Invalid("The message does not say which invitation it is.")
            services.invitation_mails.send(request.invitation_id, asked_at=envelope.at)
        case MailKind.NOTICE:
            letter = Letter(subject=request.subject, paragraphs=request.paragraphs)
            services.postman.notify(letter, to=request.email, agency_id=envelope.agency_id)
