-- free_slots --
-- Slots of a day, or of all days to come, in which no kept appointment is.
SELECT
    s.id,
    s.resource,
    s.starts_at,
    s.ends_at,
    t.timezone
FROM appointment_slots AS s
JOIN tenants AS t ON t.id = s.tenant_id
WHERE s.tenant_id = %(tenant_id)s
    AND s.deleted_at IS NULL
    AND s.starts_at > %(now)s
    AND (%(day)s::date IS NULL OR (s.starts_at AT TIME ZONE t.timezone)::date = %(day)s::date)
    AND (s.starts_at AT TIME ZONE t.timezone)::time >= %(earliest)s::time
    AND (s.starts_at AT TIME ZONE t.timezone)::time < %(latest)s::time
    AND (
        %(service)s::text = ''
        OR s.services = '{}'
        OR lower(%(service)s::text) = ANY (s.services)
    )
    AND NOT EXISTS (
        SELECT
        FROM appointments AS a
        WHERE a.slot_id = s.id
            AND a.status <> 'cancelled'
    )
ORDER BY s.starts_at, s.resource, s.id
LIMIT %(limit)s

-- slot --
-- A slot that has not been withdrawn, with the zone it is told in.
SELECT
    s.id,
    s.agency_id,
    s.starts_at,
    s.ends_at,
    t.timezone
FROM appointment_slots AS s
JOIN tenants AS t ON t.id = s.tenant_id
WHERE s.tenant_id = %(tenant_id)s
    AND s.id = %(slot_id)s
    AND s.deleted_at IS NULL

-- insert_appointment --
-- Book a slot; no row when a kept appointment is in it already.
INSERT INTO appointments (
    id,
    agency_id,
    tenant_id,
    slot_id,
    call_id,
    starts_at,
    ends_at,
    service,
    customer_name,
    customer_phone,
    confirmation_code
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(slot_id)s,
    %(call_id)s,
    %(starts_at)s,
    %(ends_at)s,
    %(service)s,
    %(customer_name)s,
    %(customer_phone)s,
    %(confirmation_code)s
)
ON CONFLICT (slot_id) WHERE status <> 'cancelled' DO NOTHING
RETURNING id

-- appointment_in_slot --
-- The kept appointment of a slot.
SELECT
    a.id,
    a.tenant_id,
    a.slot_id,
    a.call_id,
    a.status,
    a.starts_at,
    a.ends_at,
    a.service,
    a.customer_name,
    a.customer_phone,
    a.confirmation_code,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE a.tenant_id = %(tenant_id)s
    AND a.slot_id = %(slot_id)s
    AND a.status <> 'cancelled'

-- appointments_of_call --
-- What was booked in a call.
SELECT
    a.id,
    a.tenant_id,
    a.slot_id,
    a.call_id,
    a.status,
    a.starts_at,
    a.ends_at,
    a.service,
    a.customer_name,
    a.customer_phone,
    a.confirmation_code,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE a.tenant_id = %(tenant_id)s
    AND a.call_id = %(call_id)s
ORDER BY a.starts_at

-- cancel_appointment --
-- Free the slot of a booked appointment; no row when it is not booked.
UPDATE appointments
SET
    status = 'cancelled',
    cancelled_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'booked'
RETURNING id

-- insert_slot --
-- Offer a time; the same again changes nothing.
INSERT INTO appointment_slots (id, agency_id, tenant_id, resource, services, starts_at, ends_at)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(resource)s,
    %(services)s,
    %(starts_at)s,
    %(ends_at)s
)
ON CONFLICT (tenant_id, resource, starts_at) DO NOTHING
