"""Places: whose a thing is to be, that somebody makes for an agency or for one of its clients."""

from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.auth.models import Place, Principal
from aiconnected.db import Work
from aiconnected.kit.errors import ErrorCode, FieldError, Forbidden, Invalid
from aiconnected.tenants.service import TenantService


class AgencyMissing(Invalid):
    """Say for which agency."""

    code = ErrorCode.VAL_REQUIRED

    def __init__(self) -> None:
        detail = FieldError(field="agency_id", code=self.code, message="Say for which agency.")
        super().__init__(details=[detail])


class Places:
    """Finds out whose something is to be."""

    def __init__(self, agencies: AgencyService, tenants: TenantService) -> None:
        self._agencies, self._tenants = agencies, tenants

    def of(
        self, work: Work, by: Principal, *, agency_id: UUID | None, tenant_id: UUID | None
    ) -> Place:
        """The place that `by` names, or the own one where nothing is named.

        Raises `Forbidden` (AUTHZ_AGENCY_MISMATCH, AUTHZ_TENANT_MISMATCH) for one that is not
        theirs, `AgencyNotFound`, `TenantNotFound`; `AgencyMissing` when the platform names none.
        """
        if by.agency_id is not None and agency_id not in {None, by.agency_id}:
            raise Forbidden(code=ErrorCode.AUTHZ_AGENCY_MISMATCH)
        if by.tenant_id is not None and tenant_id not in {None, by.tenant_id}:
            raise Forbidden(code=ErrorCode.AUTHZ_TENANT_MISMATCH)
        agency_id, tenant_id = agency_id or by.agency_id, tenant_id or by.tenant_id
        if tenant_id is not None:
            tenant = self._tenants.get(work, tenant_id)
            if agency_id not in {None, tenant.agency_id}:
                raise Forbidden(code=ErrorCode.AUTHZ_TENANT_MISMATCH)
            return Place(agency_id=tenant.agency_id, tenant_id=tenant_id)
        if agency_id is None:
            raise AgencyMissing
        return Place(agency_id=self._agencies.get(work, agency_id).id, tenant_id=None)
