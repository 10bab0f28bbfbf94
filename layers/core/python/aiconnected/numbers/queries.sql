-- route --
-- Where a dialled number leads. No row when it is nobody's.
-- cross-tenant: a call arrives before we know whose it is
SELECT
    n.id AS phone_number_id,
    n.agency_id,
    n.tenant_id,
    n.agent_id,
    v.id AS agent_version_id,
    coalesce(n.fallback_number, t.transfer_number) AS fallback_number,
    a.status AS agency_status,
    t.status AS tenant_status,
    a.max_concurrent_calls AS agency_max_concurrent_calls,
    t.max_concurrent_calls AS tenant_max_concurrent_calls
FROM phone_numbers AS n
JOIN tenants AS t ON t.id = n.tenant_id AND t.deleted_at IS NULL
JOIN agencies AS a ON a.id = n.agency_id AND a.deleted_at IS NULL
LEFT JOIN agents AS g
    ON g.id = n.agent_id AND g.deleted_at IS NULL AND g.status = 'active'
LEFT JOIN agent_versions AS v ON v.agent_id = g.id AND v.status = 'published'
WHERE n.number = %(number)s
    AND n.status = 'active'
    AND n.deleted_at IS NULL

-- of_tenant --
-- Numbers of a tenant.
SELECT
    n.id,
    n.agency_id,
    n.tenant_id,
    n.agent_id,
    n.number,
    n.friendly_name,
    n.carrier,
    n.status,
    n.fallback_number,
    n.external_id,
    n.carrier_connection_id,
    n.created_at,
    n.updated_at
FROM phone_numbers AS n
WHERE n.tenant_id = %(tenant_id)s
    AND n.deleted_at IS NULL
    AND n.status <> 'ordered'
ORDER BY n.number

-- page --
-- Numbers as they are listed.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
SELECT
    n.id,
    n.agency_id,
    n.tenant_id,
    n.agent_id,
    n.number,
    n.friendly_name,
    n.carrier,
    n.status,
    n.fallback_number,
    n.external_id,
    n.carrier_connection_id,
    n.created_at,
    n.updated_at
FROM phone_numbers AS n
WHERE n.deleted_at IS NULL
    AND n.status <> 'ordered'
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One number.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
SELECT
    n.id,
    n.agency_id,
    n.tenant_id,
    n.agent_id,
    n.number,
    n.friendly_name,
    n.carrier,
    n.status,
    n.fallback_number,
    n.external_id,
    n.carrier_connection_id,
    n.created_at,
    n.updated_at
FROM phone_numbers AS n
WHERE n.id = %(id)s
    AND n.deleted_at IS NULL
    AND n.status <> 'ordered'

-- lock --
-- One number, kept from other writers until the transaction ends.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
SELECT
    n.id,
    n.agency_id,
    n.tenant_id,
    n.agent_id,
    n.number,
    n.friendly_name,
    n.carrier,
    n.status,
    n.fallback_number,
    n.external_id,
    n.carrier_connection_id,
    n.created_at,
    n.updated_at
FROM phone_numbers AS n
WHERE n.id = %(id)s
    AND n.deleted_at IS NULL
    AND n.status <> 'ordered'
FOR UPDATE

-- change --
-- Set columns of a number.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
UPDATE phone_numbers
SET /* changes */ id = id
WHERE id = %(id)s
    AND deleted_at IS NULL

-- release --
-- A number that has been given back.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
UPDATE phone_numbers
SET
    status = 'released',
    agent_id = NULL,
    deleted_at = %(now)s
WHERE id = %(id)s
    AND deleted_at IS NULL

-- has_tenant --
-- Whether a client is an agency's.
SELECT EXISTS (
    SELECT FROM tenants AS t
    WHERE t.id = %(tenant_id)s
        AND t.agency_id = %(agency_id)s
        AND t.deleted_at IS NULL
)

-- has_agent --
-- Whether an agent is a client's.
SELECT EXISTS (
    SELECT FROM agents AS g
    WHERE g.tenant_id = %(tenant_id)s
        AND g.id = %(agent_id)s
        AND g.deleted_at IS NULL
)

-- insert --
-- Add a number to an agency, and to a tenant if one is named.
INSERT INTO phone_numbers (
    id,
    agency_id,
    tenant_id,
    agent_id,
    number,
    carrier,
    friendly_name,
    external_id,
    fallback_number
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(agent_id)s,
    %(number)s,
    %(carrier)s,
    %(friendly_name)s,
    %(external_id)s,
    %(fallback_number)s
)

-- order --
-- A number that is about to be bought: kept before the carrier is asked, shown to nobody.
INSERT INTO phone_numbers (
    id,
    agency_id,
    tenant_id,
    agent_id,
    number,
    carrier,
    friendly_name,
    fallback_number,
    status
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(agent_id)s,
    %(number)s,
    %(carrier)s,
    %(friendly_name)s,
    %(fallback_number)s,
    'ordered'
)

-- complete_order --
-- The carrier has sold an ordered number; an agent that was deleted meanwhile does not answer it.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
UPDATE phone_numbers AS n
SET
    status = 'active',
    external_id = %(external_id)s,
    agent_id = (SELECT g.id FROM agents AS g WHERE g.id = n.agent_id AND g.deleted_at IS NULL)
WHERE n.id = %(id)s
    AND n.status = 'ordered'
    AND n.deleted_at IS NULL

-- drop_order --
-- An ordered number that is not ours after all.
-- cross-tenant: a number may be of no client yet; the row policies say whether the asker may know
UPDATE phone_numbers
SET
    status = 'released',
    agent_id = NULL,
    deleted_at = %(now)s
WHERE id = %(id)s
    AND status = 'ordered'

-- forgotten_orders --
-- Orders that nobody has come back to, longest first.
-- cross-tenant: one job looks after all
SELECT
    n.id,
    n.agency_id,
    n.tenant_id,
    n.number,
    a.status = 'active'
    AND a.deleted_at IS NULL
    AND (n.tenant_id IS NULL OR (t.status = 'active' AND t.deleted_at IS NULL)) AS wanted
FROM phone_numbers AS n
JOIN agencies AS a ON a.id = n.agency_id
LEFT JOIN tenants AS t ON t.id = n.tenant_id
WHERE n.status = 'ordered'
    AND n.created_at < %(before)s
    AND n.deleted_at IS NULL
ORDER BY n.created_at
LIMIT %(limit)s

-- hangs_on --
-- Whether a number of an agency and client may hang on a connection, which stays until we are done.
SELECT c.id
FROM carrier_connections AS c
WHERE c.id = %(connection_id)s
    AND c.agency_id = %(agency_id)s
    AND (c.tenant_id = %(tenant_id)s::uuid OR c.tenant_id IS NULL)
    AND c.carrier = %(carrier)s
    AND c.deleted_at IS NULL
FOR SHARE
