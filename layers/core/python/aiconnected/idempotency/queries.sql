-- claim --
-- Be the one who answers a request: no row when another was, unless that one has died over it or
-- the key has had its day.
INSERT INTO idempotency_keys (
    actor_id,
    key,
    agency_id,
    tenant_id,
    route,
    request_sha256,
    begun_at,
    expires_at
)
VALUES (
    %(actor_id)s,
    %(key)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(route)s,
    %(request_sha256)s,
    %(now)s,
    %(expires_at)s
)
ON CONFLICT (actor_id, key) DO UPDATE
SET
    agency_id = excluded.agency_id,
    tenant_id = excluded.tenant_id,
    route = excluded.route,
    request_sha256 = excluded.request_sha256,
    begun_at = excluded.begun_at,
    answered_at = NULL,
    status = NULL,
    sealed_answer = NULL,
    expires_at = excluded.expires_at
WHERE idempotency_keys.expires_at <= %(now)s
    OR (
        idempotency_keys.answered_at IS NULL
        AND idempotency_keys.begun_at <= %(dead_before)s
        AND idempotency_keys.request_sha256 = excluded.request_sha256
    )
RETURNING TRUE

-- kept --
-- What is kept of a key.
-- cross-tenant: see claim
SELECT
    k.request_sha256,
    k.begun_at,
    k.status,
    k.sealed_answer
FROM idempotency_keys AS k
WHERE k.actor_id = %(actor_id)s
    AND k.key = %(key)s

-- answer --
-- Keep the answer, unless another has taken over.
-- cross-tenant: see claim
UPDATE idempotency_keys
SET
    answered_at = %(now)s,
    status = %(status)s,
    sealed_answer = %(sealed_answer)s
WHERE actor_id = %(actor_id)s
    AND key = %(key)s
    AND begun_at = %(begun_at)s
    AND answered_at IS NULL

-- release --
-- Forget a request that came to nothing, so that the next one is a first attempt.
-- cross-tenant: see claim
DELETE FROM idempotency_keys
WHERE actor_id = %(actor_id)s
    AND key = %(key)s
    AND begun_at = %(begun_at)s
    AND answered_at IS NULL

-- delete_expired --
-- Forget keys that have had their day.
-- cross-tenant: upkeep
DELETE FROM idempotency_keys
WHERE expires_at <= %(now)s
