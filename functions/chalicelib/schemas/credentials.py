"""Credentials as they are given and shown: what is given as a secret is never shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.credentials.models import CredentialProvider
from chalicelib.schemas.envelopes import Given, Shown, Text

_Name = Annotated[Text, Field(min_length=1, max_length=100)]
_Secret = Annotated[Text, Field(min_length=1, max_length=10_000)]


class CredentialGiven(Given):
    """A key to a provider, of a client where one is named and for all clients otherwise."""

    provider: CredentialProvider
    name: _Name
    secret: _Secret
    agency_id: UUID | None = Field(None, description="The platform's to say.")
    tenant_id: UUID | None = None


class CredentialChanged(Given):
    """Another name, another secret or both."""

    name: _Name = ""
    secret: _Secret = ""


class CredentialShown(Shown):
    """That there is a key, and how it ends."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    provider: CredentialProvider
    name: str
    hint: str
    created_at: datetime
    updated_at: datetime
