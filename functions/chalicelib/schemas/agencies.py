"""Agencies as they are given and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.agencies.models import AgencyStatus
from chalicelib.schemas.envelopes import Email, Given, JsonObject, Phone, Shown, Slug, Text, Webpage

_Name = Annotated[Text, Field(min_length=1, max_length=255)]
_Line = Annotated[Text, Field(min_length=1, max_length=255)]
_Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
_Domain = Annotated[
    str, Field(max_length=255, pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
]


class Branding(Given):
    """How the agency appears to its clients (T2); what is left out is shown without it."""

    display_name: _Name | None = None
    logo_url: Webpage | None = None
    primary_color: _Colour | None = None
    accent_color: _Colour | None = None
    support_email: Email | None = None
    support_phone: Phone | None = None
    sender_name: Annotated[Text, Field(min_length=1, max_length=100)] | None = None


class AgencyGiven(Given):
    """A new agency, made by the platform."""

    name: _Name
    slug: Slug
    contact_email: Email
    billing_plan: Annotated[Text, Field(min_length=1, max_length=50)]
    max_tenants: Annotated[int, Field(ge=1, le=100_000)] = 25
    max_concurrent_calls: Annotated[int, Field(ge=1, le=10_000)] = 10


class AgencyChanged(Given):
    """What is to change; null empties a field that may be empty."""

    name: _Name = ""
    contact_name: _Name | None = None
    contact_email: Email = ""
    contact_phone: Phone | None = None
    address_line1: _Line | None = None
    address_line2: _Line | None = None
    address_city: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    address_state: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    address_postal_code: Annotated[Text, Field(min_length=1, max_length=20)] | None = None
    address_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    company_name: _Name | None = None
    tax_id: Annotated[Text, Field(min_length=1, max_length=50)] | None = None
    billing_email: Email | None = None
    custom_domain: _Domain | None = None
    branding: Branding = Field(default_factory=Branding)
    settings: JsonObject = Field(default_factory=dict[str, object])
    slug: Slug = Field("", description="The platform's to change, as is what follows.")
    status: AgencyStatus = AgencyStatus.ACTIVE
    is_verified: bool = False
    billing_plan: Annotated[Text, Field(min_length=1, max_length=50)] = ""
    max_tenants: Annotated[int, Field(ge=1, le=100_000)] = 1
    max_concurrent_calls: Annotated[int, Field(ge=1, le=10_000)] = 1


class AgencyShown(Shown):
    """A reseller."""

    id: UUID
    name: str
    slug: str
    status: AgencyStatus
    is_verified: bool
    contact_name: str | None
    contact_email: str
    contact_phone: str | None
    address_line1: str | None
    address_line2: str | None
    address_city: str | None
    address_state: str | None
    address_postal_code: str | None
    address_country: str | None
    company_name: str | None
    tax_id: str | None
    billing_email: str | None
    billing_plan: str
    max_tenants: int
    max_concurrent_calls: int
    custom_domain: str | None
    custom_domain_verified_at: datetime | None
    branding: dict[str, object]
    settings: dict[str, object]
    created_at: datetime
    updated_at: datetime
