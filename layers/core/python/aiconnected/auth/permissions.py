"""The permission matrix of PRD 15.2 with the rows that T9 adds, as one table."""

from enum import StrEnum

from aiconnected.users.models import UserRole


class Reach(StrEnum):
    """How far a permission reaches; never past the walls of one's agency or tenant."""

    SCOPE = "scope"  # everything within them
    OWN = "own"  # one's own agency, client or account alone


class Permission(StrEnum):
    """What may be done, as access tokens name it."""

    AGENCIES_VIEW = "agencies.view"
    AGENCIES_CREATE = "agencies.create"
    AGENCIES_EDIT = "agencies.edit"
    AGENCIES_DELETE = "agencies.delete"
    TENANTS_VIEW = "tenants.view"
    TENANTS_CREATE = "tenants.create"
    TENANTS_EDIT = "tenants.edit"
    TENANTS_DELETE = "tenants.delete"
    PHONE_NUMBERS_VIEW = "phone_numbers.view"
    PHONE_NUMBERS_PROVISION = "phone_numbers.provision"
    PHONE_NUMBERS_CONFIGURE = "phone_numbers.configure"
    PHONE_NUMBERS_RELEASE = "phone_numbers.release"
    CALLS_VIEW = "calls.view"
    CALLS_LISTEN = "calls.listen"
    CALLS_EXPORT = "calls.export"
    CALLS_DELETE = "calls.delete"
    CALLS_CONTROL = "calls.control"  # T9: hang up, hold, transfer
    KNOWLEDGE_VIEW = "knowledge.view"
    KNOWLEDGE_CREATE = "knowledge.create"
    KNOWLEDGE_EDIT = "knowledge.edit"
    KNOWLEDGE_DELETE = "knowledge.delete"
    ANALYTICS_VIEW = "analytics.view"
    ANALYTICS_EXPORT = "analytics.export"
    ANALYTICS_ADVANCED = "analytics.advanced"
    USERS_VIEW = "users.view"
    USERS_CREATE = "users.create"
    USERS_EDIT = "users.edit"
    USERS_DELETE = "users.delete"
    SETTINGS_VIEW = "settings.view"
    SETTINGS_EDIT = "settings.edit"
    BILLING_VIEW = "billing.view"
    BILLING_MANAGE = "billing.manage"


_ALL, _OWN, _NO = Reach.SCOPE, Reach.OWN, None
_P = Permission
# Columns as in the PRD: platform admin, agency admin, agency user, tenant admin, tenant user.
_MATRIX: dict[Permission, tuple[Reach | None, ...]] = {
    _P.AGENCIES_VIEW: (_ALL, _OWN, _NO, _NO, _NO),
    _P.AGENCIES_CREATE: (_ALL, _NO, _NO, _NO, _NO),
    _P.AGENCIES_EDIT: (_ALL, _OWN, _NO, _NO, _NO),
    _P.AGENCIES_DELETE: (_ALL, _NO, _NO, _NO, _NO),
    _P.TENANTS_VIEW: (_ALL, _ALL, _ALL, _OWN, _OWN),
    _P.TENANTS_CREATE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.TENANTS_EDIT: (_ALL, _ALL, _NO, _OWN, _NO),
    _P.TENANTS_DELETE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.PHONE_NUMBERS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.PHONE_NUMBERS_PROVISION: (_ALL, _ALL, _NO, _NO, _NO),
    _P.PHONE_NUMBERS_CONFIGURE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.PHONE_NUMBERS_RELEASE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CALLS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.CALLS_LISTEN: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.CALLS_EXPORT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.CALLS_DELETE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CALLS_CONTROL: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.KNOWLEDGE_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.KNOWLEDGE_CREATE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.KNOWLEDGE_EDIT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.KNOWLEDGE_DELETE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.ANALYTICS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.ANALYTICS_EXPORT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.ANALYTICS_ADVANCED: (_ALL, _ALL, _NO, _NO, _NO),
    _P.USERS_VIEW: (_ALL, _ALL, _OWN, _ALL, _OWN),
    _P.USERS_CREATE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.USERS_EDIT: (_ALL, _ALL, _OWN, _ALL, _OWN),
    _P.USERS_DELETE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.SETTINGS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.SETTINGS_EDIT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.BILLING_VIEW: (_ALL, _ALL, _NO, _NO, _NO),
    _P.BILLING_MANAGE: (_ALL, _ALL, _NO, _NO, _NO),
}
PERMISSIONS: dict[UserRole, dict[Permission, Reach]] = {
    role: {
        permission: reach
        for permission, row in _MATRIX.items()
        if (reach := row[column]) is not None
    }
    for column, role in enumerate(UserRole)
}


def reach_of(role: UserRole, permission: Permission) -> Reach | None:
    """How far `permission` reaches for `role`; None: not at all."""
    return PERMISSIONS[role].get(permission)
