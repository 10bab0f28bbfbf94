-- plans --
-- Plans as they are listed: all for the platform, else what is offered and what one has.
-- cross-tenant: plans are the platform's; the row policies keep subscriptions to the scope
SELECT
    p.id,
    p.code,
    p.name,
    p.description,
    p.monthly_fee_micros,
    p.included_minutes,
    p.overage_micros,
    p.currency,
    p.max_tenants,
    p.max_concurrent_calls,
    p.features,
    p.stripe_price_id,
    p.is_public,
    p.created_at,
    p.updated_at
FROM plans AS p
WHERE p.deleted_at IS NULL
    AND (
        %(all)s
        OR p.is_public
        OR EXISTS (SELECT FROM subscriptions AS s WHERE s.plan_id = p.id)
    )
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- plan --
-- One plan: any for the platform, else one that is offered or that one has.
-- cross-tenant: plans are the platform's; the row policies keep subscriptions to the scope
SELECT
    p.id,
    p.code,
    p.name,
    p.description,
    p.monthly_fee_micros,
    p.included_minutes,
    p.overage_micros,
    p.currency,
    p.max_tenants,
    p.max_concurrent_calls,
    p.features,
    p.stripe_price_id,
    p.is_public,
    p.created_at,
    p.updated_at
FROM plans AS p
WHERE p.id = %(plan_id)s
    AND p.deleted_at IS NULL
    AND (
        %(all)s
        OR p.is_public
        OR EXISTS (SELECT FROM subscriptions AS s WHERE s.plan_id = p.id)
    )

-- lock_plan --
-- One plan, kept from other writers until the transaction ends.
-- cross-tenant: plans are the platform's
SELECT
    p.id,
    p.code,
    p.name,
    p.description,
    p.monthly_fee_micros,
    p.included_minutes,
    p.overage_micros,
    p.currency,
    p.max_tenants,
    p.max_concurrent_calls,
    p.features,
    p.stripe_price_id,
    p.is_public,
    p.created_at,
    p.updated_at
FROM plans AS p
WHERE p.id = %(plan_id)s
    AND p.deleted_at IS NULL
FOR UPDATE

-- insert_plan --
-- Add a plan.
-- cross-tenant: plans are the platform's
INSERT INTO plans (
    id,
    code,
    name,
    description,
    monthly_fee_micros,
    included_minutes,
    overage_micros,
    currency,
    max_tenants,
    max_concurrent_calls,
    features,
    stripe_price_id,
    is_public
)
VALUES (
    %(id)s,
    %(code)s,
    %(name)s,
    %(description)s,
    %(monthly_fee_micros)s,
    %(included_minutes)s,
    %(overage_micros)s,
    %(currency)s,
    %(max_tenants)s,
    %(max_concurrent_calls)s,
    %(features)s,
    %(stripe_price_id)s,
    %(is_public)s
)

-- change_plan --
-- Set columns of a plan.
-- cross-tenant: plans are the platform's
UPDATE plans
SET /* changes */ id = id
WHERE id = %(plan_id)s
    AND deleted_at IS NULL

-- plan_in_use --
-- Whether somebody is subscribed to a plan.
-- cross-tenant: subscriptions of all
SELECT EXISTS (
    SELECT FROM subscriptions AS s
    WHERE s.plan_id = %(plan_id)s
        AND s.status <> 'cancelled'
)

-- delete_plan --
-- Mark a plan as deleted.
-- cross-tenant: plans are the platform's
UPDATE plans
SET deleted_at = %(now)s
WHERE id = %(plan_id)s
    AND deleted_at IS NULL

-- plan_by_price --
-- The plan that is sold under a price of the payment provider's.
-- cross-tenant: plans are the platform's
SELECT p.id
FROM plans AS p
WHERE p.stripe_price_id = %(price_id)s
    AND p.deleted_at IS NULL
ORDER BY p.created_at DESC
LIMIT 1

-- rates --
-- The price book as it is listed; who is not the platform sees prices, not costs.
-- cross-tenant: rates belong to the platform or to an agency
SELECT
    r.id,
    r.agency_id,
    r.kind,
    r.component,
    r.provider,
    r.model,
    r.unit,
    r.micros,
    r.per,
    r.currency,
    r.valid_from,
    r.source,
    r.created_at
FROM rates AS r
WHERE (%(costs)s OR r.kind = 'price')
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- rate --
-- One line of the price book.
-- cross-tenant: rates belong to the platform or to an agency
SELECT
    r.id,
    r.agency_id,
    r.kind,
    r.component,
    r.provider,
    r.model,
    r.unit,
    r.micros,
    r.per,
    r.currency,
    r.valid_from,
    r.source,
    r.created_at
FROM rates AS r
WHERE r.id = %(rate_id)s
    AND (%(costs)s OR r.kind = 'price')

-- insert_rate --
-- Add a line to the price book.
-- cross-tenant: rates belong to the platform or to an agency
INSERT INTO rates (
    id,
    agency_id,
    kind,
    component,
    provider,
    model,
    unit,
    micros,
    per,
    currency,
    valid_from,
    source
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(kind)s,
    %(component)s,
    %(provider)s,
    %(model)s,
    %(unit)s,
    %(micros)s,
    %(per)s,
    %(currency)s,
    %(valid_from)s,
    %(source)s
)

-- delete_rate --
-- Take back a line that has not come into force; no row when it has.
-- cross-tenant: rates belong to the platform or to an agency
DELETE FROM rates
WHERE id = %(rate_id)s
    AND valid_from > %(now)s

-- subscriptions --
-- Subscriptions as they are listed.
-- cross-tenant: an agency sees its own and its clients'; the row policies keep it to the scope
SELECT
    s.id,
    s.agency_id,
    s.tenant_id,
    s.plan_id,
    s.status,
    s.current_period_starts_at,
    s.current_period_ends_at,
    s.cancel_at,
    s.created_at,
    s.updated_at
FROM subscriptions AS s
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- subscription --
-- One subscription.
-- cross-tenant: an agency sees its own and its clients'; the row policies keep it to the scope
SELECT
    s.id,
    s.agency_id,
    s.tenant_id,
    s.plan_id,
    s.status,
    s.current_period_starts_at,
    s.current_period_ends_at,
    s.cancel_at,
    s.created_at,
    s.updated_at
FROM subscriptions AS s
WHERE s.id = %(subscription_id)s

-- invoices --
-- Invoices as they are listed.
-- cross-tenant: an agency sees its own and its clients'; the row policies keep it to the scope
SELECT
    i.id,
    i.agency_id,
    i.tenant_id,
    i.number,
    i.status,
    i.period_starts_at,
    i.period_ends_at,
    i.subtotal_micros,
    i.tax_micros,
    i.total_micros,
    i.currency,
    i.lines,
    i.issued_at,
    i.due_at,
    i.paid_at,
    i.created_at,
    i.updated_at
FROM invoices AS i
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- invoice --
-- One invoice.
-- cross-tenant: an agency sees its own and its clients'; the row policies keep it to the scope
SELECT
    i.id,
    i.agency_id,
    i.tenant_id,
    i.number,
    i.status,
    i.period_starts_at,
    i.period_ends_at,
    i.subtotal_micros,
    i.tax_micros,
    i.total_micros,
    i.currency,
    i.lines,
    i.issued_at,
    i.due_at,
    i.paid_at,
    i.created_at,
    i.updated_at
FROM invoices AS i
WHERE i.id = %(invoice_id)s

-- billing_events --
-- What payment providers said, as it is listed.
-- cross-tenant: an agency sees its own and its clients'; the row policies keep it to the scope
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.provider,
    b.external_id,
    b.type,
    b.body,
    b.occurred_at
FROM billing_events AS b
WHERE /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- billing_event --
-- One thing that a payment provider said.
-- cross-tenant: an agency sees its own and its clients'; the row policies keep it to the scope
SELECT
    b.id,
    b.agency_id,
    b.tenant_id,
    b.provider,
    b.external_id,
    b.type,
    b.body,
    b.occurred_at
FROM billing_events AS b
WHERE b.id = %(billing_event_id)s

-- insert_billing_event --
-- Keep what a payment provider said; the same again changes nothing.
INSERT INTO billing_events (
    id,
    agency_id,
    tenant_id,
    provider,
    external_id,
    type,
    body,
    occurred_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(provider)s,
    %(external_id)s,
    %(type)s,
    %(body)s,
    %(occurred_at)s
)
ON CONFLICT (provider, external_id) DO NOTHING

-- keep_subscription --
-- A subscription as of an event; an older event changes nothing, and of one second the later state wins.
INSERT INTO subscriptions (
    id,
    agency_id,
    tenant_id,
    plan_id,
    status,
    current_period_starts_at,
    current_period_ends_at,
    cancel_at,
    stripe_subscription_id,
    provider_event_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(plan_id)s,
    %(status)s,
    %(starts_at)s,
    %(ends_at)s,
    %(cancel_at)s,
    %(stripe_id)s,
    %(as_of)s
)
ON CONFLICT (stripe_subscription_id) DO UPDATE
SET
    plan_id = excluded.plan_id,
    status = excluded.status,
    current_period_starts_at = excluded.current_period_starts_at,
    current_period_ends_at = excluded.current_period_ends_at,
    cancel_at = excluded.cancel_at,
    provider_event_at = excluded.provider_event_at
WHERE subscriptions.provider_event_at IS NULL
    OR subscriptions.provider_event_at < excluded.provider_event_at
    OR (
        subscriptions.provider_event_at = excluded.provider_event_at
        AND array_position(ARRAY['past_due', 'trialing', 'active', 'cancelled'], subscriptions.status::text)
        <= array_position(ARRAY['past_due', 'trialing', 'active', 'cancelled'], excluded.status::text)
    )

-- keep_invoice --
-- An invoice as of an event; an older event changes nothing, and of one second the later state wins.
INSERT INTO invoices (
    id,
    agency_id,
    tenant_id,
    number,
    status,
    period_starts_at,
    period_ends_at,
    subtotal_micros,
    tax_micros,
    total_micros,
    currency,
    lines,
    stripe_invoice_id,
    issued_at,
    due_at,
    paid_at,
    provider_event_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(number)s,
    %(status)s,
    %(starts_at)s,
    %(ends_at)s,
    %(subtotal_micros)s,
    %(tax_micros)s,
    %(total_micros)s,
    %(currency)s,
    %(lines)s::jsonb,
    %(stripe_id)s,
    %(issued_at)s,
    %(due_at)s,
    %(paid_at)s,
    %(as_of)s
)
ON CONFLICT (stripe_invoice_id) DO UPDATE
SET
    number = excluded.number,
    status = excluded.status,
    period_starts_at = excluded.period_starts_at,
    period_ends_at = excluded.period_ends_at,
    subtotal_micros = excluded.subtotal_micros,
    tax_micros = excluded.tax_micros,
    total_micros = excluded.total_micros,
    currency = excluded.currency,
    lines = excluded.lines,
    issued_at = excluded.issued_at,
    due_at = excluded.due_at,
    paid_at = excluded.paid_at,
    provider_event_at = excluded.provider_event_at
WHERE invoices.provider_event_at IS NULL
    OR invoices.provider_event_at < excluded.provider_event_at
    OR (
        invoices.provider_event_at = excluded.provider_event_at
        AND array_position(ARRAY['draft', 'open', 'uncollectible', 'void', 'paid'], invoices.status::text)
        <= array_position(ARRAY['draft', 'open', 'uncollectible', 'void', 'paid'], excluded.status::text)
    )

-- delete_draft --
-- Remove an invoice that was never issued.
-- cross-tenant: the payment provider knows it by its own id
DELETE FROM invoices
WHERE stripe_invoice_id = %(stripe_id)s
    AND status = 'draft'

-- minutes --
-- A client's month that holds a moment; no row for a client whose minutes are not limited.
SELECT
    month.begins::date AS begins,
    t.max_monthly_minutes AS allowed,
    (
        SELECT coalesce(sum(c.duration_ms), 0)::bigint
        FROM calls AS c
        WHERE c.tenant_id = t.id
            AND c.initiated_at >= month.begins AT TIME ZONE t.timezone
            AND c.initiated_at < (month.begins + interval '1 month') AT TIME ZONE t.timezone
    ) AS spent_ms
FROM tenants AS t
CROSS JOIN LATERAL (
    SELECT date_trunc('month', %(at)s::timestamptz AT TIME ZONE t.timezone) AS begins
) AS month
WHERE t.id = %(tenant_id)s
    AND t.max_monthly_minutes IS NOT NULL

-- features --
-- What the plan opens that counts for an agency or a client of it; no features without a plan.
SELECT coalesce(
    (
        SELECT p.features
        FROM subscriptions AS s
        JOIN plans AS p ON p.id = s.plan_id
        WHERE s.agency_id = a.id
            AND s.tenant_id = %(tenant_id)s::uuid
            AND s.status <> 'cancelled'
    ),
    (
        SELECT p.features
        FROM subscriptions AS s
        JOIN plans AS p ON p.id = s.plan_id
        WHERE s.agency_id = a.id
            AND s.tenant_id IS NULL
            AND s.status <> 'cancelled'
    ),
    (SELECT p.features FROM plans AS p WHERE p.code = a.billing_plan AND p.deleted_at IS NULL)
) AS features
FROM agencies AS a
WHERE a.id = %(agency_id)s
