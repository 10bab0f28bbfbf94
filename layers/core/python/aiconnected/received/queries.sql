-- claim --
-- Be the one who answers an event: no row when another was, unless that one has died over it.
-- cross-tenant: webhooks arrive before we know whose they are
INSERT INTO received_events (id, provider, external_event_id, request_sha256, received_at)
VALUES (%(id)s, %(provider)s, %(external_event_id)s, %(request_sha256)s, %(now)s)
ON CONFLICT (provider, external_event_id) DO UPDATE
SET
    id = excluded.id,
    received_at = excluded.received_at
WHERE received_events.response_status IS NULL
    AND received_events.received_at < %(dead_before)s
    AND received_events.request_sha256 = excluded.request_sha256
RETURNING id

-- answer --
-- Keep the first answer for those who ask again.
-- cross-tenant: see claim
UPDATE received_events
SET
    response_status = %(status)s,
    response_headers = %(headers)s,
    response_body = %(body)s,
    answered_at = %(now)s
WHERE id = %(id)s
    AND response_status IS NULL

-- received --
-- An event that has been received, with its answer.
-- cross-tenant: see claim
SELECT
    r.request_sha256,
    r.response_status,
    r.response_headers,
    r.response_body
FROM received_events AS r
WHERE r.provider = %(provider)s
    AND r.external_event_id = %(external_event_id)s

-- forget --
-- Take back a claim that led to no answer, so that a retry is a first attempt.
-- cross-tenant: see claim
DELETE FROM received_events
WHERE id = %(id)s
    AND response_status IS NULL

-- delete_old --
-- Forget events that nobody sends again.
-- cross-tenant: upkeep
DELETE FROM received_events
WHERE received_at < %(before)s

-- store --
-- Keep an event that is worked on later; the same one again changes nothing.
-- cross-tenant: see claim
INSERT INTO received_events (
    id,
    provider,
    external_event_id,
    kind,
    status,
    request_sha256,
    body,
    received_at,
    response_status,
    response_body,
    answered_at
)
VALUES (
    %(id)s,
    %(provider)s,
    %(external_event_id)s,
    %(kind)s,
    'queued',
    %(request_sha256)s,
    %(body)s,
    %(now)s,
    200,
    '',
    %(now)s
)
ON CONFLICT (provider, external_event_id) DO NOTHING

-- take --
-- Hold an event that is to be worked on until the transaction ends.
-- cross-tenant: see claim
SELECT
    r.id,
    r.provider,
    r.external_event_id,
    r.kind,
    r.status,
    r.body,
    r.attempts,
    r.last_error,
    r.received_at,
    r.processed_at
FROM received_events AS r
WHERE r.id = %(event_id)s
    AND r.status = 'queued'
FOR UPDATE

-- finish --
-- An event has been worked on.
-- cross-tenant: see claim
UPDATE received_events
SET
    status = 'done',
    attempts = attempts + 1,
    last_error = NULL,
    processed_at = %(now)s
WHERE id = %(event_id)s

-- fail --
-- An event could not be worked on; after so many times it is dead.
-- cross-tenant: see claim
UPDATE received_events
SET
    attempts = attempts + 1,
    last_error = %(error)s,
    status = CASE
        WHEN attempts + 1 >= %(most)s THEN 'dead'::received_event_status_enum
        ELSE status
    END
WHERE id = %(event_id)s
    AND status = 'queued'
RETURNING status

-- revive --
-- Have a dead event worked on again.
-- cross-tenant: see claim
UPDATE received_events
SET
    status = 'queued',
    attempts = 0,
    last_error = NULL
WHERE id = %(event_id)s
    AND status = 'dead'

-- forgotten --
-- Events whose message was lost, or whose worker died.
-- cross-tenant: see claim
SELECT r.id
FROM received_events AS r
WHERE r.status = 'queued'
    AND r.received_at < %(before)s
ORDER BY r.received_at
LIMIT %(limit)s

-- event --
-- One event that was stored to be worked on, with what was sent.
-- cross-tenant: see claim
SELECT
    r.id,
    r.provider,
    r.external_event_id,
    r.kind,
    r.status,
    r.body,
    r.attempts,
    r.last_error,
    r.received_at,
    r.processed_at
FROM received_events AS r
WHERE r.id = %(event_id)s
    AND r.status <> 'answered'

-- page --
-- Events that were stored to be worked on, as they are listed.
-- cross-tenant: see claim
SELECT
    r.id,
    r.provider,
    r.external_event_id,
    r.kind,
    r.status,
    r.body,
    r.attempts,
    r.last_error,
    r.received_at,
    r.processed_at
FROM received_events AS r
WHERE r.status <> 'answered'
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s
