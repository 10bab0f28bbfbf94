"""What a call left in the client's calendar, read in the database rather than believed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from infra.local.cli.errors import RecordUnavailable

_BOOKED = """
SELECT appointments.service, appointments.customer_name, appointments.customer_phone,
    appointments.confirmation_code,
    appointments.starts_at AT TIME ZONE tenants.timezone AS starts_at
FROM appointments
JOIN tenants ON tenants.id = appointments.tenant_id
WHERE appointments.call_id = %s AND appointments.status = 'booked'
ORDER BY appointments.created_at DESC
LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A booked time; `starts_at` is what the client's own clock will show."""

    service: str
    customer_name: str
    customer_phone: str
    confirmation_code: str
    starts_at: datetime


def booked_in(call_id: str, *, database_url: str) -> Appointment | None:
    """What this call booked; raises RecordUnavailable."""
    try:
        with (
            psycopg.connect(database_url) as connection,
            connection.cursor(row_factory=class_row(Appointment)) as cursor,
        ):
            return cursor.execute(_BOOKED, [UUID(call_id)]).fetchone()
    except psycopg.Error as exc:
        raise RecordUnavailable(f"the calendar cannot be read: {type(exc).__name__}") from exc
