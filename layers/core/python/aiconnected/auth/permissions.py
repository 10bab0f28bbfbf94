"""The permission matrix of PRD 15.2 with the rows that T9 adds, as one table."""

from collections.abc import Iterable
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
    TENANTS_EXPORT = "tenants.export"
    PHONE_NUMBERS_VIEW = "phone_numbers.view"
    PHONE_NUMBERS_PROVISION = "phone_numbers.provision"
    PHONE_NUMBERS_CONFIGURE = "phone_numbers.configure"
    PHONE_NUMBERS_RELEASE = "phone_numbers.release"
    CALLS_VIEW = "calls.view"
    CALLS_LISTEN = "calls.listen"
    CALLS_EXPORT = "calls.export"
    CALLS_DELETE = "calls.delete"
    CALLS_CONTROL = "calls.control"  # T9, from here on: hang up, hold, transfer
    CALLS_CREATE = "calls.create"  # outbound
    CALLS_SUPERVISE = "calls.supervise"
    RECORDINGS_DELETE = "recordings.delete"
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
    PRICING_MANAGE = "pricing.manage"  # plans and the price book
    ROLES_VIEW = "roles.view"
    ROLES_MANAGE = "roles.manage"
    AGENTS_VIEW = "agents.view"  # with prompts, voices, personalities and spoken lines
    AGENTS_EDIT = "agents.edit"
    AGENTS_PUBLISH = "agents.publish"
    AGENTS_DELETE = "agents.delete"
    FUNCTIONS_VIEW = "functions.view"
    FUNCTIONS_EDIT = "functions.edit"
    FUNCTIONS_DELETE = "functions.delete"
    WEBHOOKS_VIEW = "webhooks.view"
    WEBHOOKS_MANAGE = "webhooks.manage"
    API_KEYS_VIEW = "api_keys.view"
    API_KEYS_MANAGE = "api_keys.manage"
    CREDENTIALS_VIEW = "credentials.view"
    CREDENTIALS_MANAGE = "credentials.manage"
    CARRIER_CONNECTIONS_VIEW = "carrier_connections.view"
    CARRIER_CONNECTIONS_MANAGE = "carrier_connections.manage"
    AUDIT_VIEW = "audit.view"
    AUDIT_EXPORT = "audit.export"
    SUPPORT_GRANTS_VIEW = "support_grants.view"
    SUPPORT_GRANTS_CREATE = "support_grants.create"
    SUPPORT_GRANTS_END = "support_grants.end"
    EVENTS_VIEW = "events.view"  # what vendors sent and could not be worked on
    EVENTS_REPLAY = "events.replay"


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
    _P.TENANTS_EXPORT: (_ALL, _ALL, _NO, _OWN, _NO),
    _P.PHONE_NUMBERS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.PHONE_NUMBERS_PROVISION: (_ALL, _ALL, _NO, _NO, _NO),
    _P.PHONE_NUMBERS_CONFIGURE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.PHONE_NUMBERS_RELEASE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CALLS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.CALLS_LISTEN: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.CALLS_EXPORT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.CALLS_DELETE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CALLS_CONTROL: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.CALLS_CREATE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.CALLS_SUPERVISE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.RECORDINGS_DELETE: (_ALL, _ALL, _NO, _NO, _NO),
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
    _P.PRICING_MANAGE: (_ALL, _NO, _NO, _NO, _NO),
    _P.ROLES_VIEW: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.ROLES_MANAGE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.AGENTS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.AGENTS_EDIT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.AGENTS_PUBLISH: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.AGENTS_DELETE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.FUNCTIONS_VIEW: (_ALL, _ALL, _ALL, _ALL, _ALL),
    _P.FUNCTIONS_EDIT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.FUNCTIONS_DELETE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.WEBHOOKS_VIEW: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.WEBHOOKS_MANAGE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.API_KEYS_VIEW: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.API_KEYS_MANAGE: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.CREDENTIALS_VIEW: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CREDENTIALS_MANAGE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CARRIER_CONNECTIONS_VIEW: (_ALL, _ALL, _NO, _NO, _NO),
    _P.CARRIER_CONNECTIONS_MANAGE: (_ALL, _ALL, _NO, _NO, _NO),
    _P.AUDIT_VIEW: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.AUDIT_EXPORT: (_ALL, _ALL, _NO, _ALL, _NO),
    _P.SUPPORT_GRANTS_VIEW: (_ALL, _ALL, _NO, _NO, _NO),
    _P.SUPPORT_GRANTS_CREATE: (_ALL, _NO, _NO, _NO, _NO),
    _P.SUPPORT_GRANTS_END: (_ALL, _ALL, _NO, _NO, _NO),
    _P.EVENTS_VIEW: (_ALL, _NO, _NO, _NO, _NO),
    _P.EVENTS_REPLAY: (_ALL, _NO, _NO, _NO, _NO),
}
# What an agency and its clients say, know and keep: the platform's people do it inside a support
# grant alone (T8). The rest is how the platform is run: accounts, numbers, quotas, money, figures.
OF_AGENCIES = frozenset({
    _P.TENANTS_EXPORT,
    _P.CALLS_VIEW, _P.CALLS_LISTEN, _P.CALLS_EXPORT, _P.CALLS_DELETE,
    _P.CALLS_CONTROL, _P.CALLS_CREATE, _P.CALLS_SUPERVISE, _P.RECORDINGS_DELETE,
    _P.KNOWLEDGE_VIEW, _P.KNOWLEDGE_CREATE, _P.KNOWLEDGE_EDIT, _P.KNOWLEDGE_DELETE,
    _P.SETTINGS_VIEW, _P.SETTINGS_EDIT,
    _P.AGENTS_VIEW, _P.AGENTS_EDIT, _P.AGENTS_PUBLISH, _P.AGENTS_DELETE,
    _P.FUNCTIONS_VIEW, _P.FUNCTIONS_EDIT, _P.FUNCTIONS_DELETE,
    _P.WEBHOOKS_VIEW, _P.WEBHOOKS_MANAGE,
    _P.API_KEYS_VIEW, _P.API_KEYS_MANAGE,
    _P.CREDENTIALS_VIEW, _P.CREDENTIALS_MANAGE,
    _P.CARRIER_CONNECTIONS_VIEW, _P.CARRIER_CONNECTIONS_MANAGE,
})  # fmt: skip
_BY_CODE = {permission.value: permission for permission in Permission}
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


def known(codes: Iterable[str]) -> list[Permission]:
    """The permissions of `codes`; what another version of this code named is left out."""
    return [_BY_CODE[code] for code in codes if code in _BY_CODE]


def admin_of(role: UserRole) -> UserRole:
    """Who rules where people of `role` work: nobody there can be given more than that."""
    if role is UserRole.PLATFORM_ADMIN:
        return UserRole.PLATFORM_ADMIN
    if role in {UserRole.AGENCY_ADMIN, UserRole.AGENCY_USER}:
        return UserRole.AGENCY_ADMIN
    return UserRole.TENANT_ADMIN


def effective(role: UserRole, granted: Iterable[Permission] = ()) -> dict[Permission, Reach]:
    """What `role` may do, with what custom roles have `granted` beyond it."""
    most = PERMISSIONS[admin_of(role)]
    return {p: most[p] for p in granted if p in most} | PERMISSIONS[role]
