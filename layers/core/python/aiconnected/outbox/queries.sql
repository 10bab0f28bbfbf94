-- append --
-- Keep a message that leaves when the transaction commits; the same one again changes nothing.
INSERT INTO outbox (id, agency_id, tenant_id, topic, envelope, created_at, next_attempt_at)
VALUES (%(id)s, %(agency_id)s, %(tenant_id)s, %(topic)s, %(envelope)s, %(now)s, %(now)s)
ON CONFLICT (id) DO NOTHING

-- take_pending --
-- Messages that are due, oldest first, locked against other relays until the transaction ends.
-- cross-tenant: the relay sends for everybody
SELECT
    o.id,
    o.envelope,
    o.attempts
FROM outbox AS o
WHERE o.sent_at IS NULL
    AND o.next_attempt_at <= %(now)s
ORDER BY o.next_attempt_at, o.id
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED

-- mark_sent --
-- The queue has the message.
-- cross-tenant: the relay sends for everybody
UPDATE outbox
SET
    sent_at = %(now)s,
    attempts = attempts + 1,
    last_error = ''
WHERE id = %(id)s

-- mark_failed --
-- The queue did not take the message; try again later.
-- cross-tenant: the relay sends for everybody
UPDATE outbox
SET
    attempts = attempts + 1,
    last_error = %(error)s,
    next_attempt_at = %(next_attempt_at)s
WHERE id = %(id)s

-- delete_sent --
-- Forget messages sent long ago.
-- cross-tenant: upkeep
DELETE FROM outbox
WHERE sent_at < %(before)s
