-- rates_in_force --
-- Every rate that an agency's records of one component may take at a moment.
-- cross-tenant: rates belong to the platform or to an agency
SELECT
    r.id,
    r.kind,
    r.component,
    r.provider,
    r.model,
    r.unit,
    r.micros,
    r.per,
    r.currency,
    r.valid_from,
    r.agency_id
FROM rates AS r
WHERE (r.agency_id IS NULL OR r.agency_id = %(agency_id)s)
    AND r.component = %(component)s
    AND r.valid_from <= %(at)s

-- insert_usage_record --
-- Keep one measurement with its price; the same one again changes nothing.
INSERT INTO usage_records (
    id,
    agency_id,
    tenant_id,
    call_id,
    document_id,
    component,
    provider,
    model,
    unit,
    quantity,
    ref,
    cost_micros,
    price_micros,
    currency,
    cost_rate_id,
    price_rate_id,
    measured_at
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(call_id)s,
    %(document_id)s,
    %(component)s,
    %(provider)s,
    %(model)s,
    %(unit)s,
    %(quantity)s,
    %(ref)s,
    %(cost_micros)s,
    %(price_micros)s,
    %(currency)s,
    %(cost_rate_id)s,
    %(price_rate_id)s,
    %(measured_at)s
)
ON CONFLICT (call_id, document_id, component, ref, measured_at) DO NOTHING

-- components_of_call --
-- What a call used, summed by component and unit.
SELECT
    u.component,
    u.unit,
    u.currency,
    sum(u.quantity) AS quantity,
    sum(u.cost_micros)::bigint AS cost_micros,
    sum(u.price_micros)::bigint AS price_micros,
    bool_and(u.cost_rate_id IS NOT NULL) AS rated
FROM usage_records AS u
WHERE u.tenant_id = %(tenant_id)s
    AND u.call_id = %(call_id)s
GROUP BY u.component, u.unit, u.currency
ORDER BY u.component, u.unit

-- insert_rate --
-- Add a version to the price book; the same version again changes nothing.
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
ON CONFLICT ON CONSTRAINT uq_rates_version DO NOTHING
