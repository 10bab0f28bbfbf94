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
