-- Who may do what: custom roles, API keys, invitations; what is kept sealed; what is done once.

ALTER TABLE users ADD COLUMN claims_version integer NOT NULL DEFAULT 1;
COMMENT ON COLUMN users.claims_version IS
    'Grows when role, permissions, password or status change: older access tokens are refused.';

ALTER TABLE agencies
ADD COLUMN custom_domain varchar(255),
ADD COLUMN custom_domain_verified_at timestamptz,
ADD CONSTRAINT ck_agencies_custom_domain_format CHECK (
    custom_domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$'
);
CREATE UNIQUE INDEX uq_agencies_custom_domain ON agencies (custom_domain)
WHERE custom_domain IS NOT NULL AND deleted_at IS NULL;
COMMENT ON COLUMN agencies.custom_domain IS 'Lower case; its pages may call the API once verified.';
GRANT UPDATE (custom_domain) ON agencies TO app;

ALTER TABLE tenants
ADD COLUMN deletion_requested_at timestamptz,
ADD COLUMN purge_after timestamptz,
ADD COLUMN purged_at timestamptz,
ADD CONSTRAINT ck_tenants_purge CHECK ((deletion_requested_at IS NULL) = (purge_after IS NULL));
CREATE INDEX ix_tenants_purge_after ON tenants (purge_after)
WHERE purge_after IS NOT NULL AND purged_at IS NULL;
COMMENT ON COLUMN tenants.purge_after IS
    'End of the grace period of a deleted client: until then the deletion can be taken back.';
COMMENT ON COLUMN tenants.purged_at IS
    'When all that was kept of the client was destroyed; the empty row stays for the agency''s bills.';

CREATE TABLE permissions (
    code varchar(100) NOT NULL,
    CONSTRAINT pk_permissions PRIMARY KEY (code),
    CONSTRAINT ck_permissions_code_format CHECK (code ~ '^[a-z_]+\.[a-z_]+$')
);
COMMENT ON TABLE permissions IS 'aiconnected.auth.permissions.Permission, for foreign keys.';
GRANT SELECT ON permissions TO app, platform;
INSERT INTO permissions (code) VALUES
('agencies.view'), ('agencies.create'), ('agencies.edit'), ('agencies.delete'),
('tenants.view'), ('tenants.create'), ('tenants.edit'), ('tenants.delete'), ('tenants.export'),
('phone_numbers.view'), ('phone_numbers.provision'), ('phone_numbers.configure'),
('phone_numbers.release'),
('calls.view'), ('calls.listen'), ('calls.export'), ('calls.delete'), ('calls.control'),
('calls.create'), ('calls.supervise'),
('recordings.delete'),
('knowledge.view'), ('knowledge.create'), ('knowledge.edit'), ('knowledge.delete'),
('analytics.view'), ('analytics.export'), ('analytics.advanced'),
('users.view'), ('users.create'), ('users.edit'), ('users.delete'),
('roles.view'), ('roles.manage'),
('settings.view'), ('settings.edit'),
('billing.view'), ('billing.manage'), ('pricing.manage'),
('agents.view'), ('agents.edit'), ('agents.publish'), ('agents.delete'),
('functions.view'), ('functions.edit'), ('functions.delete'),
('webhooks.view'), ('webhooks.manage'),
('api_keys.view'), ('api_keys.manage'),
('credentials.view'), ('credentials.manage'),
('carrier_connections.view'), ('carrier_connections.manage'),
('audit.view'), ('audit.export'),
('support_grants.view'), ('support_grants.create'), ('support_grants.end'),
('events.view'), ('events.replay');

CREATE TABLE roles (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    name varchar(100) NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_roles PRIMARY KEY (id),
    CONSTRAINT uq_roles_id_agency_id UNIQUE (id, agency_id),
    CONSTRAINT fk_roles_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_roles_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE UNIQUE INDEX uq_roles_name ON roles (agency_id, tenant_id, name)
NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE roles IS
    'Roles that agencies and clients make themselves: permissions beyond those of the five roles.';
COMMENT ON COLUMN roles.tenant_id IS 'NULL is for the agency''s own people.';
SELECT add_tenant_wall('roles', 'SELECT, INSERT, UPDATE');

CREATE TABLE role_permissions (
    role_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    permission_code varchar(100) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_role_permissions PRIMARY KEY (role_id, permission_code),
    CONSTRAINT fk_role_permissions_roles FOREIGN KEY (role_id, agency_id)
        REFERENCES roles (id, agency_id) ON DELETE CASCADE,
    CONSTRAINT fk_role_permissions_permissions FOREIGN KEY (permission_code)
        REFERENCES permissions (code)
);
SELECT add_tenant_wall('role_permissions', 'SELECT, INSERT, DELETE');

ALTER TABLE users ADD CONSTRAINT uq_users_id_agency_id UNIQUE (id, agency_id);

CREATE TABLE user_roles (
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_user_roles PRIMARY KEY (user_id, role_id),
    CONSTRAINT fk_user_roles_users FOREIGN KEY (user_id, agency_id)
        REFERENCES users (id, agency_id) ON DELETE CASCADE,
    CONSTRAINT fk_user_roles_roles FOREIGN KEY (role_id, agency_id)
        REFERENCES roles (id, agency_id) ON DELETE CASCADE
);
CREATE INDEX ix_user_roles_role_id ON user_roles (role_id);
COMMENT ON COLUMN user_roles.tenant_id IS 'The user''s own; NULL for the agency''s people.';
SELECT add_tenant_wall('user_roles', 'SELECT, INSERT, DELETE');

CREATE TABLE api_keys (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    name varchar(100) NOT NULL,
    prefix varchar(20) NOT NULL,
    key_hash bytea NOT NULL,
    permissions text[] NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    last_used_ip varchar(45),
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT fk_api_keys_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_api_keys_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash)
);
CREATE INDEX ix_api_keys_agency_id_tenant_id ON api_keys (agency_id, tenant_id);
COMMENT ON COLUMN api_keys.key_hash IS 'SHA-256 of the key, which is random and shown once.';
COMMENT ON COLUMN api_keys.prefix IS 'The key''s first characters, to tell keys apart.';
COMMENT ON COLUMN api_keys.tenant_id IS 'NULL reaches all clients of the agency.';
SELECT add_tenant_wall('api_keys', 'SELECT, INSERT, UPDATE');

CREATE TABLE invitations (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    email varchar(255) NOT NULL,
    role user_role_enum NOT NULL,
    token_hash bytea,
    expires_at timestamptz NOT NULL,
    sent_at timestamptz,
    accepted_at timestamptz,
    revoked_at timestamptz,
    user_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT fk_invitations_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_invitations_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_invitations_users FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_invitations_email_format CHECK (email = lower(email)),
    CONSTRAINT ck_invitations_role_scope CHECK (
        CASE
            WHEN role IN ('agency_admin', 'agency_user') THEN tenant_id IS NULL
            WHEN role IN ('tenant_admin', 'tenant_user') THEN tenant_id IS NOT NULL
            ELSE false
        END
    )
);
CREATE UNIQUE INDEX uq_invitations_token_hash ON invitations (token_hash);
CREATE UNIQUE INDEX uq_invitations_open ON invitations (agency_id, tenant_id, email)
NULLS NOT DISTINCT WHERE accepted_at IS NULL AND revoked_at IS NULL;
COMMENT ON COLUMN invitations.token_hash IS
    'SHA-256 of the token that was mailed; NULL until the mail has left.';
SELECT add_tenant_wall('invitations', 'SELECT, INSERT, UPDATE');

CREATE TABLE provider_credentials (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    provider varchar(50) NOT NULL,
    name varchar(100) NOT NULL,
    sealed bytea NOT NULL,
    hint varchar(20) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_provider_credentials PRIMARY KEY (id),
    CONSTRAINT fk_provider_credentials_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_provider_credentials_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE UNIQUE INDEX uq_provider_credentials_name
ON provider_credentials (agency_id, tenant_id, provider, name)
NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON COLUMN provider_credentials.sealed IS
    'Envelope of aiconnected.sealing: data key under KMS, content under AES-256-GCM.';
COMMENT ON COLUMN provider_credentials.hint IS 'The secret''s last four characters.';
SELECT add_tenant_wall('provider_credentials', 'SELECT, INSERT, UPDATE');

CREATE TABLE idempotency_keys (
    actor_id uuid NOT NULL,
    key varchar(255) NOT NULL,
    agency_id uuid,
    tenant_id uuid,
    route varchar(255) NOT NULL,
    request_sha256 bytea NOT NULL,
    begun_at timestamptz NOT NULL,
    answered_at timestamptz,
    status smallint,
    sealed_answer bytea,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (actor_id, key),
    CONSTRAINT ck_idempotency_keys_answered CHECK (
        (answered_at IS NULL) = (status IS NULL) AND (status IS NULL) = (sealed_answer IS NULL)
    )
);
CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at);
COMMENT ON COLUMN idempotency_keys.sealed_answer IS
    'Headers and body of the answer, sealed: some answers show a secret once.';
SELECT force_row_security('idempotency_keys');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO platform;

CREATE TYPE export_status_enum AS ENUM ('pending', 'running', 'ready', 'failed', 'expired');
CREATE TABLE exports (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    status export_status_enum NOT NULL DEFAULT 'pending',
    bucket varchar(255),
    object_key varchar(500),
    size_bytes bigint,
    failure_code varchar(100),
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_exports PRIMARY KEY (id),
    CONSTRAINT fk_exports_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_exports_ready CHECK (status <> 'ready' OR object_key IS NOT NULL),
    CONSTRAINT ck_exports_object CHECK ((bucket IS NULL) = (object_key IS NULL))
);
CREATE INDEX ix_exports_tenant_id_created_at ON exports (tenant_id, created_at DESC);
COMMENT ON TABLE exports IS 'All that is kept of a client, as one ZIP of JSON and audio.';
SELECT add_tenant_wall('exports', 'SELECT, INSERT, UPDATE');

CREATE TABLE support_grants (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    user_id uuid NOT NULL,
    user_email varchar(255) NOT NULL,
    reason varchar(500) NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_support_grants PRIMARY KEY (id),
    CONSTRAINT ck_support_grants_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT fk_support_grants_users FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_support_grants_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_support_grants_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE INDEX ix_support_grants_agency_id ON support_grants (agency_id, created_at DESC);
CREATE INDEX ix_support_grants_user_id ON support_grants (user_id);
COMMENT ON TABLE support_grants IS
    'Somebody of the platform inside an agency''s view, for a while and with a reason (T8).';
COMMENT ON COLUMN support_grants.user_email IS
    'As it was: the agency is told who it is, and cannot see the platform''s users.';
SELECT add_tenant_wall('support_grants', 'SELECT');
GRANT UPDATE (ended_at, ended_by, updated_at) ON support_grants TO app;

CREATE TYPE import_status_enum AS ENUM ('uploading', 'pending', 'running', 'done', 'failed');
CREATE TABLE imports (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    made_tenant_id uuid,
    status import_status_enum NOT NULL DEFAULT 'uploading',
    slug varchar(100),
    bucket varchar(255) NOT NULL,
    object_key varchar(500) NOT NULL,
    size_bytes bigint NOT NULL,
    failure_code varchar(100),
    failure_reason varchar(500),
    started_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT fk_imports_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_imports_tenants FOREIGN KEY (made_tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_imports_done CHECK ((status = 'done') = (made_tenant_id IS NOT NULL))
);
CREATE INDEX ix_imports_agency_id_created_at ON imports (agency_id, created_at DESC);
COMMENT ON TABLE imports IS 'Exports that are brought to an agency, each to become a client of it.';
COMMENT ON COLUMN imports.slug IS 'Of the client that is to be made; NULL is the export''s own.';
SELECT force_row_security('imports');
SELECT add_update_triggers('imports');
CREATE POLICY app ON imports TO app USING (
    agency_id = current_agency_id() AND current_tenant_id() IS NULL
);
GRANT SELECT, INSERT, UPDATE ON imports TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON imports TO platform;
