"""Tables whose rows belong to tenants, parents before children: to copy or to destroy them all."""

from dataclasses import replace
from typing import LiteralString, cast

from aiconnected.db.queries import Query

# A test holds this to the migrated schema: every table with a tenant_id is here or below.
OWNED = (
    "users",
    "roles",
    "role_permissions",
    "user_roles",
    "api_keys",
    "invitations",
    "provider_credentials",
    "idempotency_keys",
    "exports",
    "carrier_connections",
    "system_prompts",
    "voice_configurations",
    "agent_personalities",
    "custom_functions",
    "agents",
    "greetings",
    "agent_versions",
    "business_hours",
    "holidays",
    "calls",
    "call_leases",
    "call_legs",
    "call_events",
    "transcripts",
    "transcript_turns",
    "call_transfers",
    "recordings",
    "function_call_logs",
    "callbacks",
    "opt_outs",
    "knowledge_bases",
    "knowledge_documents",
    "knowledge_chunks",
    "appointment_slots",
    "appointments",
    "usage_records",
    "call_analytics",
    "webhook_endpoints",
    "webhook_deliveries",
    "webhook_attempts",
    "outbox",
    "received_events",
)
# Not destroyed with their tenant: bills, numbers that go back to the agency, and the evidence.
OUTLIVING = (
    "subscriptions",
    "invoices",
    "billing_events",
    "phone_numbers",
    "support_grants",
    "audit_log",
)
_MARK = "/* table */ holidays"


def of_table(query: Query, table: str) -> Query:
    """The statement, which is written for `holidays` behind a mark, for another owned table."""
    if _MARK not in query.text:
        raise ValueError(f"{query.name} lacks the mark of a table")
    if table not in {*OWNED, *OUTLIVING, "tenants"}:
        raise ValueError(f"{table} is no table of tenants")
    text = query.text.replace(_MARK, table)
    return replace(query, name=f"{query.name}.{table}", text=cast("LiteralString", text))
