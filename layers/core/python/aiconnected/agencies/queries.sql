-- by_id --
-- One agency.
-- cross-tenant: an agency is above its tenants
SELECT
    a.id,
    a.name,
    a.slug,
    a.status,
    a.contact_email,
    a.max_tenants,
    a.max_concurrent_calls,
    a.billing_plan,
    a.branding,
    a.settings,
    a.created_at,
    a.updated_at
FROM agencies AS a
WHERE a.id = %(agency_id)s
    AND a.deleted_at IS NULL

-- id_by_slug --
-- The agency that has a slug.
-- cross-tenant: an agency is above its tenants
SELECT a.id
FROM agencies AS a
WHERE a.slug = %(slug)s
    AND a.deleted_at IS NULL

-- insert --
-- Add an agency.
-- cross-tenant: an agency is above its tenants
INSERT INTO agencies (
    id,
    name,
    slug,
    contact_email,
    billing_plan,
    max_tenants,
    max_concurrent_calls,
    is_verified
)
VALUES (
    %(id)s,
    %(name)s,
    %(slug)s,
    %(contact_email)s,
    %(billing_plan)s,
    %(max_tenants)s,
    %(max_concurrent_calls)s,
    TRUE
)

-- set_status --
-- Suspend, cancel or reactivate an agency.
-- cross-tenant: an agency is above its tenants
UPDATE agencies
SET status = %(status)s
WHERE id = %(agency_id)s
    AND deleted_at IS NULL
