-- insert --
-- Await the file of an import.
-- cross-tenant: imports are the agency's, before there is a client
INSERT INTO imports (id, agency_id, slug, bucket, object_key, size_bytes)
VALUES (%(id)s, %(agency_id)s, %(slug)s, %(bucket)s, %(object_key)s, %(size_bytes)s)

-- page --
-- Imports of an agency as they are listed.
-- cross-tenant: imports are the agency's, before there is a client
SELECT
    i.id,
    i.agency_id,
    i.made_tenant_id,
    i.status,
    i.slug,
    i.bucket,
    i.object_key,
    i.size_bytes,
    i.failure_code,
    i.failure_reason,
    i.started_at,
    i.finished_at,
    i.created_at,
    i.updated_at
FROM imports AS i
WHERE i.agency_id = %(agency_id)s
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One import of an agency.
-- cross-tenant: imports are the agency's, before there is a client
SELECT
    i.id,
    i.agency_id,
    i.made_tenant_id,
    i.status,
    i.slug,
    i.bucket,
    i.object_key,
    i.size_bytes,
    i.failure_code,
    i.failure_reason,
    i.started_at,
    i.finished_at,
    i.created_at,
    i.updated_at
FROM imports AS i
WHERE i.agency_id = %(agency_id)s
    AND i.id = %(id)s

-- uploaded --
-- The file has come.
-- cross-tenant: imports are the agency's, before there is a client
UPDATE imports
SET status = 'pending'
WHERE agency_id = %(agency_id)s
    AND id = %(id)s
    AND status = 'uploading'

-- claim --
-- Take the import that waits longest, or one whose job has died.
-- cross-tenant: one job does all
UPDATE imports AS i
SET
    status = 'running',
    started_at = %(now)s
WHERE i.id = (
    SELECT w.id
    FROM imports AS w
    WHERE w.status = 'pending'
        OR w.status = 'running' AND w.started_at < %(stale)s
    ORDER BY w.created_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING
    i.id,
    i.agency_id,
    i.made_tenant_id,
    i.status,
    i.slug,
    i.bucket,
    i.object_key,
    i.size_bytes,
    i.failure_code,
    i.failure_reason,
    i.started_at,
    i.finished_at,
    i.created_at,
    i.updated_at

-- finish --
-- The client is there; 0 rows when another job has taken the import over.
-- cross-tenant: imports are the agency's, before there is a client
UPDATE imports
SET
    status = 'done',
    made_tenant_id = %(made_tenant_id)s,
    finished_at = %(now)s
WHERE agency_id = %(agency_id)s
    AND id = %(id)s
    AND status = 'running'
    AND started_at = %(started_at)s

-- fail --
-- An import waits for its next try, or has failed for good.
-- cross-tenant: imports are the agency's, before there is a client
UPDATE imports
SET
    status = %(status)s,
    failure_code = %(failure_code)s,
    failure_reason = %(failure_reason)s,
    finished_at = %(finished_at)s
WHERE agency_id = %(agency_id)s
    AND id = %(id)s
    AND status = 'running'

-- abandon --
-- Files that have not come in time are awaited no longer.
-- cross-tenant: one job does all
UPDATE imports
SET
    status = 'failed',
    failure_code = %(failure_code)s,
    failure_reason = %(failure_reason)s,
    finished_at = %(now)s
WHERE status = 'uploading'
    AND created_at < %(before)s
