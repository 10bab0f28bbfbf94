-- bearer --
-- What a request with a key is decided by.
-- cross-tenant: who asks is not known yet
SELECT
    k.id,
    k.agency_id,
    k.tenant_id,
    k.permissions,
    k.expires_at,
    k.last_used_at,
    k.revoked_at IS NULL
    AND a.status = 'active'
    AND a.deleted_at IS NULL
    AND (k.tenant_id IS NULL OR (t.status = 'active' AND t.deleted_at IS NULL)) AS in_order
FROM api_keys AS k
JOIN agencies AS a ON a.id = k.agency_id
LEFT JOIN tenants AS t ON t.id = k.tenant_id
WHERE k.key_hash = %(key_hash)s

-- use --
-- A key has been used; several requests at once note it once.
-- cross-tenant: it is noted before the request has a scope
UPDATE api_keys
SET
    last_used_at = %(now)s,
    last_used_ip = %(ip)s
WHERE id = %(key_id)s
    AND (last_used_at IS NULL OR last_used_at < %(now)s)

-- by_id --
-- One key.
-- cross-tenant: agencies have keys too
SELECT
    k.id,
    k.agency_id,
    k.tenant_id,
    k.name,
    k.prefix,
    k.permissions,
    k.expires_at,
    k.last_used_at,
    k.revoked_at,
    k.created_at,
    k.updated_at
FROM api_keys AS k
WHERE k.id = %(key_id)s

-- lock --
-- One key, kept from other writers until the transaction ends.
-- cross-tenant: agencies have keys too
SELECT
    k.id,
    k.agency_id,
    k.tenant_id,
    k.name,
    k.prefix,
    k.permissions,
    k.expires_at,
    k.last_used_at,
    k.revoked_at,
    k.created_at,
    k.updated_at
FROM api_keys AS k
WHERE k.id = %(key_id)s
FOR UPDATE

-- page --
-- Keys as they are listed.
-- cross-tenant: agencies have keys too
SELECT
    k.id,
    k.agency_id,
    k.tenant_id,
    k.name,
    k.prefix,
    k.permissions,
    k.expires_at,
    k.last_used_at,
    k.revoked_at,
    k.created_at,
    k.updated_at
FROM api_keys AS k
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- insert --
-- Add a key.
INSERT INTO api_keys (
    id,
    agency_id,
    tenant_id,
    name,
    prefix,
    key_hash,
    permissions,
    expires_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(prefix)s,
    %(key_hash)s,
    %(permissions)s,
    %(expires_at)s
)

-- replace --
-- Another key in place of one.
-- cross-tenant: agencies have keys too
UPDATE api_keys
SET
    prefix = %(prefix)s,
    key_hash = %(key_hash)s
WHERE id = %(key_id)s

-- revoke --
-- Refuse a key from now on.
-- cross-tenant: agencies have keys too
UPDATE api_keys
SET revoked_at = %(now)s
WHERE id = %(key_id)s
