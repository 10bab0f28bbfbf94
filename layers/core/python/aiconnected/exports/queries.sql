-- insert --
-- Ask for an export.
INSERT INTO exports (id, agency_id, tenant_id)
VALUES (%(id)s, %(agency_id)s, %(tenant_id)s)

-- under_way --
-- Whether an export of the tenant is being made.
SELECT EXISTS (
    SELECT FROM exports AS e
    WHERE e.tenant_id = %(tenant_id)s
        AND e.status IN ('pending', 'running')
)

-- page --
-- Exports of a tenant as they are listed.
SELECT
    e.id,
    e.agency_id,
    e.tenant_id,
    e.status,
    e.bucket,
    e.object_key,
    e.size_bytes,
    e.failure_code,
    e.started_at,
    e.finished_at,
    e.expires_at,
    e.created_at,
    e.updated_at
FROM exports AS e
WHERE e.tenant_id = %(tenant_id)s
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One export of a tenant.
SELECT
    e.id,
    e.agency_id,
    e.tenant_id,
    e.status,
    e.bucket,
    e.object_key,
    e.size_bytes,
    e.failure_code,
    e.started_at,
    e.finished_at,
    e.expires_at,
    e.created_at,
    e.updated_at
FROM exports AS e
WHERE e.tenant_id = %(tenant_id)s
    AND e.id = %(id)s

-- claim --
-- Take the export that waits longest, or one whose job has died.
-- cross-tenant: one job makes all
UPDATE exports AS e
SET
    status = 'running',
    started_at = %(now)s
WHERE e.id = (
    SELECT w.id
    FROM exports AS w
    WHERE w.status = 'pending'
        OR w.status = 'running' AND w.started_at < %(stale)s
    ORDER BY w.created_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING
    e.id,
    e.agency_id,
    e.tenant_id,
    e.status,
    e.bucket,
    e.object_key,
    e.size_bytes,
    e.failure_code,
    e.started_at,
    e.finished_at,
    e.expires_at,
    e.created_at,
    e.updated_at

-- finish --
-- An export can be fetched.
UPDATE exports
SET
    status = 'ready',
    bucket = %(bucket)s,
    object_key = %(object_key)s,
    size_bytes = %(size_bytes)s,
    failure_code = NULL,
    finished_at = %(now)s,
    expires_at = %(expires_at)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'running'

-- postpone --
-- An export waits for its next try, or has failed for good.
UPDATE exports
SET
    status = %(status)s,
    failure_code = %(failure_code)s,
    finished_at = %(finished_at)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'running'

-- over --
-- Exports whose time is over.
-- cross-tenant: one job looks after all
SELECT
    e.id,
    e.agency_id,
    e.tenant_id,
    e.status,
    e.bucket,
    e.object_key,
    e.size_bytes,
    e.failure_code,
    e.started_at,
    e.finished_at,
    e.expires_at,
    e.created_at,
    e.updated_at
FROM exports AS e
WHERE e.status = 'ready'
    AND e.expires_at <= %(now)s
ORDER BY e.expires_at
LIMIT %(limit)s

-- expire --
-- An export is not there any more.
UPDATE exports
SET
    status = 'expired',
    bucket = NULL,
    object_key = NULL
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- rows --
-- All rows of a tenant in one table as JSON, without the columns that are left out.
SELECT (to_jsonb(r) - %(left_out)s::text[])::text AS line
FROM /* table */ holidays AS r
WHERE r.tenant_id = %(tenant_id)s

-- tenant_row --
-- The tenant itself as JSON.
SELECT (to_jsonb(r) - %(left_out)s::text[])::text AS line
FROM tenants AS r
WHERE r.id = %(tenant_id)s

-- recording_files --
-- Audio of a tenant's calls.
SELECT
    r.id,
    r.bucket,
    r.key
FROM recordings AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.status IN ('stored', 'encoded')
    AND r.bucket <> ''
    AND r.deleted_at IS NULL

-- document_files --
-- Documents that were given as files.
SELECT
    d.id,
    d.bucket,
    d.key
FROM knowledge_documents AS d
WHERE d.tenant_id = %(tenant_id)s
    AND d.bucket IS NOT NULL
    AND d.deleted_at IS NULL

-- columns --
-- Columns of a table that can be written, with their types.
-- cross-tenant: of the schema
SELECT
    a.attname AS name,
    format_type(a.atttypid, NULL) AS type
FROM pg_attribute AS a
WHERE a.attrelid = %(table)s::regclass
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND a.attgenerated = ''

-- insert_rows --
-- Add rows as they are given; the marks stand for the table and its columns.
-- cross-tenant: an import names the tenant in every row
INSERT INTO /* table */ holidays (/* columns */ id)
SELECT /* columns */ id
FROM jsonb_populate_recordset(NULL::/* table */ holidays, %(rows)s::jsonb)
