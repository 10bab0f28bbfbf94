-- page --
-- Endpoints as they are listed; an agency sees its own and those of all its clients.
-- cross-tenant: the row policies keep it to the scope
SELECT
    e.id,
    e.agency_id,
    e.tenant_id,
    e.url,
    e.description,
    e.event_types,
    e.status,
    e.failing_since,
    e.disabled_at,
    e.disabled_reason,
    e.previous_secret_expires_at,
    e.created_at,
    e.updated_at
FROM webhook_endpoints AS e
WHERE e.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- by_id --
-- One endpoint.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
SELECT
    e.id,
    e.agency_id,
    e.tenant_id,
    e.url,
    e.description,
    e.event_types,
    e.status,
    e.failing_since,
    e.disabled_at,
    e.disabled_reason,
    e.previous_secret_expires_at,
    e.created_at,
    e.updated_at
FROM webhook_endpoints AS e
WHERE e.id = %(endpoint_id)s
    AND e.deleted_at IS NULL

-- lock --
-- One endpoint, kept from other writers until the transaction ends.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
SELECT
    e.id,
    e.agency_id,
    e.tenant_id,
    e.url,
    e.description,
    e.event_types,
    e.status,
    e.failing_since,
    e.disabled_at,
    e.disabled_reason,
    e.previous_secret_expires_at,
    e.created_at,
    e.updated_at
FROM webhook_endpoints AS e
WHERE e.id = %(endpoint_id)s
    AND e.deleted_at IS NULL
FOR UPDATE

-- count_endpoints --
-- How many endpoints a client has, or the agency itself.
SELECT count(*)
FROM webhook_endpoints AS e
WHERE e.agency_id = %(agency_id)s
    AND e.tenant_id IS NOT DISTINCT FROM %(tenant_id)s::uuid
    AND e.deleted_at IS NULL

-- insert_endpoint --
-- Add an endpoint.
INSERT INTO webhook_endpoints (
    id,
    agency_id,
    tenant_id,
    url,
    description,
    event_types,
    sealed_secret
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(url)s,
    %(description)s,
    %(event_types)s,
    %(sealed_secret)s
)

-- change_endpoint --
-- Set columns of an endpoint.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_endpoints
SET /* changes */ id = id
WHERE id = %(endpoint_id)s
    AND deleted_at IS NULL

-- rotate_secret --
-- Sign with another secret; the one before signs too until it expires.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_endpoints
SET
    previous_sealed_secret = sealed_secret,
    previous_secret_expires_at = %(previous_until)s,
    sealed_secret = %(sealed_secret)s
WHERE id = %(endpoint_id)s
    AND deleted_at IS NULL

-- delete_endpoint --
-- Mark an endpoint as deleted.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_endpoints
SET deleted_at = %(now)s
WHERE id = %(endpoint_id)s
    AND deleted_at IS NULL

-- abandon_deliveries --
-- Give up what is still to be sent to an endpoint.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_deliveries
SET
    status = 'failed',
    next_attempt_at = NULL,
    last_error = %(error)s
WHERE endpoint_id = %(endpoint_id)s
    AND status = 'pending'

-- listeners --
-- Endpoints that want an event of a client: the client's own, and the agency's.
SELECT
    e.id,
    e.tenant_id
FROM webhook_endpoints AS e
WHERE e.agency_id = %(agency_id)s
    AND (e.tenant_id = %(tenant_id)s OR e.tenant_id IS NULL)
    AND e.event_types && ARRAY['*', %(event_type)s::text]
    AND e.status = 'active'
    AND e.deleted_at IS NULL

-- insert_delivery --
-- Have an event sent to an endpoint; the same event again changes nothing.
INSERT INTO webhook_deliveries (
    id,
    agency_id,
    tenant_id,
    endpoint_id,
    event_id,
    event_type,
    payload,
    next_attempt_at,
    replay_of,
    created_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(endpoint_id)s,
    %(event_id)s,
    %(event_type)s,
    %(payload)s,
    %(now)s,
    %(replay_of)s,
    %(now)s
)
ON CONFLICT (endpoint_id, event_id) WHERE replay_of IS NULL DO NOTHING

-- deliveries --
-- Deliveries to an endpoint as they are listed.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
SELECT
    d.id,
    d.agency_id,
    d.tenant_id,
    d.endpoint_id,
    d.event_id,
    d.event_type,
    d.payload,
    d.status,
    d.attempts,
    d.next_attempt_at,
    d.last_status,
    d.last_error,
    d.delivered_at,
    d.replay_of,
    d.created_at
FROM webhook_deliveries AS d
WHERE d.endpoint_id = %(endpoint_id)s
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- delivery --
-- One delivery.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
SELECT
    d.id,
    d.agency_id,
    d.tenant_id,
    d.endpoint_id,
    d.event_id,
    d.event_type,
    d.payload,
    d.status,
    d.attempts,
    d.next_attempt_at,
    d.last_status,
    d.last_error,
    d.delivered_at,
    d.replay_of,
    d.created_at
FROM webhook_deliveries AS d
WHERE d.id = %(delivery_id)s
    AND d.endpoint_id = %(endpoint_id)s

-- replayable --
-- Deliveries to an endpoint that are sent once more, oldest first.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
SELECT
    d.id,
    d.agency_id,
    d.tenant_id,
    d.endpoint_id,
    d.event_id,
    d.event_type,
    d.payload,
    d.status,
    d.attempts,
    d.next_attempt_at,
    d.last_status,
    d.last_error,
    d.delivered_at,
    d.replay_of,
    d.created_at
FROM webhook_deliveries AS d
WHERE d.endpoint_id = %(endpoint_id)s
    AND d.status = %(status)s
    AND d.created_at >= %(since)s
    AND d.created_at < %(until)s
ORDER BY d.created_at, d.id
LIMIT %(limit)s

-- attempts --
-- The tries of a delivery, in order.
SELECT
    a.attempt,
    a.at,
    a.status,
    a.error,
    a.duration_ms,
    a.response_body
FROM webhook_attempts AS a
WHERE a.tenant_id = %(tenant_id)s
    AND a.delivery_id = %(delivery_id)s
ORDER BY a.attempt

-- claim --
-- Be the one who tries a delivery that is due; another may once the lease is over.
UPDATE webhook_deliveries AS d
SET
    attempts = d.attempts + 1,
    next_attempt_at = %(leased_until)s
FROM webhook_endpoints AS e
WHERE d.tenant_id = %(tenant_id)s
    AND d.id = %(delivery_id)s
    AND d.status = 'pending'
    AND d.next_attempt_at <= %(now)s
    AND e.id = d.endpoint_id
    AND e.status = 'active'
    AND e.deleted_at IS NULL
RETURNING
    d.id,
    d.agency_id,
    d.tenant_id,
    d.endpoint_id,
    d.event_id,
    d.event_type,
    d.payload,
    d.attempts,
    d.created_at,
    e.url,
    e.sealed_secret,
    e.previous_sealed_secret,
    e.previous_secret_expires_at

-- postpone --
-- Look again later at a delivery whose endpoint is paused.
UPDATE webhook_deliveries AS d
SET next_attempt_at = %(until)s
FROM webhook_endpoints AS e
WHERE d.tenant_id = %(tenant_id)s
    AND d.id = %(delivery_id)s
    AND d.status = 'pending'
    AND d.next_attempt_at <= %(now)s
    AND e.id = d.endpoint_id
    AND e.status = 'paused'

-- insert_attempt --
-- Keep how a try went.
INSERT INTO webhook_attempts (
    delivery_id,
    attempt,
    agency_id,
    tenant_id,
    at,
    status,
    error,
    duration_ms,
    response_body
)
VALUES (
    %(delivery_id)s,
    %(attempt)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(at)s,
    %(status)s,
    %(error)s,
    %(duration_ms)s,
    %(response_body)s
)
ON CONFLICT (delivery_id, attempt) DO NOTHING

-- settle --
-- Where a delivery stands after a try; what was given up meanwhile stays so.
UPDATE webhook_deliveries
SET
    status = %(status)s,
    next_attempt_at = %(next_attempt_at)s,
    last_status = %(last_status)s,
    last_error = %(last_error)s,
    delivered_at = %(delivered_at)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(delivery_id)s
    AND status = 'pending'

-- got_through --
-- An endpoint answers: it is not failing.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_endpoints
SET failing_since = NULL
WHERE id = %(endpoint_id)s
    AND failing_since IS NOT NULL

-- failed --
-- An endpoint does not answer; since when is what it is disabled by.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_endpoints
SET failing_since = coalesce(failing_since, %(now)s)
WHERE id = %(endpoint_id)s
    AND deleted_at IS NULL
RETURNING failing_since

-- disable --
-- Send nothing more to an endpoint; no row when it is not active any more.
-- cross-tenant: an endpoint may be the agency's; the row policies keep it to the scope
UPDATE webhook_endpoints
SET
    status = 'disabled',
    disabled_at = %(now)s,
    disabled_reason = %(reason)s
WHERE id = %(endpoint_id)s
    AND status = 'active'
    AND deleted_at IS NULL

-- due --
-- Deliveries that are to be tried now, longest waiting first.
-- cross-tenant: one job sends for all
SELECT
    d.id,
    d.agency_id,
    d.tenant_id
FROM webhook_deliveries AS d
WHERE d.status = 'pending'
    AND d.next_attempt_at <= %(now)s
ORDER BY d.next_attempt_at
LIMIT %(limit)s

-- delete_old --
-- Forget what was sent long ago.
-- cross-tenant: upkeep
DELETE FROM webhook_deliveries
WHERE created_at < %(before)s
    AND status <> 'pending'
