-- Agencies (resellers), tenants (their clients), users and their refresh tokens (PRD 6.1-6.3, 14).

CREATE TYPE agency_status_enum AS ENUM ('active', 'suspended', 'cancelled');
CREATE TYPE tenant_status_enum AS ENUM ('active', 'suspended', 'cancelled');
CREATE TYPE user_role_enum AS ENUM (
    'platform_admin', 'agency_admin', 'agency_user', 'tenant_admin', 'tenant_user'
);
CREATE TYPE user_status_enum AS ENUM ('invited', 'active', 'suspended');

CREATE TABLE agencies (
    id uuid NOT NULL,
    name varchar(255) NOT NULL,
    slug varchar(100) NOT NULL,
    contact_name varchar(255),
    contact_email varchar(255) NOT NULL,
    contact_phone varchar(50),
    address_line1 varchar(255),
    address_line2 varchar(255),
    address_city varchar(100),
    address_state varchar(100),
    address_postal_code varchar(20),
    address_country char(2),
    company_name varchar(255),
    tax_id varchar(50),
    status agency_status_enum NOT NULL DEFAULT 'active',
    is_verified boolean NOT NULL DEFAULT false,
    max_tenants integer NOT NULL,
    max_concurrent_calls integer NOT NULL,
    billing_email varchar(255),
    billing_plan varchar(50) NOT NULL,
    stripe_customer_id varchar(255),
    branding jsonb NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT pk_agencies PRIMARY KEY (id),
    CONSTRAINT ck_agencies_slug_format CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT ck_agencies_max_tenants_positive CHECK (max_tenants > 0),
    CONSTRAINT ck_agencies_max_concurrent_calls_positive CHECK (max_concurrent_calls > 0)
);
CREATE UNIQUE INDEX uq_agencies_slug ON agencies (slug) WHERE deleted_at IS NULL;
COMMENT ON COLUMN agencies.branding IS 'White label: name, logo, colours, support contact, sender.';

SELECT force_row_security('agencies');
SELECT add_update_triggers('agencies');
CREATE POLICY app ON agencies TO app USING (id = current_agency_id());
-- Slug, status, verification, billing plan and quotas are the platform's (T10).
GRANT SELECT, UPDATE (
    name, contact_name, contact_email, contact_phone, address_line1, address_line2, address_city,
    address_state, address_postal_code, address_country, company_name, tax_id, billing_email,
    branding, settings
) ON agencies TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON agencies TO platform;

CREATE TABLE tenants (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    slug varchar(100) NOT NULL,
    business_type varchar(100),
    timezone varchar(50) NOT NULL,
    contact_name varchar(255),
    contact_email varchar(255),
    contact_phone varchar(50),
    address_line1 varchar(255),
    address_line2 varchar(255),
    address_city varchar(100),
    address_state varchar(100),
    address_postal_code varchar(20),
    address_country char(2),
    website_url varchar(500),
    transfer_number varchar(20),
    status tenant_status_enum NOT NULL DEFAULT 'active',
    max_concurrent_calls integer NOT NULL,
    max_monthly_minutes integer,
    settings jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT pk_tenants PRIMARY KEY (id),
    CONSTRAINT fk_tenants_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    -- What every tenant-owned row refers to: its tenant cannot be of another agency.
    CONSTRAINT uq_tenants_id_agency_id UNIQUE (id, agency_id),
    CONSTRAINT ck_tenants_slug_format CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT ck_tenants_max_concurrent_calls_positive CHECK (max_concurrent_calls > 0),
    CONSTRAINT ck_tenants_max_monthly_minutes_positive CHECK (max_monthly_minutes > 0),
    CONSTRAINT ck_tenants_transfer_number_format CHECK (transfer_number ~ '^\+[1-9][0-9]{6,14}$')
);
CREATE UNIQUE INDEX uq_tenants_agency_id_slug ON tenants (agency_id, slug) WHERE deleted_at IS NULL;
COMMENT ON COLUMN tenants.timezone IS 'IANA name, such as America/New_York.';
COMMENT ON COLUMN tenants.transfer_number IS
    'The client''s own telephone, E.164: where transfers and refused or failed calls go.';
COMMENT ON COLUMN tenants.max_monthly_minutes IS 'NULL is unlimited.';

SELECT force_row_security('tenants');
SELECT add_update_triggers('tenants');
CREATE POLICY app ON tenants TO app USING (
    agency_id = (SELECT current_agency_id())
    AND CASE
        WHEN (SELECT current_tenant_id()) IS NULL THEN true
        ELSE id = (SELECT current_tenant_id())
    END
);
GRANT SELECT, INSERT, UPDATE ON tenants TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO platform;

CREATE TABLE users (
    id uuid NOT NULL,
    agency_id uuid,
    tenant_id uuid,
    email varchar(255) NOT NULL,
    password_hash varchar(255),
    first_name varchar(100) NOT NULL DEFAULT '',
    last_name varchar(100) NOT NULL DEFAULT '',
    phone varchar(50),
    avatar_url varchar(500),
    role user_role_enum NOT NULL,
    status user_status_enum NOT NULL DEFAULT 'invited',
    is_verified boolean NOT NULL DEFAULT false,
    last_login_at timestamptz,
    last_login_ip varchar(45),
    failed_login_attempts integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    password_reset_token_hash bytea,
    password_reset_expires_at timestamptz,
    email_verification_token_hash bytea,
    email_verification_expires_at timestamptz,
    preferences jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT fk_users_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_users_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_users_email_format CHECK (
        email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'
    ),
    CONSTRAINT ck_users_role_scope CHECK (
        CASE
            WHEN role = 'platform_admin' THEN agency_id IS NULL AND tenant_id IS NULL
            WHEN role IN ('agency_admin', 'agency_user')
                THEN agency_id IS NOT NULL AND tenant_id IS NULL
            ELSE agency_id IS NOT NULL AND tenant_id IS NOT NULL
        END
    )
);
CREATE UNIQUE INDEX uq_users_email ON users (email) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_users_password_reset_token_hash ON users (password_reset_token_hash);
CREATE UNIQUE INDEX uq_users_email_verification_token_hash ON users (email_verification_token_hash);
CREATE INDEX ix_users_agency_id_tenant_id ON users (agency_id, tenant_id);
COMMENT ON COLUMN users.agency_id IS
    'Set for tenant users too: it is their wall. NULL for platform admins only.';
COMMENT ON COLUMN users.email IS 'Lower case.';
COMMENT ON COLUMN users.password_hash IS 'Argon2id in PHC string format; NULL until first set.';
COMMENT ON COLUMN users.password_reset_token_hash IS 'SHA-256 of the token that was mailed.';
COMMENT ON COLUMN users.email_verification_token_hash IS 'SHA-256 of the token that was mailed.';

SELECT add_tenant_wall('users', 'SELECT, INSERT, UPDATE');

CREATE TABLE refresh_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    family_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    ip varchar(45),
    user_agent varchar(500),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (id),
    CONSTRAINT fk_refresh_tokens_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_refresh_tokens_token_hash UNIQUE (token_hash)
);
CREATE INDEX ix_refresh_tokens_user_id ON refresh_tokens (user_id);
CREATE INDEX ix_refresh_tokens_family_id ON refresh_tokens (family_id);
COMMENT ON COLUMN refresh_tokens.token_hash IS 'SHA-256 of the opaque token.';
COMMENT ON COLUMN refresh_tokens.family_id IS
    'One login; a token used twice revokes its whole family.';
COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was exchanged for its successor.';

SELECT force_row_security('refresh_tokens');
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO platform;
