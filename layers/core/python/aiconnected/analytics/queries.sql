-- figures --
-- Sums by day, tenant or agent: counted days, and from each tenant's first uncounted day on its calls.
-- cross-tenant: without a tenant the row policies keep it to the agency
WITH edges AS (
    SELECT
        t.id AS tenant_id,
        t.timezone,
        coalesce(
            (SELECT max(a.day) + 1 FROM call_analytics AS a WHERE a.tenant_id = t.id),
            %(first)s::date
        ) AS first_open
    FROM tenants AS t
    WHERE (%(tenant_id)s::uuid IS NULL OR t.id = %(tenant_id)s::uuid)
),
live AS (
    SELECT
        c.tenant_id,
        (c.initiated_at AT TIME ZONE e.timezone)::date AS day,
        c.agent_id,
        c.currency,
        count(*)::integer AS calls,
        jsonb_build_object(
            'ringing', count(*) FILTER (WHERE c.status = 'ringing'),
            'in_progress', count(*) FILTER (WHERE c.status = 'in_progress'),
            'on_hold', count(*) FILTER (WHERE c.status = 'on_hold'),
            'transferring', count(*) FILTER (WHERE c.status = 'transferring'),
            'completed', count(*) FILTER (WHERE c.status = 'completed'),
            'transferred', count(*) FILTER (WHERE c.status = 'transferred'),
            'abandoned', count(*) FILTER (WHERE c.status = 'abandoned'),
            'refused', count(*) FILTER (WHERE c.status = 'refused'),
            'failed', count(*) FILTER (WHERE c.status = 'failed')
        ) AS calls_by_status,
        ARRAY[
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 0
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 1
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 2
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 3
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 4
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 5
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 6
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 7
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 8
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 9
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 10
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 11
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 12
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 13
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 14
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 15
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 16
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 17
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 18
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 19
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 20
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 21
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 22
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE e.timezone) = 23
            )::integer
        ] AS calls_by_hour,
        coalesce(sum(c.duration_ms), 0)::bigint AS duration_ms,
        coalesce(sum(u.turns), 0)::integer AS turns,
        coalesce(sum(u.interruptions), 0)::integer AS interruptions,
        coalesce(sum(r.transfers), 0)::integer AS transfers,
        coalesce(sum(p.appointments), 0)::integer AS appointments,
        coalesce(sum(c.cost_micros), 0)::bigint AS cost_micros,
        coalesce(sum(c.price_micros), 0)::bigint AS price_micros
    FROM edges AS e
    JOIN calls AS c
        ON c.tenant_id = e.tenant_id
        AND c.initiated_at
            >= greatest(e.first_open, %(first)s::date)::timestamp AT TIME ZONE e.timezone
        AND c.initiated_at < (%(last)s::date + 1)::timestamp AT TIME ZONE e.timezone
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS turns,
            count(*) FILTER (WHERE l.interrupted) AS interruptions
        FROM transcript_turns AS l
        WHERE l.tenant_id = c.tenant_id
            AND l.call_id = c.id
            AND l.started_at >= c.initiated_at - interval '1 hour'
            AND l.started_at < c.initiated_at + interval '1 day'
    ) AS u
    CROSS JOIN LATERAL (
        SELECT count(*) AS transfers
        FROM call_transfers AS l
        WHERE l.tenant_id = c.tenant_id
            AND l.call_id = c.id
    ) AS r
    CROSS JOIN LATERAL (
        SELECT count(*) AS appointments
        FROM appointments AS l
        WHERE l.tenant_id = c.tenant_id
            AND l.call_id = c.id
            AND l.status <> 'cancelled'
    ) AS p
    WHERE (%(agent_id)s::uuid IS NULL OR c.agent_id = %(agent_id)s::uuid)
        -- Wider than any zone, but known when the statement is planned.
        AND (%(tenant_id)s::uuid IS NULL OR c.tenant_id = %(tenant_id)s::uuid)
        AND c.initiated_at >= %(first)s::date::timestamp AT TIME ZONE 'UTC' - interval '1 day'
        AND c.initiated_at < %(last)s::date::timestamp AT TIME ZONE 'UTC' + interval '2 days'
    GROUP BY 1, 2, 3, 4
),
counted AS (
    SELECT
        a.tenant_id,
        a.day,
        a.agent_id,
        a.currency,
        a.calls,
        a.calls_by_status,
        a.calls_by_hour,
        a.duration_ms,
        a.turns,
        a.interruptions,
        a.transfers,
        a.appointments,
        a.cost_micros,
        a.price_micros
    FROM call_analytics AS a
    WHERE (%(tenant_id)s::uuid IS NULL OR a.tenant_id = %(tenant_id)s::uuid)
        AND a.day BETWEEN %(first)s::date AND %(last)s::date
        AND (%(agent_id)s::uuid IS NULL OR a.agent_id = %(agent_id)s::uuid)
        AND a.calls > 0
),
figures AS (
    SELECT
        l.tenant_id,
        l.day,
        l.agent_id,
        l.currency,
        l.calls,
        l.calls_by_status,
        l.calls_by_hour,
        l.duration_ms,
        l.turns,
        l.interruptions,
        l.transfers,
        l.appointments,
        l.cost_micros,
        l.price_micros
    FROM live AS l
    UNION ALL
    SELECT
        a.tenant_id,
        a.day,
        a.agent_id,
        a.currency,
        a.calls,
        a.calls_by_status,
        a.calls_by_hour,
        a.duration_ms,
        a.turns,
        a.interruptions,
        a.transfers,
        a.appointments,
        a.cost_micros,
        a.price_micros
    FROM counted AS a
)
SELECT
    CASE WHEN %(by)s::text IN ('day', 'each') THEN f.day END AS day,
    CASE WHEN %(by)s::text IN ('tenant', 'each') THEN f.tenant_id END AS tenant_id,
    CASE WHEN %(by)s::text IN ('agent', 'each') THEN f.agent_id END AS agent_id,
    f.currency,
    sum(f.calls)::integer AS calls,
    jsonb_build_object(
        'ringing', coalesce(sum((f.calls_by_status ->> 'ringing')::integer), 0),
        'in_progress', coalesce(sum((f.calls_by_status ->> 'in_progress')::integer), 0),
        'on_hold', coalesce(sum((f.calls_by_status ->> 'on_hold')::integer), 0),
        'transferring', coalesce(sum((f.calls_by_status ->> 'transferring')::integer), 0),
        'completed', coalesce(sum((f.calls_by_status ->> 'completed')::integer), 0),
        'transferred', coalesce(sum((f.calls_by_status ->> 'transferred')::integer), 0),
        'abandoned', coalesce(sum((f.calls_by_status ->> 'abandoned')::integer), 0),
        'refused', coalesce(sum((f.calls_by_status ->> 'refused')::integer), 0),
        'failed', coalesce(sum((f.calls_by_status ->> 'failed')::integer), 0)
    ) AS calls_by_status,
    ARRAY[
        coalesce(sum(f.calls_by_hour[1]), 0)::integer,
        coalesce(sum(f.calls_by_hour[2]), 0)::integer,
        coalesce(sum(f.calls_by_hour[3]), 0)::integer,
        coalesce(sum(f.calls_by_hour[4]), 0)::integer,
        coalesce(sum(f.calls_by_hour[5]), 0)::integer,
        coalesce(sum(f.calls_by_hour[6]), 0)::integer,
        coalesce(sum(f.calls_by_hour[7]), 0)::integer,
        coalesce(sum(f.calls_by_hour[8]), 0)::integer,
        coalesce(sum(f.calls_by_hour[9]), 0)::integer,
        coalesce(sum(f.calls_by_hour[10]), 0)::integer,
        coalesce(sum(f.calls_by_hour[11]), 0)::integer,
        coalesce(sum(f.calls_by_hour[12]), 0)::integer,
        coalesce(sum(f.calls_by_hour[13]), 0)::integer,
        coalesce(sum(f.calls_by_hour[14]), 0)::integer,
        coalesce(sum(f.calls_by_hour[15]), 0)::integer,
        coalesce(sum(f.calls_by_hour[16]), 0)::integer,
        coalesce(sum(f.calls_by_hour[17]), 0)::integer,
        coalesce(sum(f.calls_by_hour[18]), 0)::integer,
        coalesce(sum(f.calls_by_hour[19]), 0)::integer,
        coalesce(sum(f.calls_by_hour[20]), 0)::integer,
        coalesce(sum(f.calls_by_hour[21]), 0)::integer,
        coalesce(sum(f.calls_by_hour[22]), 0)::integer,
        coalesce(sum(f.calls_by_hour[23]), 0)::integer,
        coalesce(sum(f.calls_by_hour[24]), 0)::integer
    ] AS calls_by_hour,
    sum(f.duration_ms)::bigint AS duration_ms,
    sum(f.turns)::integer AS turns,
    sum(f.interruptions)::integer AS interruptions,
    sum(f.transfers)::integer AS transfers,
    sum(f.appointments)::integer AS appointments,
    sum(f.cost_micros)::bigint AS cost_micros,
    sum(f.price_micros)::bigint AS price_micros
FROM figures AS f
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
LIMIT %(limit)s

-- usage --
-- What was used by component.
-- cross-tenant: without a tenant the row policies keep it to the agency
SELECT
    u.component,
    u.provider,
    u.unit,
    u.currency,
    sum(u.quantity) AS quantity,
    sum(u.cost_micros)::bigint AS cost_micros,
    sum(u.price_micros)::bigint AS price_micros
FROM tenants AS t
JOIN usage_records AS u
    ON u.tenant_id = t.id
    AND u.measured_at >= %(first)s::date::timestamp AT TIME ZONE t.timezone
    AND u.measured_at < (%(last)s::date + 1)::timestamp AT TIME ZONE t.timezone
WHERE (%(tenant_id)s::uuid IS NULL OR t.id = %(tenant_id)s::uuid)
GROUP BY u.component, u.provider, u.unit, u.currency
ORDER BY u.component, u.provider, u.unit, u.currency

-- waits --
-- How long after the end of the caller's speech answers reached each mark.
-- cross-tenant: without a tenant the row policies keep it to the agency
SELECT
    m.key AS mark,
    count(*)::integer AS answers,
    percentile_cont(%(quantiles)s::double precision[])
        WITHIN GROUP (ORDER BY m.value::double precision) AS quantiles
FROM tenants AS t
JOIN transcript_turns AS u
    ON u.tenant_id = t.id
    AND u.started_at >= %(first)s::date::timestamp AT TIME ZONE t.timezone
    AND u.started_at < (%(last)s::date + 1)::timestamp AT TIME ZONE t.timezone
    AND u.role = 'agent'
CROSS JOIN LATERAL jsonb_each_text(u.marks) AS m
WHERE (%(tenant_id)s::uuid IS NULL OR t.id = %(tenant_id)s::uuid)
    AND m.key = ANY (%(marks)s::text[])
GROUP BY m.key

-- uncounted --
-- Tenants some of whose days are over and not counted; the last two counted ones are counted again.
-- cross-tenant: one job counts for all
SELECT
    t.id AS tenant_id,
    t.agency_id,
    t.timezone,
    coalesce(
        (SELECT max(a.day) - 1 FROM call_analytics AS a WHERE a.tenant_id = t.id),
        (
            SELECT min((c.initiated_at AT TIME ZONE t.timezone)::date)
            FROM calls AS c
            WHERE c.tenant_id = t.id
        ),
        (%(now)s::timestamptz AT TIME ZONE t.timezone)::date - 1
    ) AS first,
    (%(now)s::timestamptz AT TIME ZONE t.timezone)::date - 1 AS last
FROM tenants AS t
WHERE coalesce(
        (SELECT max(a.day) FROM call_analytics AS a WHERE a.tenant_id = t.id), '0001-01-01'
    ) < (%(now)s::timestamptz AT TIME ZONE t.timezone)::date - 1
ORDER BY t.id
LIMIT %(limit)s

-- hold --
-- Keep another counter of the same tenant waiting until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('analytics:' || %(tenant_id)s::text, 0))

-- forget --
-- Days that are counted anew.
DELETE FROM call_analytics
WHERE tenant_id = %(tenant_id)s
    AND day BETWEEN %(first)s AND %(last)s

-- count --
-- A tenant's calls by day and agent.
INSERT INTO call_analytics (
    tenant_id,
    agency_id,
    day,
    agent_id,
    currency,
    calls,
    calls_by_status,
    calls_by_hour,
    duration_ms,
    turns,
    interruptions,
    transfers,
    appointments,
    cost_micros,
    price_micros
)
SELECT
    %(tenant_id)s,
    %(agency_id)s,
    f.day,
    f.agent_id,
    f.currency,
    f.calls,
    f.calls_by_status,
    f.calls_by_hour,
    f.duration_ms,
    f.turns,
    f.interruptions,
    f.transfers,
    f.appointments,
    f.cost_micros,
    f.price_micros
FROM (
    SELECT
        (c.initiated_at AT TIME ZONE %(timezone)s::text)::date AS day,
        c.agent_id,
        c.currency,
        count(*)::integer AS calls,
        jsonb_build_object(
            'ringing', count(*) FILTER (WHERE c.status = 'ringing'),
            'in_progress', count(*) FILTER (WHERE c.status = 'in_progress'),
            'on_hold', count(*) FILTER (WHERE c.status = 'on_hold'),
            'transferring', count(*) FILTER (WHERE c.status = 'transferring'),
            'completed', count(*) FILTER (WHERE c.status = 'completed'),
            'transferred', count(*) FILTER (WHERE c.status = 'transferred'),
            'abandoned', count(*) FILTER (WHERE c.status = 'abandoned'),
            'refused', count(*) FILTER (WHERE c.status = 'refused'),
            'failed', count(*) FILTER (WHERE c.status = 'failed')
        ) AS calls_by_status,
        ARRAY[
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 0
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 1
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 2
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 3
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 4
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 5
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 6
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 7
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 8
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 9
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 10
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 11
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 12
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 13
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 14
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 15
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 16
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 17
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 18
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 19
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 20
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 21
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 22
            )::integer,
            count(*) FILTER (
                WHERE extract(HOUR FROM c.initiated_at AT TIME ZONE %(timezone)s::text) = 23
            )::integer
        ] AS calls_by_hour,
        coalesce(sum(c.duration_ms), 0)::bigint AS duration_ms,
        coalesce(sum(u.turns), 0)::integer AS turns,
        coalesce(sum(u.interruptions), 0)::integer AS interruptions,
        coalesce(sum(r.transfers), 0)::integer AS transfers,
        coalesce(sum(p.appointments), 0)::integer AS appointments,
        coalesce(sum(c.cost_micros), 0)::bigint AS cost_micros,
        coalesce(sum(c.price_micros), 0)::bigint AS price_micros
    FROM calls AS c
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS turns,
            count(*) FILTER (WHERE l.interrupted) AS interruptions
        FROM transcript_turns AS l
        WHERE l.tenant_id = c.tenant_id
            AND l.call_id = c.id
            AND l.started_at >= c.initiated_at - interval '1 hour'
            AND l.started_at < c.initiated_at + interval '1 day'
    ) AS u
    CROSS JOIN LATERAL (
        SELECT count(*) AS transfers
        FROM call_transfers AS l
        WHERE l.tenant_id = c.tenant_id
            AND l.call_id = c.id
    ) AS r
    CROSS JOIN LATERAL (
        SELECT count(*) AS appointments
        FROM appointments AS l
        WHERE l.tenant_id = c.tenant_id
            AND l.call_id = c.id
            AND l.status <> 'cancelled'
    ) AS p
    WHERE c.tenant_id = %(tenant_id)s
        AND c.initiated_at >= %(first)s::date::timestamp AT TIME ZONE %(timezone)s::text
        AND c.initiated_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(timezone)s::text
    GROUP BY 1, 2, 3
) AS f

-- note --
-- Days without calls are counted too.
INSERT INTO call_analytics (
    tenant_id,
    agency_id,
    day
)
SELECT
    %(tenant_id)s,
    %(agency_id)s,
    d::date
FROM generate_series(%(first)s::date::timestamp, %(last)s::date::timestamp, '1 day') AS d
ON CONFLICT ON CONSTRAINT uq_call_analytics_day DO NOTHING

-- days --
-- Counted days of a tenant that had calls, a currency at a time.
SELECT
    a.day,
    a.currency,
    sum(a.calls)::integer AS calls,
    sum(a.duration_ms)::bigint AS duration_ms,
    sum(a.price_micros)::bigint AS price_micros
FROM call_analytics AS a
WHERE a.tenant_id = %(tenant_id)s
    AND a.day BETWEEN %(first)s AND %(last)s
GROUP BY a.day, a.currency
HAVING sum(a.calls) > 0
ORDER BY a.day, a.currency
