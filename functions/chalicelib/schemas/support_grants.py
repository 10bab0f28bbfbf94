"""Support grants as they are asked for and shown."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.support_grants.models import SupportGrant
from chalicelib.schemas.envelopes import Given, Shown, Text


class SupportGrantGiven(Given):
    """Whose view somebody of the platform enters, why, and for how long."""

    agency_id: UUID | None = None
    tenant_id: UUID | None = Field(
        None, description="One client alone, with its agency or without."
    )
    reason: Annotated[
        Text,
        Field(
            min_length=10,
            max_length=500,
            description="The agency reads it.",
            examples=["Ticket 4711: no calls reach the practice since Monday."],
        ),
    ]
    minutes: Annotated[int, Field(ge=5, le=480)] = 60


class SupportGrantShown(Shown):
    """Who of the platform is or was inside, and why."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    user_id: UUID
    user_email: str
    reason: str
    active: bool
    expires_at: datetime
    ended_at: datetime | None = Field(description="When it was ended before its time.")
    ended_by: UUID | None
    created_at: datetime
    updated_at: datetime


def grant_shown(grant: SupportGrant, *, now: datetime) -> SupportGrantShown:
    """The grant, and whether it opens anything now."""
    return SupportGrantShown(**asdict(grant), active=grant.active(now))
