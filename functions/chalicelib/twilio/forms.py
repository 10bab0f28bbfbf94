"""What Twilio sends: a form, genuine or refused, read into the values that we use of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Self
from urllib.parse import parse_qs, urlencode

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from aiconnected.calls.models import CarrierStatus
from aiconnected.kit.errors import ErrorCode, FieldError, Forbidden, Invalid
from chalicelib.twilio.signature import HEADER, is_genuine

_MAX_FIELDS = 200  # Twilio sends about forty
_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
_DIALLABLE = re.compile(r"\+[1-9][0-9]{6,14}")


class SignatureInvalid(Forbidden):
    """The request does not carry its sender's signature."""

    code = ErrorCode.AUTH_SIGNATURE_INVALID


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioForm:
    """A webhook about one call."""

    call_sid: str
    from_: str  # as Twilio knows it: a number, `anonymous`, or nothing
    to: str
    fields: Mapping[str, str]

    @classmethod
    def read(cls, event: APIGatewayProxyEvent, *, origin: str, auth_token: str) -> Self:
        """The form of a genuine request to `origin`.

        Raises `SignatureInvalid` first of all, then `Invalid` when it names no call.
        """
        try:
            form = parse_qs(
                event.decoded_body or "", keep_blank_values=True, max_num_fields=_MAX_FIELDS
            )
        except ValueError as exc:  # more fields than that, or no text at all
            raise SignatureInvalid from exc
        signature = event.headers.get(HEADER, "")
        if not is_genuine(auth_token, signature, url=_url(event, origin), form=form):
            raise SignatureInvalid
        fields = {name: values[-1].replace("\0", "") for name, values in form.items()}
        call_sid = fields.get("CallSid", "")
        if not _CALL_SID.fullmatch(call_sid):
            code = ErrorCode.VAL_INVALID_FORMAT if call_sid else ErrorCode.VAL_REQUIRED
            detail = FieldError(field="CallSid", code=code, message="This names no call.")
            raise Invalid(code=code, details=[detail])
        return cls(
            call_sid=call_sid,
            from_=fields.get("From", ""),
            to=fields.get("To", ""),
            fields=fields,
        )

    @property
    def digest(self) -> bytes:
        """What a retry of the same event has in common: the rest may have moved on meanwhile."""
        return sha256(f"{self.call_sid}\n{self.from_}\n{self.to}".encode()).digest()

    @property
    def caller_id(self) -> str:
        """What a dialled telephone shows: the caller, or whom they called if the caller hides."""
        return next((n for n in (self.from_, self.to) if _DIALLABLE.fullmatch(n)), "")

    @property
    def status(self) -> CarrierStatus | None:
        """Where the call stands; None for a status of a later version."""
        return _status(self.fields.get("CallStatus", ""))

    @property
    def dial_status(self) -> CarrierStatus | None:
        """What became of a dialled number; None when none has been dialled."""
        given = self.fields.get("DialCallStatus", "")
        return (_status(given) or CarrierStatus.FAILED) if given else None

    @property
    def at(self) -> datetime | None:
        """When the status changed, if Twilio says so."""
        try:
            at = parsedate_to_datetime(self.fields.get("Timestamp", ""))
        except ValueError:
            return None
        return at if at.tzinfo else None


def _status(word: str) -> CarrierStatus | None:
    try:
        return CarrierStatus(word)
    except ValueError:
        return None


def _url(event: APIGatewayProxyEvent, origin: str) -> str:
    query = event.multi_value_query_string_parameters
    return origin + event.path + (f"?{urlencode(query, doseq=True)}" if query else "")
