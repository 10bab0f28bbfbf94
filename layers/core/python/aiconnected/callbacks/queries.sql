-- page --
-- Callbacks as they are listed.
-- cross-tenant: the row policies keep it to the scope
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.call_id,
    b.agent_id,
    b.phone_number,
    b.customer_name,
    b.reason,
    b.scheduled_for,
    b.status,
    b.attempts,
    b.outcome,
    b.completed_at,
    b.created_at,
    b.updated_at
FROM callbacks AS b
WHERE TRUE
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One callback.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.call_id,
    b.agent_id,
    b.phone_number,
    b.customer_name,
    b.reason,
    b.scheduled_for,
    b.status,
    b.attempts,
    b.outcome,
    b.completed_at,
    b.created_at,
    b.updated_at
FROM callbacks AS b
WHERE b.id = %(id)s

-- lock --
-- One callback, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.call_id,
    b.agent_id,
    b.phone_number,
    b.customer_name,
    b.reason,
    b.scheduled_for,
    b.status,
    b.attempts,
    b.outcome,
    b.completed_at,
    b.created_at,
    b.updated_at
FROM callbacks AS b
WHERE b.id = %(id)s
FOR UPDATE

-- insert --
-- Somebody is to be called.
INSERT INTO callbacks (
    id,
    agency_id,
    tenant_id,
    call_id,
    agent_id,
    phone_number,
    customer_name,
    reason,
    scheduled_for
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    %(agent_id)s,
    %(phone_number)s,
    %(customer_name)s,
    %(reason)s,
    %(scheduled_for)s
)

-- change --
-- Set columns of a callback.
UPDATE callbacks
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- take_due --
-- The callback that is longest due, taken by one run alone; clients that are gone call nobody.
-- cross-tenant: one job looks after all
UPDATE callbacks AS b
SET
    status = 'in_progress',
    attempts = b.attempts + 1
WHERE b.id = (
    SELECT d.id
    FROM callbacks AS d
    JOIN tenants AS t ON t.id = d.tenant_id AND t.deleted_at IS NULL
    WHERE d.status = 'pending'
        AND d.scheduled_for <= %(now)s
    ORDER BY d.scheduled_for
    LIMIT 1
    FOR UPDATE OF d SKIP LOCKED
)
RETURNING
    b.id,
    b.agency_id,
    b.tenant_id,
    b.call_id,
    b.agent_id,
    b.phone_number,
    b.customer_name,
    b.reason,
    b.scheduled_for,
    b.status,
    b.attempts,
    b.outcome,
    b.completed_at,
    b.created_at,
    b.updated_at

-- lost --
-- Callbacks whose run has died.
-- cross-tenant: one job looks after all
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.call_id,
    b.agent_id,
    b.phone_number,
    b.customer_name,
    b.reason,
    b.scheduled_for,
    b.status,
    b.attempts,
    b.outcome,
    b.completed_at,
    b.created_at,
    b.updated_at
FROM callbacks AS b
JOIN tenants AS t ON t.id = b.tenant_id AND t.deleted_at IS NULL
WHERE b.status = 'in_progress'
    AND b.updated_at < %(before)s
ORDER BY b.updated_at
LIMIT %(limit)s

-- postpone --
-- A callback that could not be made now.
UPDATE callbacks
SET
    status = 'pending',
    scheduled_for = %(until)s,
    attempts = attempts - %(uncounted)s::smallint
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'in_progress'

-- settle --
-- A callback that is over.
UPDATE callbacks
SET
    status = %(status)s,
    outcome = %(outcome)s,
    completed_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'in_progress'
