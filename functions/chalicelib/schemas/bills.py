"""The bill of a call as it is shown: its money to those who see the bills alone (PRD 15.2)."""

from aiconnected.auth.models import Principal
from aiconnected.usage.models import CallCost
from chalicelib.schemas.calls import BillShown

_SIDES = ("cost", "price", "margin")
_HIDDEN: dict[str, None] = dict.fromkeys(_SIDES)
_HIDDEN_PART: dict[str, None] = dict.fromkeys((*_SIDES, "rated"))


def bill_shown(bill: CallCost, to: Principal) -> BillShown:
    """What was used in a call, and what it costs; to a client's people the first alone."""
    shown = BillShown.model_validate(bill)
    if to.sees_money:
        return shown
    parts = [part.model_copy(update=_HIDDEN_PART) for part in shown.components]
    return shown.model_copy(update={**_HIDDEN, "components": parts})
