"""Custom roles and permissions as they are given and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aiconnected.auth.permissions import Permission, Reach
from aiconnected.users.models import UserRole
from chalicelib.schemas.envelopes import Given, Shown, Text

_Name = Annotated[Text, Field(min_length=1, max_length=100)]
_Description = Annotated[Text, Field(max_length=2000)]
Permissions = Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))]


class RoleGiven(Given):
    """A new role, of a client where one is named and of the agency's own people otherwise."""

    name: _Name
    description: _Description = ""
    permissions: Permissions
    agency_id: UUID | None = Field(None, description="The platform's to say.")
    tenant_id: UUID | None = None


class RoleChanged(Given):
    """What is to change of a role; permissions are given as a whole."""

    name: _Name = ""
    description: _Description = ""
    permissions: Permissions = Field(default_factory=list[Permission])


class RoleShown(Shown):
    """Permissions under a name, beyond what people's own roles give them."""

    id: UUID
    agency_id: UUID
    tenant_id: UUID | None
    name: str
    description: str
    permissions: list[str]
    created_at: datetime
    updated_at: datetime


class UserRolesShown(Shown):
    """The custom roles that somebody has."""

    roles: list[RoleShown]


class PermissionShown(Shown):
    """A permission, how far it reaches by role, and whether the one who asks can give it."""

    code: Permission
    reach: dict[UserRole, Reach]
    grantable: bool


class PermissionsShown(Shown):
    """All there are."""

    permissions: list[PermissionShown]
