"""Who is shown the money of a call: those who see the bills (PRD 15.2). Decided here alone."""

from aiconnected.auth.models import Principal
from aiconnected.calls.views import Call
from aiconnected.usage.models import CallCost
from chalicelib.schemas.calls import BillShown, CallShown

_SIDES = ("cost", "price", "margin")
_HIDDEN: dict[str, None] = dict.fromkeys(_SIDES)
_HIDDEN_PART: dict[str, None] = dict.fromkeys((*_SIDES, "rated"))


def call_shown(call: Call, to: Principal) -> CallShown:
    """A call; without money to a client's people."""
    shown = CallShown.model_validate(call)
    return shown if to.sees_money else shown.model_copy(update=_HIDDEN)


def bill_shown(bill: CallCost, to: Principal) -> BillShown:
    """What was used in a call, and what it costs; to a client's people the first alone."""
    shown = BillShown.model_validate(bill)
    if to.sees_money:
        return shown
    parts = [part.model_copy(update=_HIDDEN_PART) for part in shown.components]
    return shown.model_copy(update={**_HIDDEN, "components": parts})
