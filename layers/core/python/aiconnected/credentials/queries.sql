-- by_id --
-- One credential, without its secret.
-- cross-tenant: agencies have credentials too
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.provider,
    c.name,
    c.hint,
    c.created_at,
    c.updated_at
FROM provider_credentials AS c
WHERE c.id = %(credential_id)s
    AND c.deleted_at IS NULL

-- lock --
-- One credential, kept from other writers until the transaction ends.
-- cross-tenant: agencies have credentials too
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.provider,
    c.name,
    c.hint,
    c.created_at,
    c.updated_at
FROM provider_credentials AS c
WHERE c.id = %(credential_id)s
    AND c.deleted_at IS NULL
FOR UPDATE

-- page --
-- Credentials as they are listed.
-- cross-tenant: agencies have credentials too
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.provider,
    c.name,
    c.hint,
    c.created_at,
    c.updated_at
FROM provider_credentials AS c
WHERE c.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- insert --
-- Add a credential.
INSERT INTO provider_credentials (
    id,
    agency_id,
    tenant_id,
    provider,
    name,
    sealed,
    hint
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(provider)s,
    %(name)s,
    %(sealed)s,
    %(hint)s
)

-- change --
-- Set columns of a credential.
-- cross-tenant: agencies have credentials too
UPDATE provider_credentials
SET /* changes */ id = id
WHERE id = %(credential_id)s
    AND deleted_at IS NULL

-- delete --
-- Mark a credential as deleted; its secret is gone at once.
-- cross-tenant: agencies have credentials too
UPDATE provider_credentials
SET
    deleted_at = %(now)s,
    sealed = ''::bytea,
    hint = ''
WHERE id = %(credential_id)s

-- in_use --
-- Whether a carrier connection names a credential.
-- cross-tenant: agencies have credentials too
SELECT EXISTS (
    SELECT FROM carrier_connections AS c
    WHERE c.provider_credential_id = %(credential_id)s
        AND c.deleted_at IS NULL
)

-- sealed --
-- What a client uses with a provider, sealed: its own latest before its agency's.
SELECT c.sealed
FROM provider_credentials AS c
WHERE c.agency_id = %(agency_id)s
    AND (c.tenant_id = %(tenant_id)s::uuid OR c.tenant_id IS NULL)
    AND c.provider = %(provider)s
    AND c.deleted_at IS NULL
ORDER BY c.tenant_id IS NULL, c.created_at DESC, c.id DESC
LIMIT 1
