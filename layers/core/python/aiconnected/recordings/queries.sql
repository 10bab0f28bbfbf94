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
