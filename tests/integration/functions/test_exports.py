"""Exports over HTTP: asked for, listed, fetched by those who may."""

import pytest

from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from chalicelib.jobs.exports import make_exports
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration


def exports(tenancies: Tenancies, rest: str = "") -> str:
    return f"/api/v1/tenants/{tenancies.dental.tenant_id}/exports{rest}"


def test_an_export_is_asked_for_and_fetched(
    dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    asked = dental_admin.request("POST", exports(tenancies))
    assert (asked.status, asked.data["status"]) == (202, "pending")
    again = dental_admin.request("POST", exports(tenancies))
    assert again.error == (409, "RES_CONFLICT")
    waiting = dental_admin.get(exports(tenancies, f"/{asked.data['id']}")).data
    assert (waiting["status"], waiting["url"]) == ("pending", None)

    make_exports(dental_admin.services)

    ready = dental_admin.get(exports(tenancies, f"/{asked.data['id']}")).data
    assert ready["status"] == "ready"
    assert ready["url"].startswith("https://")
    assert ready["size_bytes"] > 0
    listed = dental_admin.get(exports(tenancies), status="ready").data
    assert [export["id"] for export in listed] == [asked.data["id"]]


def test_only_those_who_may_export_do(
    control_plane: ControlPlane, dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    made = dental_admin.request("POST", exports(tenancies)).data["id"]
    dental, plumbing = tenancies.dental, tenancies.plumbing
    reader = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )
    plumber = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )
    stranger = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.stranger.agency_id)

    assert reader.request("POST", exports(tenancies)).error == (403, "AUTHZ_PERMISSION_DENIED")
    for rest in ("", f"/{made}"):
        assert plumber.get(exports(tenancies, rest)).error == (403, "AUTHZ_TENANT_MISMATCH")
        assert stranger.get(exports(tenancies, rest)).error == (404, "RES_NOT_FOUND")
    assert stranger.request("POST", exports(tenancies)).error == (404, "RES_NOT_FOUND")
    nothing = dental_admin.get(exports(tenancies, f"/{new_id()}"))
    assert nothing.error == (404, "RES_NOT_FOUND")
