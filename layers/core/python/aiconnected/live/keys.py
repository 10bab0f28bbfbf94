"""Names of every Redis key: `v1:{tenant}:…`, `_` standing where a key belongs to no tenant."""

from uuid import UUID

VERSION = "v1"


def call(tenant_id: UUID, call_id: UUID) -> str:
    """Hash of a live call: its owner and state."""
    return f"{VERSION}:{tenant_id}:call:{call_id}"


def events(tenant_id: UUID) -> str:
    """Channel on which changes of a tenant's live calls are published."""
    return f"{VERSION}:{tenant_id}:events"


def commands(owner: str) -> str:
    """Stream of commands to the process `owner`."""
    return f"{VERSION}:_:cmd:{owner}"


def ack(tenant_id: UUID, command_id: UUID) -> str:
    """List that receives the one answer to a command."""
    return f"{VERSION}:{tenant_id}:ack:{command_id}"


def rate(subject: str, window: str) -> str:
    """Counter of one subject's requests in one window; the braces keep a subject in one slot."""
    return f"{VERSION}:_:rate:{{{subject}}}:{window}"


def tenant_seats(agency_id: UUID, tenant_id: UUID) -> str:
    """Sorted set of a tenant's admitted calls by expiry in Unix milliseconds.

    The braces are a Redis Cluster hash tag: the sets that one script touches share a slot.
    """
    return f"{VERSION}:{tenant_id}:seats:{{{agency_id}}}"


def agency_seats(agency_id: UUID) -> str:
    """Sorted set of all calls of an agency, in the same slot as those of its tenants."""
    return f"{VERSION}:_:seats:{{{agency_id}}}"
