"""The scope of a unit of work: whose rows it may see, and on whose behalf."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One tenant; all tenants of an agency when `tenant_id` is None; or the platform with a reason.

    An agency's or tenant's work runs as the login `app` under row-level security, the platform's as
    the login `platform`, which sees every row and leaves its reason in the log.
    """

    agency_id: UUID | None = None
    tenant_id: UUID | None = None
    actor: UUID | None = None  # user or API key; None is the system
    actor_kind: str = "user"
    request_id: str = ""  # of the HTTP request that it serves; for the audit log, as is `ip`
    ip: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.agency_id is None) == (not self.reason):
            raise ValueError("a scope is an agency's or, with a reason, the platform's")
        if self.agency_id is None and self.tenant_id is not None:
            raise ValueError("a tenant's scope names its agency")

    @classmethod
    def platform(
        cls,
        reason: str,
        *,
        actor: UUID | None = None,
        actor_kind: str = "user",
        request_id: str = "",
        ip: str = "",
    ) -> Self:
        """All rows. `reason` is a constant phrase: it is logged."""
        return cls(reason=reason, actor=actor, actor_kind=actor_kind, request_id=request_id, ip=ip)

    @property
    def is_platform(self) -> bool:
        """Whether it is the platform's."""
        return self.agency_id is None
