"""Refusals: whoever is known and asks for what is not theirs is noted in the audit log (T7)."""

from typing import TYPE_CHECKING

from aiconnected.kit.errors import Forbidden
from chalicelib.observability import logger

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from chalicelib.services import Services


def note(
    services: "Services", principal: "Principal", *, route: tuple[str, str], error: Forbidden
) -> None:
    """Write it down; that this fails changes nothing of the refusal."""
    from aiconnected.audit.models import Change  # noqa: PLC0415 -- refusals are rare

    change = Change(
        action="authorization.refused",
        resource_type="authorization",
        changes={"route": (None, " ".join(route)), "code": (None, error.error_code.value)},
    )
    try:
        with services.database.work(principal.scope(reason="note refusal")) as work:
            services.audit.record(work, change)
    except Exception:  # noqa: BLE001 -- whatever stands in the way, the answer is the refusal
        logger.exception("refusal not noted")
