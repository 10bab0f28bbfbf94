-- What answers a call: agents, their versions and parts, hours, and the numbers that lead to them.

CREATE TYPE agent_status_enum AS ENUM ('active', 'paused');
CREATE TYPE agent_version_status_enum AS ENUM ('draft', 'published', 'archived');
CREATE TYPE greeting_kind_enum AS ENUM (
    'open', 'after_hours', 'holiday', 'filler', 'still_there', 'apology', 'handover', 'farewell'
);
CREATE TYPE carrier_enum AS ENUM ('twilio', 'goto', 'ringcentral', 'browser');
CREATE TYPE phone_number_status_enum AS ENUM ('ordered', 'active', 'suspended', 'released');

CREATE TABLE system_prompts (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    description text NOT NULL DEFAULT '',
    category varchar(100) NOT NULL DEFAULT 'general',
    content text NOT NULL,
    variables jsonb NOT NULL DEFAULT '{}',
    is_default boolean NOT NULL DEFAULT false,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_system_prompts PRIMARY KEY (id),
    CONSTRAINT uq_system_prompts_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_system_prompts_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE UNIQUE INDEX uq_system_prompts_tenant_id_name ON system_prompts (tenant_id, name)
WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_system_prompts_tenant_id_default ON system_prompts (tenant_id)
WHERE is_default AND deleted_at IS NULL;
COMMENT ON COLUMN system_prompts.content IS 'Template; {{name}} stands for a variable.';
COMMENT ON COLUMN system_prompts.variables IS 'Values of the template''s own variables by name.';
SELECT add_tenant_wall('system_prompts', 'SELECT, INSERT, UPDATE');

CREATE TABLE voice_configurations (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    provider varchar(50) NOT NULL,
    model varchar(100) NOT NULL,
    speaking_rate numeric(4, 2) NOT NULL DEFAULT 1.0,
    settings jsonb NOT NULL DEFAULT '{}',
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_voice_configurations PRIMARY KEY (id),
    CONSTRAINT uq_voice_configurations_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_voice_configurations_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_voice_configurations_speaking_rate CHECK (speaking_rate BETWEEN 0.5 AND 2.0)
);
CREATE UNIQUE INDEX uq_voice_configurations_tenant_id_name ON voice_configurations (tenant_id, name)
WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_voice_configurations_tenant_id_default ON voice_configurations (tenant_id)
WHERE is_default AND deleted_at IS NULL;
COMMENT ON COLUMN voice_configurations.model IS 'The provider''s own name of model and voice.';
SELECT add_tenant_wall('voice_configurations', 'SELECT, INSERT, UPDATE');

CREATE TABLE agent_personalities (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    persona text NOT NULL,
    disclosure text NOT NULL DEFAULT '',
    settings jsonb NOT NULL DEFAULT '{}',
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_agent_personalities PRIMARY KEY (id),
    CONSTRAINT uq_agent_personalities_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_agent_personalities_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id)
);
CREATE UNIQUE INDEX uq_agent_personalities_tenant_id_name ON agent_personalities (tenant_id, name)
WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX uq_agent_personalities_tenant_id_default ON agent_personalities (tenant_id)
WHERE is_default AND deleted_at IS NULL;
COMMENT ON COLUMN agent_personalities.persona IS 'Who the agent is and how it speaks; {{persona}}.';
COMMENT ON COLUMN agent_personalities.disclosure IS
    'How it says that it is no human and that the call may be recorded; {{disclosure}}.';
SELECT add_tenant_wall('agent_personalities', 'SELECT, INSERT, UPDATE');

CREATE TABLE agents (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name varchar(255) NOT NULL,
    slug varchar(100) NOT NULL,
    description text NOT NULL DEFAULT '',
    status agent_status_enum NOT NULL DEFAULT 'active',
    settings jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_agents PRIMARY KEY (id),
    CONSTRAINT uq_agents_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_agents_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_agents_slug_format CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
CREATE UNIQUE INDEX uq_agents_tenant_id_slug ON agents (tenant_id, slug) WHERE deleted_at IS NULL;
COMMENT ON COLUMN agents.name IS 'What the agent calls itself.';
SELECT add_tenant_wall('agents', 'SELECT, INSERT, UPDATE');

CREATE TABLE greetings (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    agent_id uuid,
    kind greeting_kind_enum NOT NULL,
    position smallint NOT NULL DEFAULT 0,
    language varchar(20) NOT NULL DEFAULT 'en-US',
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_greetings PRIMARY KEY (id),
    CONSTRAINT fk_greetings_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_greetings_agents FOREIGN KEY (agent_id, tenant_id)
        REFERENCES agents (id, tenant_id)
);
CREATE UNIQUE INDEX uq_greetings_line ON greetings (tenant_id, agent_id, language, kind, position)
NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE greetings IS
    'Every line an agent speaks by heart: greetings, fillers, apology, handover, farewell.';
COMMENT ON COLUMN greetings.agent_id IS
    'NULL is the line of all agents of the tenant that have none of their own.';
COMMENT ON COLUMN greetings.position IS 'Order among the lines of one kind; fillers take turns.';
COMMENT ON COLUMN greetings.content IS 'Template as in system_prompts.content.';
SELECT add_tenant_wall('greetings', 'SELECT, INSERT, UPDATE');

CREATE TABLE agent_versions (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    version integer NOT NULL,
    status agent_version_status_enum NOT NULL DEFAULT 'draft',
    language varchar(20) NOT NULL DEFAULT 'en-US',
    system_prompt_id uuid NOT NULL,
    voice_configuration_id uuid NOT NULL,
    agent_personality_id uuid NOT NULL,
    llm_provider varchar(50) NOT NULL,
    llm_model varchar(100) NOT NULL,
    max_tokens integer NOT NULL,
    stt_provider varchar(50) NOT NULL,
    stt_model varchar(100) NOT NULL,
    turn_preset varchar(50) NOT NULL DEFAULT 'default',
    tools text[] NOT NULL DEFAULT '{}',
    retrieval boolean NOT NULL DEFAULT true,
    record boolean NOT NULL DEFAULT true,
    max_duration_s integer NOT NULL DEFAULT 1800,
    settings jsonb NOT NULL DEFAULT '{}',
    snapshot jsonb,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_agent_versions PRIMARY KEY (id),
    CONSTRAINT uq_agent_versions_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_agent_versions_agent_id_version UNIQUE (agent_id, version),
    CONSTRAINT fk_agent_versions_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_agent_versions_agents FOREIGN KEY (agent_id, tenant_id)
        REFERENCES agents (id, tenant_id),
    CONSTRAINT fk_agent_versions_system_prompts FOREIGN KEY (system_prompt_id, tenant_id)
        REFERENCES system_prompts (id, tenant_id),
    CONSTRAINT fk_agent_versions_voice_configurations
        FOREIGN KEY (voice_configuration_id, tenant_id)
        REFERENCES voice_configurations (id, tenant_id),
    CONSTRAINT fk_agent_versions_agent_personalities FOREIGN KEY (agent_personality_id, tenant_id)
        REFERENCES agent_personalities (id, tenant_id),
    CONSTRAINT ck_agent_versions_version_positive CHECK (version > 0),
    CONSTRAINT ck_agent_versions_max_tokens_positive CHECK (max_tokens > 0),
    CONSTRAINT ck_agent_versions_max_duration_positive CHECK (max_duration_s > 0),
    CONSTRAINT ck_agent_versions_snapshot CHECK (
        (status = 'draft') = (snapshot IS NULL) AND (status = 'draft') = (published_at IS NULL)
    )
);
CREATE UNIQUE INDEX uq_agent_versions_draft ON agent_versions (agent_id) WHERE status = 'draft';
CREATE UNIQUE INDEX uq_agent_versions_published ON agent_versions (agent_id)
WHERE status = 'published';
COMMENT ON COLUMN agent_versions.snapshot IS
    'Frozen when published: prompt template, persona, voice and lines as they then were. '
    'Calls read this alone, so that editing a prompt never changes a published agent.';
COMMENT ON COLUMN agent_versions.turn_preset IS 'Key of aiconnected.calls.models.TURN_PRESETS.';
SELECT add_tenant_wall('agent_versions', 'SELECT, INSERT, UPDATE, DELETE');
-- What has been published is kept: calls tell by which version they were answered.
CREATE POLICY drafts ON agent_versions AS RESTRICTIVE FOR DELETE TO app USING (status = 'draft');

CREATE FUNCTION keep_published_agent_version() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    unchanged agent_versions := NEW;
BEGIN
    unchanged.status := OLD.status;
    unchanged.updated_at := OLD.updated_at;
    unchanged.updated_by := OLD.updated_by;
    IF unchanged IS DISTINCT FROM OLD
        OR (OLD.status, NEW.status) NOT IN (
            ('published', 'archived'), ('archived', 'published'),
            ('published', 'published'), ('archived', 'archived')
        )
    THEN
        RAISE EXCEPTION 'version % of agent % is published and cannot change',
            OLD.version, OLD.agent_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_published BEFORE UPDATE ON agent_versions
FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION keep_published_agent_version();

CREATE TABLE business_hours (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    weekday smallint NOT NULL,
    opens time NOT NULL,
    closes time NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_business_hours PRIMARY KEY (id),
    CONSTRAINT uq_business_hours_opens UNIQUE (tenant_id, weekday, opens),
    CONSTRAINT fk_business_hours_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_business_hours_weekday CHECK (weekday BETWEEN 0 AND 6),
    CONSTRAINT ck_business_hours_order CHECK (opens < closes)
);
COMMENT ON COLUMN business_hours.weekday IS '0 is Monday; a day without a row is closed.';
COMMENT ON COLUMN business_hours.opens IS 'Local to the tenant''s zone.';
SELECT add_tenant_wall('business_hours', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE holidays (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    name varchar(255) NOT NULL,
    opens time,
    closes time,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_holidays PRIMARY KEY (id),
    CONSTRAINT uq_holidays_tenant_id_day UNIQUE (tenant_id, day),
    CONSTRAINT fk_holidays_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT ck_holidays_order CHECK (opens < closes),
    CONSTRAINT ck_holidays_both_times CHECK ((opens IS NULL) = (closes IS NULL))
);
COMMENT ON COLUMN holidays.opens IS 'NULL is closed all day.';
SELECT add_tenant_wall('holidays', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE phone_numbers (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    tenant_id uuid,
    agent_id uuid,
    number varchar(20) NOT NULL,
    friendly_name varchar(255) NOT NULL DEFAULT '',
    carrier carrier_enum NOT NULL,
    external_id varchar(255),
    status phone_number_status_enum NOT NULL DEFAULT 'active',
    fallback_number varchar(20),
    capabilities jsonb NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    CONSTRAINT pk_phone_numbers PRIMARY KEY (id),
    CONSTRAINT fk_phone_numbers_agencies FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT fk_phone_numbers_tenants FOREIGN KEY (tenant_id, agency_id)
        REFERENCES tenants (id, agency_id),
    CONSTRAINT fk_phone_numbers_agents FOREIGN KEY (agent_id, tenant_id)
        REFERENCES agents (id, tenant_id),
    CONSTRAINT ck_phone_numbers_number_format CHECK (number ~ '^\+[1-9][0-9]{6,14}$'),
    CONSTRAINT ck_phone_numbers_fallback_number_format
        CHECK (fallback_number ~ '^\+[1-9][0-9]{6,14}$'),
    CONSTRAINT ck_phone_numbers_agent_of_tenant CHECK (agent_id IS NULL OR tenant_id IS NOT NULL)
);
CREATE UNIQUE INDEX uq_phone_numbers_number ON phone_numbers (number) WHERE deleted_at IS NULL;
CREATE INDEX ix_phone_numbers_tenant_id ON phone_numbers (tenant_id);
CREATE INDEX ix_phone_numbers_agency_id ON phone_numbers (agency_id);
CREATE INDEX ix_phone_numbers_ordered ON phone_numbers (created_at) WHERE status = 'ordered';
COMMENT ON COLUMN phone_numbers.number IS 'E.164.';
COMMENT ON COLUMN phone_numbers.status IS
    'ordered: the carrier is being asked; a job settles what nobody came back to.';
COMMENT ON COLUMN phone_numbers.tenant_id IS 'NULL while the agency has given it to no client.';
COMMENT ON COLUMN phone_numbers.fallback_number IS 'E.164; NULL is tenants.transfer_number.';
SELECT add_tenant_wall('phone_numbers', 'SELECT, INSERT, UPDATE');
