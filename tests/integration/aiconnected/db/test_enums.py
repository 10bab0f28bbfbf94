"""The database's enum types and the code's enums hold the same members."""

from enum import StrEnum

import psycopg
import pytest

from aiconnected.agencies.models import AgencyStatus
from aiconnected.agents.models import LineKind, VersionStatus
from aiconnected.agents.views import AgentStatus
from aiconnected.appointments.models import AppointmentStatus
from aiconnected.calls.models import Carrier, Direction
from aiconnected.calls.state import CallState, CallStatus
from aiconnected.carrier_connections.models import ConnectionStatus
from aiconnected.contracts.facts import Component, Role, Speech
from aiconnected.exports.models import ExportStatus
from aiconnected.functions.models import FunctionCallStatus, HttpMethod
from aiconnected.knowledge.models import DocumentSource, DocumentStatus
from aiconnected.numbers.models import NumberStatus
from aiconnected.recordings.models import RecordingSource, RecordingStatus
from aiconnected.tenants.models import TenantStatus
from aiconnected.usage.models import RateKind
from aiconnected.users.models import UserRole, UserStatus
from tests.fixtures.postgres import DatabaseUrls

pytestmark = pytest.mark.integration

ENUMS: dict[str, type[StrEnum]] = {
    "agency_status_enum": AgencyStatus,
    "agent_status_enum": AgentStatus,
    "agent_version_status_enum": VersionStatus,
    "appointment_status_enum": AppointmentStatus,
    "call_direction_enum": Direction,
    "call_state_enum": CallState,
    "call_status_enum": CallStatus,
    "carrier_enum": Carrier,
    "carrier_connection_status_enum": ConnectionStatus,
    "document_source_enum": DocumentSource,
    "document_status_enum": DocumentStatus,
    "export_status_enum": ExportStatus,
    "function_call_status_enum": FunctionCallStatus,
    "greeting_kind_enum": LineKind,
    "http_method_enum": HttpMethod,
    "phone_number_status_enum": NumberStatus,
    "rate_kind_enum": RateKind,
    "tenant_status_enum": TenantStatus,
    "recording_source_enum": RecordingSource,
    "recording_status_enum": RecordingStatus,
    "turn_role_enum": Role,
    "turn_speech_enum": Speech,
    "usage_component_enum": Component,
    "user_role_enum": UserRole,
    "user_status_enum": UserStatus,
}


@pytest.mark.parametrize(("name", "code"), ENUMS.items(), ids=ENUMS)
def test_both_sides_know_the_same_members(
    migrated_urls: DatabaseUrls, name: str, code: type[StrEnum]
) -> None:
    with psycopg.connect(migrated_urls.owner) as connection:
        rows = connection.execute(
            "SELECT enumlabel FROM pg_enum WHERE enumtypid = %s::regtype", [name]
        ).fetchall()

    assert {label for (label,) in rows} == {member.value for member in code}
