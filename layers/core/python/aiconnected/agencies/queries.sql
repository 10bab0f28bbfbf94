-- by_id --
-- One agency.
-- cross-tenant: an agency is above its tenants
SELECT
    a.id,
    a.name,
    a.slug,
    a.status,
    a.is_verified,
    a.contact_name,
    a.contact_email,
    a.contact_phone,
    a.address_line1,
    a.address_line2,
    a.address_city,
    a.address_state,
    a.address_postal_code,
    a.address_country,
    a.company_name,
    a.tax_id,
    a.billing_email,
    a.billing_plan,
    a.max_tenants,
    a.max_concurrent_calls,
    a.custom_domain,
    a.custom_domain_verified_at,
    a.branding,
    a.settings,
    a.created_at,
    a.updated_at
FROM agencies AS a
WHERE a.id = %(agency_id)s
    AND a.deleted_at IS NULL

-- lock --
-- One agency, kept from other writers until the transaction ends.
-- cross-tenant: an agency is above its tenants
SELECT
    a.id,
    a.name,
    a.slug,
    a.status,
    a.is_verified,
    a.contact_name,
    a.contact_email,
    a.contact_phone,
    a.address_line1,
    a.address_line2,
    a.address_city,
    a.address_state,
    a.address_postal_code,
    a.address_country,
    a.company_name,
    a.tax_id,
    a.billing_email,
    a.billing_plan,
    a.max_tenants,
    a.max_concurrent_calls,
    a.custom_domain,
    a.custom_domain_verified_at,
    a.branding,
    a.settings,
    a.created_at,
    a.updated_at
FROM agencies AS a
WHERE a.id = %(agency_id)s
    AND a.deleted_at IS NULL
FOR UPDATE

-- page --
-- Agencies as they are listed.
-- cross-tenant: an agency is above its tenants
SELECT
    a.id,
    a.name,
    a.slug,
    a.status,
    a.is_verified,
    a.contact_name,
    a.contact_email,
    a.contact_phone,
    a.address_line1,
    a.address_line2,
    a.address_city,
    a.address_state,
    a.address_postal_code,
    a.address_country,
    a.company_name,
    a.tax_id,
    a.billing_email,
    a.billing_plan,
    a.max_tenants,
    a.max_concurrent_calls,
    a.custom_domain,
    a.custom_domain_verified_at,
    a.branding,
    a.settings,
    a.created_at,
    a.updated_at
FROM agencies AS a
WHERE a.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- id_by_slug --
-- The agency that has a slug.
-- cross-tenant: an agency is above its tenants
SELECT a.id
FROM agencies AS a
WHERE a.slug = %(slug)s
    AND a.deleted_at IS NULL

-- serves --
-- Whether a domain is an agency's, and shown to be.
-- cross-tenant: an agency is above its tenants
SELECT EXISTS (
    SELECT FROM agencies AS a
    WHERE a.custom_domain = %(domain)s
        AND a.custom_domain_verified_at IS NOT NULL
        AND a.deleted_at IS NULL
)

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
    %(is_verified)s
)

-- set_status --
-- Suspend, cancel or reactivate an agency.
-- cross-tenant: an agency is above its tenants
UPDATE agencies
SET status = %(status)s
WHERE id = %(agency_id)s
    AND deleted_at IS NULL

-- change --
-- Set columns of an agency.
-- cross-tenant: an agency is above its tenants
UPDATE agencies
SET /* changes */ id = id
WHERE id = %(agency_id)s
    AND deleted_at IS NULL

-- has_tenants --
-- Whether an agency still has clients.
-- cross-tenant: an agency is above its tenants
SELECT EXISTS (
    SELECT FROM tenants AS t
    WHERE t.agency_id = %(agency_id)s
        AND t.deleted_at IS NULL
)

-- delete --
-- Mark an agency as deleted.
-- cross-tenant: an agency is above its tenants
UPDATE agencies
SET deleted_at = %(now)s
WHERE id = %(agency_id)s
    AND deleted_at IS NULL

-- by_customer --
-- The agency that a customer of the payment provider's is.
-- cross-tenant: an agency is above its tenants
SELECT a.id
FROM agencies AS a
WHERE a.stripe_customer_id = %(customer_id)s
    AND a.deleted_at IS NULL
ORDER BY a.created_at
LIMIT 1

-- link_customer --
-- Say which customer of the payment provider's an agency is.
-- cross-tenant: an agency is above its tenants
UPDATE agencies
SET stripe_customer_id = %(customer_id)s
WHERE id = %(agency_id)s
    AND stripe_customer_id IS DISTINCT FROM %(customer_id)s
    AND deleted_at IS NULL

-- unverified --
-- Sign-ups of before a moment that nobody has proved, oldest first; who has clients was let in otherwise.
-- cross-tenant: an agency is above its tenants
SELECT a.id
FROM agencies AS a
WHERE NOT a.is_verified
    AND a.created_at < %(before)s
    AND a.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM tenants AS t WHERE t.agency_id = a.id)
    AND NOT EXISTS (SELECT FROM users AS u WHERE u.agency_id = a.id AND u.is_verified)
ORDER BY a.created_at
LIMIT %(limit)s

-- destroy_unverified --
-- Destroy an agency that nobody has proved and that has nobody left.
-- cross-tenant: an agency is above its tenants
DELETE FROM agencies AS a
WHERE a.id = %(agency_id)s
    AND NOT a.is_verified
    AND NOT EXISTS (SELECT FROM users AS u WHERE u.agency_id = a.id)
