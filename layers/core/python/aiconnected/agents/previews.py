"""What a prompt would say in a call that begins now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiconnected.agents.hours import spoken_date, spoken_hours, spoken_time
from aiconnected.agents.templates import check, fill
from aiconnected.calls.models import OpeningHours
from aiconnected.tenants.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A template, filled, and every value that it was filled with."""

    text: str
    variables: dict[str, str]


def preview(
    template: str,
    values: Mapping[str, str],
    *,
    tenant: Tenant,
    hours: Sequence[OpeningHours],
    now: datetime,
) -> Preview:
    """`template` with `values` in place of examples; raises `UnknownVariable`."""
    local = now.astimezone(ZoneInfo(tenant.timezone))
    examples = {
        "agent_name": "Ava",
        "business_name": tenant.name,
        "persona": "You are Ava, the receptionist.",
        "disclosure": "I am a virtual assistant.",
        "date": spoken_date(local.date()),
        "time": spoken_time(local.time()),
        "timezone": tenant.timezone,
        "hours": spoken_hours(hours),
    }
    variables = examples | dict(values)
    check(template, known=variables.keys())
    return Preview(text=fill(template, variables), variables=variables)
