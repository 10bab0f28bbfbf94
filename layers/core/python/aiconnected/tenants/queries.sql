-- by_id --
-- One tenant.
SELECT
    t.id,
    t.agency_id,
    t.name,
    t.slug,
    t.business_type,
    t.timezone,
    t.contact_name,
    t.contact_email,
    t.contact_phone,
    t.address_line1,
    t.address_line2,
    t.address_city,
    t.address_state,
    t.address_postal_code,
    t.address_country,
    t.website_url,
    t.transfer_number,
    t.status,
    t.max_concurrent_calls,
    t.max_monthly_minutes,
    t.settings,
    t.deletion_requested_at,
    t.purge_after,
    t.created_at,
    t.updated_at
FROM tenants AS t
WHERE t.id = %(tenant_id)s
    AND t.deleted_at IS NULL

-- lock --
-- One tenant, deleted or not, kept from other writers until the transaction ends.
SELECT
    t.id,
    t.agency_id,
    t.name,
    t.slug,
    t.business_type,
    t.timezone,
    t.contact_name,
    t.contact_email,
    t.contact_phone,
    t.address_line1,
    t.address_line2,
    t.address_city,
    t.address_state,
    t.address_postal_code,
    t.address_country,
    t.website_url,
    t.transfer_number,
    t.status,
    t.max_concurrent_calls,
    t.max_monthly_minutes,
    t.settings,
    t.deletion_requested_at,
    t.purge_after,
    t.created_at,
    t.updated_at
FROM tenants AS t
WHERE t.id = %(tenant_id)s
    AND t.purged_at IS NULL
FOR NO KEY UPDATE

-- page --
-- Tenants as they are listed; the deleted ones when they are asked for.
-- cross-tenant: the row policies keep it to the agency, or to the tenant itself
SELECT
    t.id,
    t.agency_id,
    t.name,
    t.slug,
    t.business_type,
    t.timezone,
    t.contact_name,
    t.contact_email,
    t.contact_phone,
    t.address_line1,
    t.address_line2,
    t.address_city,
    t.address_state,
    t.address_postal_code,
    t.address_country,
    t.website_url,
    t.transfer_number,
    t.status,
    t.max_concurrent_calls,
    t.max_monthly_minutes,
    t.settings,
    t.deletion_requested_at,
    t.purge_after,
    t.created_at,
    t.updated_at
FROM tenants AS t
WHERE (t.deleted_at IS NULL OR %(deleted)s::boolean)
    AND t.purged_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- id_by_slug --
-- The tenant of an agency that has a slug.
-- cross-tenant: the slug is how the agency names it
SELECT t.id
FROM tenants AS t
WHERE t.agency_id = %(agency_id)s
    AND t.slug = %(slug)s
    AND t.deleted_at IS NULL

-- hold_agency --
-- What an agency may have; nobody else makes or restores one of its tenants until the transaction ends.
-- cross-tenant: an agency is above its tenants
SELECT
    a.max_tenants,
    a.max_concurrent_calls
FROM agencies AS a
WHERE a.id = %(agency_id)s
    AND a.deleted_at IS NULL
FOR NO KEY UPDATE

-- count --
-- How many tenants an agency has.
-- cross-tenant: of the whole agency
SELECT count(t.id)
FROM tenants AS t
WHERE t.agency_id = %(agency_id)s
    AND t.deleted_at IS NULL

-- insert --
-- Add a tenant to its agency.
INSERT INTO tenants (
    id,
    agency_id,
    name,
    slug,
    business_type,
    timezone,
    contact_name,
    contact_email,
    contact_phone,
    address_line1,
    address_line2,
    address_city,
    address_state,
    address_postal_code,
    address_country,
    website_url,
    transfer_number,
    max_concurrent_calls,
    max_monthly_minutes
)
VALUES (
    %(tenant_id)s,
    %(agency_id)s,
    %(name)s,
    %(slug)s,
    %(business_type)s,
    %(timezone)s,
    %(contact_name)s,
    %(contact_email)s,
    %(contact_phone)s,
    %(address_line1)s,
    %(address_line2)s,
    %(address_city)s,
    %(address_state)s,
    %(address_postal_code)s,
    %(address_country)s,
    %(website_url)s,
    %(transfer_number)s,
    %(max_concurrent_calls)s,
    %(max_monthly_minutes)s
)

-- change --
-- Set columns of a tenant.
UPDATE tenants
SET /* changes */ id = id
WHERE id = %(tenant_id)s
    AND deleted_at IS NULL

-- set_status --
-- Suspend, cancel or reactivate a tenant.
UPDATE tenants
SET status = %(status)s
WHERE id = %(tenant_id)s
    AND deleted_at IS NULL

-- has_numbers --
-- Whether telephone numbers lead to a tenant.
SELECT EXISTS (
    SELECT FROM phone_numbers AS n
    WHERE n.tenant_id = %(tenant_id)s
        AND n.deleted_at IS NULL
        AND n.status <> 'released'
)

-- delete --
-- Mark a tenant as deleted: the grace period begins, and nobody of it signs in.
UPDATE tenants
SET
    status = 'cancelled',
    deleted_at = %(now)s,
    deletion_requested_at = %(now)s,
    purge_after = %(purge_after)s
WHERE id = %(tenant_id)s
    AND deleted_at IS NULL

-- restore --
-- Take a deletion back.
UPDATE tenants
SET
    status = 'active',
    deleted_at = NULL,
    deletion_requested_at = NULL,
    purge_after = NULL
WHERE id = %(tenant_id)s
    AND purged_at IS NULL

-- branding --
-- How the tenant's agency shows itself.
SELECT
    a.name AS agency_name,
    CASE WHEN a.custom_domain_verified_at IS NOT NULL THEN a.custom_domain END AS custom_domain,
    a.branding
FROM tenants AS t
JOIN agencies AS a ON a.id = t.agency_id
WHERE t.id = %(tenant_id)s
    AND t.deleted_at IS NULL

-- doomed --
-- Tenants whose grace period is over, longest first.
-- cross-tenant: one job looks after all
SELECT
    t.id,
    t.agency_id
FROM tenants AS t
WHERE t.purge_after <= %(now)s
    AND t.purged_at IS NULL
ORDER BY t.purge_after
LIMIT %(limit)s

-- doomed_again --
-- The same tenant under lock: nobody has restored it meanwhile.
SELECT
    t.id,
    t.agency_id
FROM tenants AS t
WHERE t.id = %(tenant_id)s
    AND t.purge_after <= %(now)s
    AND t.purged_at IS NULL
FOR UPDATE SKIP LOCKED

-- objects --
-- Everything of a tenant's that lies in the object store.
SELECT
    r.bucket,
    r.key
FROM recordings AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.bucket <> ''
UNION ALL
SELECT
    r.bucket,
    r.metadata -> 'original' ->> 'key'
FROM recordings AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.bucket <> ''
    AND r.metadata -> 'original' ->> 'key' IS NOT NULL
UNION ALL
SELECT
    d.bucket,
    d.key
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND d.bucket IS NOT NULL
UNION ALL
SELECT
    e.bucket,
    e.object_key
FROM exports AS e
WHERE e.tenant_id = %(tenant_id)s
    AND e.object_key IS NOT NULL

-- delete_rows --
-- Destroy the tenant's rows of one table; the mark stands for its name.
DELETE FROM /* table */ holidays
WHERE tenant_id = %(tenant_id)s

-- free_numbers --
-- Numbers that were a tenant's are the agency's alone from now on.
UPDATE phone_numbers
SET
    tenant_id = NULL,
    agent_id = NULL,
    carrier_connection_id = NULL,
    friendly_name = '',
    fallback_number = NULL,
    settings = '{}',
    metadata = '{}'
WHERE tenant_id = %(tenant_id)s

-- empty --
-- What is left of a purged tenant: the row that the agency's bills refer to.
UPDATE tenants
SET
    name = 'Deleted client',
    slug = 'deleted-' || id,
    business_type = NULL,
    contact_name = NULL,
    contact_email = NULL,
    contact_phone = NULL,
    address_line1 = NULL,
    address_line2 = NULL,
    address_city = NULL,
    address_state = NULL,
    address_postal_code = NULL,
    address_country = NULL,
    website_url = NULL,
    transfer_number = NULL,
    status = 'cancelled',
    settings = '{}',
    metadata = '{}',
    purged_at = %(now)s
WHERE id = %(tenant_id)s
