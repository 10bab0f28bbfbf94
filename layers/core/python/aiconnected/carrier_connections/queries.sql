-- by_id --
-- One connection.
-- cross-tenant: agencies have connections too
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.carrier,
    c.name,
    c.status,
    c.external_account_id,
    c.provider_credential_id AS credential_id,
    c.settings,
    (
        SELECT count(*)
        FROM phone_numbers AS n
        WHERE n.carrier_connection_id = c.id
            AND n.deleted_at IS NULL
    ) AS numbers,
    c.created_at,
    c.updated_at
FROM carrier_connections AS c
WHERE c.id = %(connection_id)s
    AND c.deleted_at IS NULL

-- lock --
-- One connection, kept from other writers until the transaction ends.
-- cross-tenant: agencies have connections too
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.carrier,
    c.name,
    c.status,
    c.external_account_id,
    c.provider_credential_id AS credential_id,
    c.settings,
    (
        SELECT count(*)
        FROM phone_numbers AS n
        WHERE n.carrier_connection_id = c.id
            AND n.deleted_at IS NULL
    ) AS numbers,
    c.created_at,
    c.updated_at
FROM carrier_connections AS c
WHERE c.id = %(connection_id)s
    AND c.deleted_at IS NULL
FOR UPDATE OF c

-- page --
-- Connections as they are listed.
-- cross-tenant: agencies have connections too
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.carrier,
    c.name,
    c.status,
    c.external_account_id,
    c.provider_credential_id AS credential_id,
    c.settings,
    (
        SELECT count(*)
        FROM phone_numbers AS n
        WHERE n.carrier_connection_id = c.id
            AND n.deleted_at IS NULL
    ) AS numbers,
    c.created_at,
    c.updated_at
FROM carrier_connections AS c
WHERE c.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- insert --
-- Add a connection.
INSERT INTO carrier_connections (
    id,
    agency_id,
    tenant_id,
    carrier,
    name,
    external_account_id,
    provider_credential_id,
    settings
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(carrier)s,
    %(name)s,
    %(external_account_id)s,
    %(credential_id)s,
    %(settings)s
)

-- change --
-- Set columns of a connection.
-- cross-tenant: agencies have connections too
UPDATE carrier_connections
SET /* changes */ id = id
WHERE id = %(connection_id)s
    AND deleted_at IS NULL

-- delete --
-- Mark a connection as deleted; its credential stays.
-- cross-tenant: agencies have connections too
UPDATE carrier_connections
SET
    deleted_at = %(now)s,
    provider_credential_id = NULL
WHERE id = %(connection_id)s
