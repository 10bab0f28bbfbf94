-- by_id --
-- One tenant.
SELECT
    t.id,
    t.agency_id,
    t.name,
    t.slug,
    t.business_type,
    t.timezone,
    t.transfer_number,
    t.status,
    t.max_concurrent_calls,
    t.max_monthly_minutes,
    t.settings,
    t.created_at,
    t.updated_at
FROM tenants AS t
WHERE t.id = %(tenant_id)s
    AND t.deleted_at IS NULL

-- id_by_slug --
-- The tenant of an agency that has a slug.
-- cross-tenant: the slug is how the agency names it
SELECT t.id
FROM tenants AS t
WHERE t.agency_id = %(agency_id)s
    AND t.slug = %(slug)s
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
    %(transfer_number)s,
    %(max_concurrent_calls)s,
    %(max_monthly_minutes)s
)

-- set_status --
-- Suspend, cancel or reactivate a tenant.
UPDATE tenants
SET status = %(status)s
WHERE id = %(tenant_id)s
    AND deleted_at IS NULL
