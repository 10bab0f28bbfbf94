-- stored --
-- The recording of a call as the call plane wrote it; no row when it is encoded, or still on its host.
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.call_id,
    r.bucket,
    r.key
FROM recordings AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.call_id = %(call_id)s
    AND r.status = 'stored'
    AND r.is_record
    AND r.deleted_at IS NULL

-- overdue --
-- Recordings whose job should long have been done: its message was lost, or it died in the middle.
-- cross-tenant: one job looks after all
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.call_id,
    r.bucket,
    r.key
FROM recordings AS r
WHERE r.status = 'stored'
    AND r.updated_at < %(before)s
    AND r.is_record
    AND r.deleted_at IS NULL
ORDER BY r.updated_at
LIMIT %(limit)s

-- keep_encoded --
-- The record is the playable audio from now on; where the original lies is kept beside it.
UPDATE recordings
SET
    status = 'encoded',
    metadata = metadata || jsonb_build_object(
        'original', jsonb_build_object('key', key, 'content_type', content_type, 'sha256', sha256)
    ),
    key = %(key)s,
    content_type = %(content_type)s,
    rate = %(rate)s,
    channels = %(channels)s,
    duration_ms = %(duration_ms)s,
    size_bytes = %(size_bytes)s,
    sha256 = %(sha256)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'stored'

-- page --
-- Recordings as they are listed: one a call.
-- cross-tenant: agencies list those of all their clients
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.call_id,
    c.agent_id,
    r.status,
    r.source,
    r.bucket,
    r.key,
    r.metadata #>> '{original, key}' AS original_key,
    r.content_type,
    r.channels,
    r.rate,
    r.duration_ms,
    r.size_bytes,
    r.sha256,
    c.initiated_at AS started_at,
    r.created_at,
    r.updated_at
FROM recordings AS r
JOIN calls AS c ON c.id = r.call_id
WHERE r.is_record
    AND r.deleted_at IS NULL
    AND c.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One recording.
-- cross-tenant: agencies read those of all their clients
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.call_id,
    c.agent_id,
    r.status,
    r.source,
    r.bucket,
    r.key,
    r.metadata #>> '{original, key}' AS original_key,
    r.content_type,
    r.channels,
    r.rate,
    r.duration_ms,
    r.size_bytes,
    r.sha256,
    c.initiated_at AS started_at,
    r.created_at,
    r.updated_at
FROM recordings AS r
JOIN calls AS c ON c.id = r.call_id
WHERE r.id = %(recording_id)s
    AND r.is_record
    AND r.deleted_at IS NULL
    AND c.deleted_at IS NULL

-- of_call --
-- The record of a call's audio.
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.call_id,
    c.agent_id,
    r.status,
    r.source,
    r.bucket,
    r.key,
    r.metadata #>> '{original, key}' AS original_key,
    r.content_type,
    r.channels,
    r.rate,
    r.duration_ms,
    r.size_bytes,
    r.sha256,
    c.initiated_at AS started_at,
    r.created_at,
    r.updated_at
FROM recordings AS r
JOIN calls AS c ON c.id = r.call_id
WHERE r.tenant_id = %(tenant_id)s
    AND r.call_id = %(call_id)s
    AND r.is_record
    AND r.deleted_at IS NULL
    AND c.deleted_at IS NULL

-- lock --
-- A recording, kept from other writers until the transaction ends.
SELECT r.id
FROM recordings AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.id = %(recording_id)s
    AND r.deleted_at IS NULL
FOR UPDATE

-- delete --
-- Mark a recording as deleted.
UPDATE recordings
SET
    status = 'deleted',
    deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(recording_id)s
