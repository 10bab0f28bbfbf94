"""Which armed fault strikes a call: by its SID, its numbers or its account."""

from infra.local.vendors.engines.control import At, Control, Fault
from infra.local.vendors.twilio.model import Call

WEBHOOK, STATUS, MEDIA = "/webhook", "/status", "/media"


async def strike(control: Control, at: At, *, route: str, call: Call) -> Fault | None:
    """Return the fault armed for this call here, counted down, or nothing."""
    for key in (call.to, call.from_, call.account_sid):
        fault = await control.fault(at, route=route, api_key=key, call=call.sid)
        if fault is not None:
            return fault
    return None
