-- page --
-- Functions as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    f.id,
    f.agency_id,
    f.tenant_id,
    f.name,
    f.description,
    f.parameters,
    f.webhook_url,
    f.method,
    f.header_names,
    f.timeout_ms,
    f.retries,
    f.is_active,
    f.created_at,
    f.updated_at
FROM custom_functions AS f
WHERE f.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One function.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    f.id,
    f.agency_id,
    f.tenant_id,
    f.name,
    f.description,
    f.parameters,
    f.webhook_url,
    f.method,
    f.header_names,
    f.timeout_ms,
    f.retries,
    f.is_active,
    f.created_at,
    f.updated_at
FROM custom_functions AS f
WHERE f.id = %(id)s
    AND f.deleted_at IS NULL

-- lock --
-- One function, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    f.id,
    f.agency_id,
    f.tenant_id,
    f.name,
    f.description,
    f.parameters,
    f.webhook_url,
    f.method,
    f.header_names,
    f.timeout_ms,
    f.retries,
    f.is_active,
    f.created_at,
    f.updated_at
FROM custom_functions AS f
WHERE f.id = %(id)s
    AND f.deleted_at IS NULL
FOR NO KEY UPDATE

-- among --
-- Those of a tenant's functions that are named.
SELECT
    f.id,
    f.agency_id,
    f.tenant_id,
    f.name,
    f.description,
    f.parameters,
    f.webhook_url,
    f.method,
    f.header_names,
    f.timeout_ms,
    f.retries,
    f.is_active,
    f.created_at,
    f.updated_at
FROM custom_functions AS f
WHERE f.tenant_id = %(tenant_id)s
    AND f.id = ANY (%(ids)s::uuid[])
    AND f.deleted_at IS NULL
ORDER BY f.name

-- sealed --
-- What is kept sealed of a function.
SELECT
    f.sealed_headers,
    f.sealed_secret
FROM custom_functions AS f
WHERE f.tenant_id = %(tenant_id)s
    AND f.id = %(id)s
    AND f.deleted_at IS NULL

-- insert --
-- Add a function.
INSERT INTO custom_functions (
    id,
    agency_id,
    tenant_id,
    name,
    description,
    parameters,
    webhook_url,
    method,
    header_names,
    sealed_headers,
    sealed_secret,
    timeout_ms,
    retries,
    is_active
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(description)s,
    %(parameters)s,
    %(webhook_url)s,
    %(method)s,
    %(header_names)s::text[],
    %(sealed_headers)s,
    %(sealed_secret)s,
    %(timeout_ms)s,
    %(retries)s,
    %(is_active)s
)

-- change --
-- Set columns of a function.
UPDATE custom_functions
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete --
-- A function is gone.
UPDATE custom_functions
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- in_use --
-- Whether an agent's draft or published version names a function.
SELECT EXISTS (
    SELECT FROM agent_versions AS v
    JOIN agents AS g ON g.id = v.agent_id AND g.deleted_at IS NULL
    WHERE v.tenant_id = %(tenant_id)s
        AND %(id)s = ANY (v.custom_function_ids)
        AND v.status <> 'archived'
)

-- calls_page --
-- Calls of functions as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    l.id,
    l.tenant_id,
    l.call_id,
    l.custom_function_id,
    l.function_name,
    l.status,
    l.code,
    l.arguments,
    l.result,
    l.duration_ms,
    l.called_at
FROM function_call_logs AS l
JOIN calls AS c ON c.id = l.call_id AND c.deleted_at IS NULL
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- call_by_id --
-- One call of a function.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    l.id,
    l.tenant_id,
    l.call_id,
    l.custom_function_id,
    l.function_name,
    l.status,
    l.code,
    l.arguments,
    l.result,
    l.duration_ms,
    l.called_at
FROM function_call_logs AS l
JOIN calls AS c ON c.id = l.call_id AND c.deleted_at IS NULL
WHERE l.id = %(id)s
