"""What an export holds: tables in the order in which they can be read in again, and files."""

from collections.abc import Mapping

FORMAT = 1
MANIFEST = "manifest.json"

# Of each table what is left out: secrets, what others earn by it, where our own store keeps files.
# Tables of which there is nothing to give away, such as leases and queues, are not here.
TABLES: Mapping[str, tuple[str, ...]] = {
    "tenants": ("metadata", "deletion_requested_at", "purge_after", "purged_at"),
    "users": (
        "password_hash",
        "password_reset_token_hash",
        "password_reset_expires_at",
        "email_verification_token_hash",
        "email_verification_expires_at",
        "failed_login_attempts",
        "locked_until",
        "last_login_ip",
        "claims_version",
    ),
    "roles": (),
    "role_permissions": (),
    "user_roles": (),
    "phone_numbers": ("carrier_connection_id", "metadata"),
    "system_prompts": (),
    "voice_configurations": (),
    "agent_personalities": (),
    "custom_functions": ("sealed_headers", "sealed_secret"),
    "agents": (),
    "greetings": (),
    "agent_versions": (),
    "business_hours": (),
    "holidays": (),
    "calls": (
        "ticket_key_id",
        "ticket_expires_at",
        "ticket_used_at",
        "cost_micros",
        "price_micros",
    ),
    "call_legs": (),
    "call_events": (),
    "transcripts": ("search",),
    "transcript_turns": (),
    "call_transfers": (),
    "recordings": ("bucket", "key"),
    "function_call_logs": ("status",),
    "callbacks": (),
    "opt_outs": (),
    "knowledge_bases": (),
    "knowledge_documents": ("bucket", "key"),
    "knowledge_chunks": ("search",),
    "appointment_slots": (),
    "appointments": (),
    "usage_records": ("cost_micros", "price_micros", "cost_rate_id", "price_rate_id"),
    "webhook_endpoints": (
        "sealed_secret",
        "previous_sealed_secret",
        "previous_secret_expires_at",
    ),
    "audit_log": ("ip",),
}
# Read in nowhere: people and numbers are one place's alone, secrets are not in an export, and what
# was used and done is another agency's business.
NOT_IMPORTED = frozenset({
    "users", "roles", "role_permissions", "user_roles", "phone_numbers", "usage_records",
    "webhook_endpoints", "audit_log",
})  # fmt: skip
WITH_FILES = ("recordings", "knowledge_documents")


def data_name(table: str) -> str:
    """Where in the ZIP the rows of a table are, one JSON object a line."""
    return f"data/{table}.jsonl"


def file_name(table: str, row_id: str) -> str:
    """Where in the ZIP the file of a row is; its type is in the row."""
    return f"files/{table}/{row_id}"
