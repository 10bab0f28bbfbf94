-- What is sold and what is owed (B3, B7, B9), whose carriers (G11), the figures of a day (B4).

CREATE TYPE subscription_status_enum AS ENUM ('trialing', 'active', 'past_due', 'cancelled');
CREATE TYPE invoice_status_enum AS ENUM ('draft', 'open', 'paid', 'void', 'uncollectible');
CREATE TYPE carrier_connection_status_enum AS ENUM ('active', 'expired', 'revoked');

CREATE TABLE plans (
    id uuid NOT NULL,
    code varchar(50) NOT NULL,
    name varchar(100) NOT NULL,
    description text NOT NULL DEFAULT '',
    monthly_fee_micros bigint NOT NULL,
    included_minutes integer NOT NULL DEFAULT 0,
    overage_micros bigint NOT NULL DEFAULT 0,
    currency char(3) NOT NULL DEFAULT 'USD',
    max_tenants integer,
    max_concurrent_calls integer,
    features text[] NOT NULL DEFAULT '{}',
    stripe_price_id varchar(255),
    is_public boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_plans PRIMARY KEY (id),
    CONSTRAINT ck_plans_code_format CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT ck_plans_amounts_positive CHECK (
        monthly_fee_micros >= 0 AND included_minutes >= 0 AND overage_micros >= 0
    )
);
CREATE UNIQUE INDEX uq_plans_code ON plans (code) WHERE deleted_at IS NULL;
COMMENT ON COLUMN plans.overage_micros IS 'For each minute beyond the included ones.';
COMMENT ON COLUMN plans.features IS 'What the plan opens; the rest answers BIZ_SUBSCRIPTION_REQUIRED.';
SELECT force_row_security('plans');
SELECT add_update_triggers('plans');
CREATE POLICY app ON plans FOR SELECT TO app USING (current_agency_id() IS NOT NULL);
GRANT SELECT ON plans TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plans TO platform;

CREATE TABLE subscriptions (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    plan_id uuid NOT NULL,
    status subscription_status_enum NOT NULL,
    current_period_starts_at timestamptz NOT NULL,
    current_period_ends_at timestamptz NOT NULL,
    cancel_at timestamptz,
    stripe_subscription_id varchar(255),
    provider_event_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_subscriptions PRIMARY KEY (id),
    CONSTRAINT fk_subscriptions_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_subscriptions_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_subscriptions_plans FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT ck_subscriptions_period CHECK (current_period_starts_at < current_period_ends_at)
);
CREATE UNIQUE INDEX uq_subscriptions_live ON subscriptions (agency_id, tenant_id)
NULLS NOT DISTINCT WHERE status <> 'cancelled';
CREATE UNIQUE INDEX uq_subscriptions_stripe_subscription_id
ON subscriptions (stripe_subscription_id);
COMMENT ON COLUMN subscriptions.tenant_id IS 'NULL is the agency''s own.';
COMMENT ON COLUMN subscriptions.provider_event_at IS
    'Of the event that this is as of: an older one that comes later changes nothing.';
SELECT add_tenant_wall('subscriptions', 'SELECT');

CREATE TABLE invoices (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    number varchar(50) NOT NULL,
    status invoice_status_enum NOT NULL DEFAULT 'draft',
    period_starts_at timestamptz NOT NULL,
    period_ends_at timestamptz NOT NULL,
    subtotal_micros bigint NOT NULL,
    tax_micros bigint NOT NULL DEFAULT 0,
    total_micros bigint NOT NULL,
    currency char(3) NOT NULL DEFAULT 'USD',
    lines jsonb NOT NULL DEFAULT '[]',
    stripe_invoice_id varchar(255),
    issued_at timestamptz,
    due_at timestamptz,
    paid_at timestamptz,
    provider_event_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_invoices PRIMARY KEY (id),
    CONSTRAINT uq_invoices_agency_id_number UNIQUE (agency_id, number),
    CONSTRAINT fk_invoices_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_invoices_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_invoices_total CHECK (total_micros = subtotal_micros + tax_micros)
);
CREATE UNIQUE INDEX uq_invoices_stripe_invoice_id ON invoices (stripe_invoice_id);
CREATE INDEX ix_invoices_agency_id_period ON invoices (agency_id, period_starts_at DESC);
SELECT add_tenant_wall('invoices', 'SELECT');

CREATE TABLE billing_events (
    id uuid NOT NULL,
    agency_id uuid,
    tenant_id uuid,
    provider varchar(50) NOT NULL,
    external_id varchar(255) NOT NULL,
    type varchar(100) NOT NULL,
    body jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_billing_events PRIMARY KEY (id),
    CONSTRAINT uq_billing_events_external UNIQUE (provider, external_id),
    CONSTRAINT fk_billing_events_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id)
);
CREATE INDEX ix_billing_events_agency_id_occurred_at ON billing_events (agency_id, occurred_at DESC);
SELECT add_tenant_wall('billing_events', 'SELECT, INSERT');

CREATE TABLE call_analytics (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    agent_id uuid,
    agency_id uuid NOT NULL,
    calls integer NOT NULL DEFAULT 0,
    calls_by_status jsonb NOT NULL DEFAULT '{}',
    calls_by_hour integer[] NOT NULL DEFAULT '{}',
    duration_ms bigint NOT NULL DEFAULT 0,
    turns integer NOT NULL DEFAULT 0,
    interruptions integer NOT NULL DEFAULT 0,
    transfers integer NOT NULL DEFAULT 0,
    appointments integer NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    price_micros bigint NOT NULL DEFAULT 0,
    currency char(3) NOT NULL DEFAULT 'USD',
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_call_analytics_day UNIQUE NULLS NOT DISTINCT (tenant_id, day, agent_id, currency),
    CONSTRAINT fk_call_analytics_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_call_analytics_agents FOREIGN KEY (agent_id, tenant_id)
        REFERENCES agents (id, tenant_id)
);
CREATE INDEX ix_call_analytics_agency_id_day ON call_analytics (agency_id, day);
COMMENT ON TABLE call_analytics IS 'A client''s figures for a day of its own zone, counted by a job.';
SELECT add_tenant_wall('call_analytics', 'SELECT');

CREATE TABLE carrier_connections (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    carrier carrier_enum NOT NULL,
    name varchar(100) NOT NULL,
    status carrier_connection_status_enum NOT NULL DEFAULT 'active',
    external_account_id varchar(255),
    provider_credential_id uuid,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_carrier_connections PRIMARY KEY (id),
    CONSTRAINT fk_carrier_connections_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_carrier_connections_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_carrier_connections_provider_credentials FOREIGN KEY (provider_credential_id)
        REFERENCES provider_credentials (id)
);
CREATE UNIQUE INDEX uq_carrier_connections_name ON carrier_connections (agency_id, carrier, name)
WHERE deleted_at IS NULL;
COMMENT ON TABLE carrier_connections IS
    'An agency''s account with a carrier (G11); numbers without one are on the platform''s.';
SELECT add_tenant_wall('carrier_connections', 'SELECT, INSERT, UPDATE');
ALTER TABLE phone_numbers
ADD COLUMN carrier_connection_id uuid,
ADD CONSTRAINT fk_phone_numbers_carrier_connections FOREIGN KEY (carrier_connection_id)
REFERENCES carrier_connections (id);
