"""The form fields of Twilio's requests about a call."""

from datetime import UTC, datetime
from email.utils import format_datetime

from infra.local.vendors.twilio.model import API_VERSION, Call, Direction

PLACE = ("City", "State", "Zip")


def of_call(call: Call) -> dict[str, str]:
    """The standard parameters of every voice request; places are what Twilio sends when it knows
    none.
    """
    fields = {
        "AccountSid": call.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.status.value,
        "Direction": call.direction.value,
        "From": call.from_,
        "Caller": call.from_,
        "To": call.to,
        "Called": call.to,
    }
    if call.parent_sid is not None:
        fields["ParentCallSid"] = call.parent_sid
    for who, number in (("From", call.from_), ("Caller", call.from_)):
        fields |= _place(who, number)
    for who, number in (("To", call.to), ("Called", call.to)):
        fields |= _place(who, number)
    if call.direction is Direction.INBOUND:
        fields["StirVerstat"] = "TN-Validation-Passed-A"
    return fields


def _place(who: str, number: str) -> dict[str, str]:
    country = "US" if number.startswith("+1") else ""
    return {f"{who}{part}": "" for part in PLACE} | {f"{who}Country": country}


def of_progress(call: Call, *, sequence: int) -> dict[str, str]:
    """A status callback's parameters."""
    fields = of_call(call) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    if call.status.is_final:
        fields |= {
            "CallDuration": str(call.duration),
            "Duration": str(-(-call.duration // 60)),  # begun minutes
            "SipResponseCode": SIP_CODES.get(call.status.value, "480"),
        }
    return fields


SIP_CODES = {
    "completed": "200",
    "busy": "486",
    "no-answer": "480",
    "canceled": "487",
    "failed": "404",
}
