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

-- slots --
-- Times on offer as they are listed, each with the appointment that is kept in it.
-- cross-tenant: the row policies keep it to the scope
SELECT
    s.id,
    s.agency_id,
    s.tenant_id,
    s.resource,
    s.services,
    s.starts_at,
    s.ends_at,
    k.id AS appointment_id,
    s.created_at,
    s.updated_at
FROM appointment_slots AS s
LEFT JOIN appointments AS k ON k.slot_id = s.id AND k.status <> 'cancelled'
WHERE s.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- slot_by_id --
-- One time on offer, with the appointment that is kept in it.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    s.id,
    s.agency_id,
    s.tenant_id,
    s.resource,
    s.services,
    s.starts_at,
    s.ends_at,
    k.id AS appointment_id,
    s.created_at,
    s.updated_at
FROM appointment_slots AS s
LEFT JOIN appointments AS k ON k.slot_id = s.id AND k.status <> 'cancelled'
WHERE s.id = %(id)s
    AND s.deleted_at IS NULL

-- bookable_slot --
-- A time on offer and to come, kept from being withdrawn until the transaction ends.
SELECT
    s.id,
    s.agency_id,
    s.tenant_id,
    s.starts_at,
    s.ends_at
FROM appointment_slots AS s
WHERE s.tenant_id = %(tenant_id)s
    AND s.id = %(slot_id)s
    AND s.starts_at > %(now)s
    AND s.deleted_at IS NULL
FOR KEY SHARE

-- lock_slot --
-- A time on offer, kept from being booked until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    s.id,
    s.agency_id,
    s.tenant_id,
    s.starts_at,
    s.ends_at
FROM appointment_slots AS s
WHERE s.id = %(id)s
    AND s.deleted_at IS NULL
FOR UPDATE

-- offer_slot --
-- Offer a time, or one again that was withdrawn; no row when it is on offer already.
INSERT INTO appointment_slots AS s (
    id,
    agency_id,
    tenant_id,
    resource,
    services,
    starts_at,
    ends_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(resource)s,
    %(services)s,
    %(starts_at)s,
    %(ends_at)s
)
ON CONFLICT (tenant_id, resource, starts_at) DO UPDATE
SET
    services = excluded.services,
    ends_at = excluded.ends_at,
    deleted_at = NULL
WHERE s.deleted_at IS NOT NULL
RETURNING s.id

-- withdraw_slot --
-- Offer a time no more.
UPDATE appointment_slots
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- page --
-- Appointments as they are listed.
-- cross-tenant: the row policies keep it to the scope
SELECT
    a.id,
    a.agency_id,
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
    a.cancelled_at,
    a.created_at,
    a.updated_at,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE TRUE
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One appointment.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    a.id,
    a.agency_id,
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
    a.cancelled_at,
    a.created_at,
    a.updated_at,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE a.id = %(id)s

-- lock --
-- One appointment, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    a.id,
    a.agency_id,
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
    a.cancelled_at,
    a.created_at,
    a.updated_at,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE a.id = %(id)s
FOR UPDATE OF a

-- in_slot --
-- The kept appointment of a slot.
SELECT
    a.id,
    a.agency_id,
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
    a.cancelled_at,
    a.created_at,
    a.updated_at,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE a.tenant_id = %(tenant_id)s
    AND a.slot_id = %(slot_id)s
    AND a.status <> 'cancelled'

-- of_call --
-- What was booked in a call.
SELECT
    a.id,
    a.agency_id,
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
    a.cancelled_at,
    a.created_at,
    a.updated_at,
    t.timezone
FROM appointments AS a
JOIN tenants AS t ON t.id = a.tenant_id
WHERE a.tenant_id = %(tenant_id)s
    AND a.call_id = %(call_id)s
ORDER BY a.starts_at

-- insert --
-- Book a slot; nothing when a kept appointment is in it already, or another has the code.
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
ON CONFLICT DO NOTHING

-- change --
-- Set columns of an appointment.
UPDATE appointments
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
